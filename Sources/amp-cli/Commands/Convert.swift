import AmpCore
import AmpData
import AmpNets
import ArgumentParser
import Foundation

/// `amp-cli convert`: points from one format into another.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Convert points or events from one format into another.",
    discussion: """
      Reads .npz, .npy, .csv, HDF5, NJet text, HepMC3, HepMC2 and Les Houches events, recognised by \
      the content, text and .npy also compressed by gzip; writes what the name of OUT ends in: .npz, .npy, .csv, \
      .txt (NJet text), .hepmc3 or .lhe, the text formats also with .gz. Momenta come out in GeV, \
      incoming energies positive, particles in the order of the process; what was changed is said. \
      Every row is checked. Files may be larger than the memory.

      Examples:
        amp-cli convert events.hepmc3.gz points.npz --process gg_aag
        amp-cli convert amplitudes.hdf5 aag.npz --dataset aag --bad-rows skip
        amp-cli convert momenta.npy points.npz --labels njet_values.npy --bad-rows skip
        amp-cli convert points.npz points.lhe.gz --process gg_aag
        amp-cli convert njet.txt points.npz --amplitude-name value2
      """)

  @Argument(help: "The file to read.", completion: .file())
  var input: String

  @Argument(help: "The file to write.", completion: .file())
  var output: String

  @OptionGroup(title: "Understanding the file") var reading: ReadingArguments

  @Option(
    help: "What to do about bad rows: stop, or skip and leave them out.",
    completion: .list(BadRows.allCases.map(\.rawValue)))
  var badRows = "stop"

  @Option(
    help: "Write the numbers of the summary as a JSON object to this file; - for standard output.")
  var json: String?

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  /// What `--json` writes.
  private struct Numbers: Encodable {
    let written: Int
    let hasAmplitudes: Bool
    let checks: ValidationReport
    let seconds: Double
    let output: String

    enum CodingKeys: String, CodingKey {
      case written, checks, seconds, output
      case hasAmplitudes = "has_amplitudes"
    }
  }

  func run() throws {
    let treatment = try located("--bad-rows") {
      try choose(badRows, among: BadRows.allCases, of: "treatment", by: \.rawValue)
    }
    let json = JSONOutput(json)
    try json.check()
    let progress = Progress(quiet: quiet)
    let conversion = try PointFormats.known.convert(
      input, to: output, badRows: treatment, options: try reading.options()
    ) { rows in progress.update("convert: \(grouped(rows)) points") }
    for note in conversion.report.notes { progress.line(note + ".") }
    if !conversion.report.findings.isEmpty { progress.line("\(conversion.report)") }
    progress.line(
      "\(grouped(conversion.written)) of \(grouped(conversion.report.rows)) points "
        + "\(conversion.layout.hasAmplitudes ? "with" : "without") amplitudes in "
        + "\(short(progress.seconds)) s. Wrote \(output).")
    try json.write(
      Numbers(
        written: conversion.written, hasAmplitudes: conversion.layout.hasAmplitudes,
        checks: conversion.report, seconds: progress.seconds, output: output))
  }
}
