import AmpData
import ArgumentParser
import Foundation

/// `amp-cli inspect`: says what is in a file of points, a model or a run.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a file of points, a model or a run.",
    discussion: """
      Points (.npz, .npy, .csv, .csv.gz, recognised by the content) are checked row by row; \
      ranges are those of the good rows. Of a model (.safetensors) or a run folder, architecture, \
      features, parameters and configuration are shown.

      Examples:
        amp-cli inspect momenta.npy --labels amplitudes.npy
        amp-cli inspect run
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

  @Option(help: "The file with the amplitudes, if they are not in the first one.")
  var labels: String?

  @Option(help: "The column or array with the amplitudes.")
  var amplitudeName: String?

  @Flag(help: "Let particles have masses.")
  var massive = false

  @Flag(help: "Print JSON.")
  var json = false

  /// Everything that is printed.
  private struct Inspection: Codable {
    var file: String
    var format: String
    var sha256: String
    var rows: Int
    var particles: Int
    var summary: PointSummary?
    var checks: ValidationReport
  }

  func run() throws {
    if architectures { return print(try ArchitectureList().text(json: json)) }
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
      return print(try ModelSummary(file).text(json: json))
    }
    try inspectPoints(file)
  }

  private func drawActivations(of file: String, to path: String) throws {
    guard path.lowercased().hasSuffix(".svg") else {
      throw AmpError(
        "the picture is drawn as SVG", in: path, remedy: "Give a file name that ends in .svg.")
    }
    try AtomicFile.check(path)
    let surrogate = try Model(file).surrogate
    let curves = try located(file) { try surrogate.activationCurves() }
    let figures = ActivationFigures(curves, of: surrogate.description.architecture)
    try RunFolder.write(figures.grid().svg(), to: path)
    print("\(path): \(figures.summary)")
  }

  private func inspectPoints(_ file: String) throws {
    var checks = PointChecks()
    if massive { checks.massShell = nil }
    let options = ReadingOptions(labels: labels, amplitudeName: amplitudeName, checks: checks)
    let (momenta, amplitudes, report) = try PointFormats.readUnjudged(file, options: options)
    let kept = report.keptRows
    let inspection = Inspection(
      file: file, format: try PointFormats.recognized(file).name,
      sha256: try SHA256.hex(ofFile: file), rows: momenta.count, particles: momenta.particles,
      summary: PointSummary(
        momenta.rows(kept), amplitudes: amplitudes.map { all in kept.map { all[$0] } }),
      checks: report)
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(inspection), as: UTF8.self))
      return
    }
    print("file          \(file) (\(inspection.format))")
    print("SHA-256       \(inspection.sha256)")
    print(
      "contents      \(momenta.count) points of \(momenta.particles) particles, "
        + (amplitudes == nil ? "without amplitudes" : "with amplitudes"))
    if let summary = inspection.summary { print(summary) }
    print("checks        \(report)")
  }
}
