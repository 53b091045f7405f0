import AmpCore
import AmpData
import ArgumentParser

/// `amp-cli amplitude`: labels given points with the exact |M|².
struct Amplitude: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Label phase-space points with the exact |M|² of g g → γ γ g.",
    discussion: """
      Reads momenta of any format that amp-cli convert reads, events too, of which those of \
      g g → γ γ g are taken; evaluates |M|² in GeV⁻² and its \
      estimated relative accuracy. A point at which double precision does not suffice is an error \
      unless --flag is given; it then gets NaN.

      Example:
        amp-cli amplitude momenta.npy --output labelled.npz
      """)

  @Argument(help: "The file with the momenta.")
  var file: String

  @Option(
    name: .shortAndLong,
    help: """
      The file to write. In an .npz, arrays momenta, amplitudes and accuracies; otherwise momenta \
      and amplitudes.
      """)
  var output: String

  @Option(parsing: .unconditional, help: "The largest estimated relative error that is accepted.")
  var tolerance = 1e-8

  @Flag(help: "Keep points beyond the tolerance, with NaN as amplitude.")
  var flag = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    try PointFormats.checkWritable(output)
    let progress = Progress(quiet: common.quiet)
    let amplitude = DiphotonGluonAmplitude()
    let process = ProcessPattern(.diphotonGluon)
    let (momenta, report) = try Momenta.read(
      file, badRows: .stop, options: ReadingOptions(process: process))
    for note in report.notes { progress.line(note + ".") }
    guard momenta.particles == amplitude.particles else {
      throw AmpError(
        "the points have \(momenta.particles) particles, g g → γ γ g has \(amplitude.particles)",
        in: file, remedy: "Give momenta of shape (N, 5, 4).")
    }
    var evaluated = amplitude.amplitudes(of: momenta, threads: common.threads)
    let bad = evaluated.accuracies.indices.filter { !(evaluated.accuracies[$0] <= tolerance) }
    if let row = bad.first, !flag {
      throw AmpError(
        "the amplitude is only accurate to \(short(evaluated.accuracies[row])), and "
          + "\(bad.count) of \(momenta.count) points are beyond the tolerance \(short(tolerance))",
        in: file, at: "row \(row)",
        remedy: "Remove the points, raise --tolerance, or give --flag to mark them with NaN.")
    }
    for row in bad { evaluated.values[row] = .nan }
    if output.hasSuffix(".npz") {
      try NumpyArchive.write(
        [
          (
            "momenta",
            StoredArray(momenta.components, shape: [momenta.count, momenta.particles, 4])
          ),
          ("amplitudes", StoredArray(evaluated.values)),
          ("accuracies", StoredArray(evaluated.accuracies)),
        ], to: output)
    } else {
      try AmplitudeTable(momenta: momenta, amplitudes: evaluated.values).write(
        to: output, process: .diphotonGluon)
    }
    progress.line(
      "\(grouped(momenta.count)) points in \(short(progress.seconds)) s; "
        + "\(bad.count) beyond the tolerance. Wrote \(output).")
  }
}
