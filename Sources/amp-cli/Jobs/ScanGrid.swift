import AmpCore
import Foundation
import Yams

/// All combinations of values of some configuration keys, each a fit.
///
/// A YAML file holds any options of `amp-cli fit`, and under `scan` a list of values for each key
/// that is scanned:
///
///     data: points.npz
///     epochs: 20
///     scan:
///       architecture: [mlp, mlp-i]
///       noise: [0, 0.02, 0.1]
///
/// The path of the data is relative to the file, since batch systems choose a working folder.
struct ScanGrid {
  /// The jobs, the last key running fastest.
  let jobs: [Job]

  /// Reads a file; throws an ``AmpError`` that names the key for what is wrong.
  init(contentsOf path: String) throws {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw AmpError(
        "the configuration cannot be read", in: path,
        remedy: "Check that the file exists and may be read.")
    }
    let whole: Node.Mapping?
    do { whole = try Yams.compose(yaml: text)?.mapping } catch {
      let problem = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw AmpError(problem, in: path, remedy: "The file must be YAML, one \"key: value\" a line.")
    }
    guard var base = whole, let scan = base["scan"]?.mapping, !scan.isEmpty else {
      throw AmpError(
        "there is nothing to scan", in: path, at: "scan",
        remedy: "Give lists of values, for example \"scan: {noise: [0, 0.05]}\".")
    }
    base["scan"] = nil
    var grid: [(name: [String], mapping: Node.Mapping)] = [([], base)]
    for (key, values) in scan {
      guard let name = key.string, let values = values.sequence, !values.isEmpty else {
        throw AmpError(
          "the value is not a list", in: path, at: "scan.\(key.string ?? "")",
          remedy: "Give a list of values, for example [0, 0.05].")
      }
      guard grid.count * values.count <= ScanGrid.most else {
        throw AmpError(
          "the scan has more than \(grouped(ScanGrid.most)) fits", in: path, at: "scan",
          remedy: "Scan fewer values.")
      }
      grid = grid.flatMap { point in
        values.map { value in
          var mapping = point.mapping
          mapping[key] = value
          return (point.name + [name + "-" + ScanGrid.text(value)], mapping)
        }
      }
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    var names = Set<String>()
    jobs = try grid.map { point in
      let name = point.name.joined(separator: "-")
      guard names.insert(name).inserted else {
        throw AmpError(
          "two fits of the scan are the same: \(name)", in: path, at: "scan",
          remedy: "Give each value once.")
      }
      let yaml = try Yams.serialize(node: .mapping(point.mapping))
      var configuration = try RunConfiguration(yaml: yaml, place: path)
      configuration.data = configuration.data.map {
        URL(fileURLWithPath: $0, relativeTo: folder).standardizedFileURL.path
      }
      guard configuration.data != nil else {
        throw AmpError(
          "there is no data", in: path, at: "data",
          remedy: "Give a file of points: data: points.npz."
        )
      }
      return Job(name, FitWork(configuration))
    }
  }

  /// The largest number of fits.
  private static let most = 100_000

  /// A value as part of a name of a folder.
  private static func text(_ value: Node) -> String {
    let words = value.sequence.map { $0.map { $0.string ?? "" } } ?? [value.string ?? ""]
    let text = words.joined(separator: "-").map {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-"
    }
    return String(text)
  }
}
