import AmpData
import ArgumentParser
import Foundation

/// `amp-cli inspect`: says what is in a file of points, a model or a run.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a file of points, a model or a run.",
    discussion: """
      Points and events (all that amp-cli convert reads, recognised by the content) are checked \
      row by row; ranges and pictures are those of the good rows. Of a model (.safetensors) or a \
      run folder, architecture, features, parameters and configuration are shown.

      Examples:
        amp-cli inspect momenta.npy --labels amplitudes.npy
        amp-cli inspect events.hepmc3.gz --process "93 93 -> 22 22 93" --picture events.svg
        amp-cli inspect amplitudes.hdf5 --dataset aag
        amp-cli inspect run --json -
        amp-cli inspect run --activations activations.svg
        amp-cli inspect --architectures
      """)

  @Argument(help: "A file of points, a model file or a run folder.", completion: .file())
  var file: String?

  @Flag(help: "List the architectures with their defaults and numbers of parameters.")
  var architectures = false

  @Option(
    help: "Draw the activation functions of a model or run, as learned, to this SVG file.",
    completion: .file(extensions: ["svg"]))
  var activations: String?

  @Option(
    help: "Draw histograms of amplitude, energies and p_T to this SVG file.",
    completion: .file(extensions: ["svg"]))
  var picture: String?

  @Option(help: "Write what is shown as a JSON object to this file; - for standard output.")
  var json: String?

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  @OptionGroup(title: "Understanding the file") var reading: ReadingArguments

  /// Everything that is printed.
  private struct Inspection: Codable {
    var file: String
    var format: String
    var sha256: String
    var rows: Int
    var particles: Int
    var duplicates: DuplicatePoints
    var summary: PointSummary?
    var checks: ValidationReport
  }

  func run() throws {
    let json = JSONOutput(json)
    try json.check()
    if architectures {
      json.show(try ArchitectureList().text(json: false))
      return try json.write(text: ArchitectureList().text(json: true))
    }
    guard let file else {
      throw AmpError(
        "there is nothing to inspect",
        remedy: "Give a file of points, a model file or a run folder, or --architectures.")
    }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
    let isModel = isFolder.boolValue || file.hasSuffix(".safetensors")
    if let activations {
      guard isModel || !FileManager.default.fileExists(atPath: file) else {
        throw AmpError(
          "activation functions are those of a model, and this is none", in: file,
          remedy: "Give a model file (.safetensors) or a run folder.")
      }
      return try drawActivations(of: file, to: activations)
    }
    if isModel {
      if picture != nil {
        throw AmpError(
          "histograms are those of points, and this is a model", in: "--picture",
          remedy: "Draw its activation functions with --activations, or its pulls with amp-cli "
            + "pulls --report.")
      }
      let summary = try ModelSummary(file)
      json.show(try summary.text(json: false))
      return try json.write(text: summary.text(json: true))
    }
    try inspectPoints(file, json)
  }

  /// Throws unless an SVG file can be written to `path`.
  static func checkPicture(_ path: String) throws {
    guard path.lowercased().hasSuffix(".svg") else {
      throw AmpError(
        "the picture is drawn as SVG", in: path, remedy: "Give a file name that ends in .svg.")
    }
    try AtomicFile.check(path)
  }

  private func describe(_ duplicates: DuplicatePoints) -> String {
    if duplicates.count == 0 { return "none" }
    let examples = duplicates.examples.map { "row \($0.row) repeats row \($0.repeats)" }
    return "\(duplicates.count) rows: " + examples.joined(separator: ", ")
      + (duplicates.count > examples.count ? ", …" : "")
  }

  private func drawActivations(of file: String, to path: String) throws {
    try Inspect.checkPicture(path)
    let surrogate = try Model(file).surrogate
    let curves = try located(file) { try surrogate.activationCurves() }
    let figures = ActivationFigures(curves, of: surrogate.description.architecture)
    try RunFolder.write(figures.grid().svg(), to: path)
    print("\(path): \(figures.summary)")
  }

  private func inspectPoints(_ file: String, _ json: JSONOutput) throws {
    if let picture { try Inspect.checkPicture(picture) }
    var options = try reading.options()
    options.allowsSeveralProcesses = true
    let (records, report) = try PointFormats.known.inspected(file, options: options)
    let good = report.bad == 0 ? records : records.rows(report.keptRows)
    guard let all = records.momenta, let momenta = good.momenta else { return }
    let inspection = Inspection(
      file: file, format: try PointFormats.known.recognized(file).name,
      sha256: try SHA256.hex(ofFile: file), rows: all.count, particles: all.particles,
      duplicates: DuplicatePoints(in: all),
      summary: PointSummary(momenta, amplitudes: good.amplitudes), checks: report)
    if let picture {
      let figures = PointFigures(
        momenta: momenta, amplitudes: good.amplitudes, incoming: options.checks.incoming)
      let title = URL(fileURLWithPath: file).lastPathComponent
      try RunFolder.write(figures.grid(title: title).svg(), to: picture)
    }
    try json.write(inspection)
    if json.isStandardOutput { return }
    print("file          \(file) (\(inspection.format))")
    print("SHA-256       \(inspection.sha256)")
    print(
      "contents      \(all.count) points of \(all.particles) particles, "
        + (records.amplitudes == nil ? "without amplitudes" : "with amplitudes"))
    if let summary = inspection.summary { print(summary) }
    for (i, note) in report.notes.enumerated() {
      print((i == 0 ? "noticed       " : "              ") + note)
    }
    print("duplicates    \(describe(inspection.duplicates))")
    print("checks        \(report)")
    if let picture { print("picture       \(picture)") }
  }
}
