import AmpCore
import AmpData
import AmpHDF5
import AmpNets
import ArgumentParser

/// `amp-cli import`: points of an HDF5 file in a format that the other commands read.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take the points of one process out of an HDF5 file.",
    discussion: """
      Reads a dataset with rows of 4n momenta (E, px, py, pz), in GeV and incoming ones first, and \
      the amplitude last, as the public amplitude sets have them; the amplitude may be missing. \
      Every row is checked; bad ones are left out and counted with --bad-rows skip.

      Examples:
        amp-cli import amplitudes.hdf5 --output aag.npz --dataset aag
        amp-cli import amplitudes.hdf5 --output aagg.npz --dataset aagg --bad-rows skip
      """)

  @Argument(help: "The HDF5 file.", completion: .file())
  var file: String

  @Option(help: "The dataset, such as aag; may be left out if there is only one.")
  var dataset: String?

  @Option(name: .shortAndLong, help: "The file to write: .npz, .npy, .csv or .csv.gz.")
  var output: String

  @Option(help: "What to do about bad rows: stop or skip.")
  var badRows = BadRows.stop.rawValue

  @Flag(help: "Let particles have masses.")
  var massive = false

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  func run() throws {
    try PointFormats.checkWritable(output)
    let badRows = try located("--bad-rows") {
      try choose(self.badRows, among: BadRows.allCases, of: "way with bad rows", by: \.rawValue)
    }
    let progress = Progress(quiet: quiet)
    let (momenta, amplitudes) = try HDF5File(file).points(dataset)
    var checks = PointChecks()
    if massive { checks.massShell = nil }
    let report = checks.report(on: momenta, amplitudes: amplitudes)
    if badRows == .stop, let finding = report.findings.first(where: \.rejects),
      let example = finding.examples.first
    {
      throw AmpError(
        "\(example.detail), and \(report.rejected.count) of \(report.rows) rows are bad in all",
        in: dataset.map { "\(file)[\($0)]" } ?? file, at: example.position,
        remedy: "Check the order of particles and columns, or leave bad rows out with "
          + "--bad-rows skip.")
    }
    guard report.kept > 0 else {
      throw AmpError(
        "all \(report.rows) rows are bad", in: file,
        remedy: "Check the order of particles and columns with amp-cli import --bad-rows stop.")
    }
    let kept = report.keptRows
    let isWhole = kept.count == momenta.count
    let points = isWhole ? momenta : momenta.rows(kept)
    if let amplitudes {
      try AmplitudeTable(
        momenta: points, amplitudes: isWhole ? amplitudes : kept.map { amplitudes[$0] }
      ).write(to: output)
    } else {
      try points.write(to: output)
    }
    if !report.findings.isEmpty { progress.line(report.description) }
    progress.line(
      "\(grouped(points.count)) points of \(points.particles) particles, "
        + (amplitudes == nil ? "without" : "with") + " amplitudes. Wrote \(output).")
  }
}
