import AmpData
import ArgumentParser
import Foundation

/// Says what is in a file of points, and whether to believe it.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a file of phase-space points, and check every row.",
    discussion: """
      The format (.npz, .npy, .csv, .csv.gz) is recognised by the content. Ranges are those of \
      the good rows.

      Example: amp-cli inspect momenta.npy --labels amplitudes.npy
      """)

  @Argument(help: "The file with the momenta.", completion: .file())
  var file: String

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
