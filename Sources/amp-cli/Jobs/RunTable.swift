import AmpCore
import AmpUncertainty
import Foundation
import Yams

/// The numbers of the finished runs in a folder, with the options in which they differ.
struct RunTable {
  /// The header, and a row for each run.
  let header: [String]
  let rows: [[String]]
  /// The runs that are not finished.
  let unfinished: [String]

  private static let numbers: [(name: String, value: @Sendable (PullReport) -> Double?)] = [
    ("median_abs_delta", { $0.medianAbsDelta }),
    ("median_relative_systematic", { $0.medianRelativeSystematic }),
    ("median_relative_statistical", { $0.medianRelativeStatistical }),
    ("median_relative_total", { $0.medianRelativeTotal }),
    ("pull_width", { $0.pullSystematic?.std }), ("pull_mean", { $0.pullSystematic?.mean }),
    ("coverage_1sigma", { $0.pullSystematic?.coverage1Sigma }),
  ]

  /// Reads the runs in the folders of `folder`; throws an ``AmpError`` if there are none.
  init(of folder: String) throws {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder).sorted() else {
      throw AmpError(
        "the folder cannot be read", in: folder, remedy: "Give a folder that holds runs.")
    }
    let runs = names.filter { !$0.hasPrefix(".") }.compactMap { name in
      (try? RunFolder(opening: folder + "/" + name)).map { (name: name, run: $0) }
    }
    guard !runs.isEmpty else {
      throw AmpError(
        "there are no runs in the folder", in: folder,
        remedy: "Give the folder above the --output of amp-cli fit, or that of amp-cli scan.")
    }
    unfinished = runs.filter { !$0.run.isFinished }.map(\.name)
    let finished = runs.filter { $0.run.isFinished }
    let options = try finished.map { try RunTable.options(of: $0.run) }
    let keys = Set(options.flatMap(\.keys)).sorted().filter { key in
      Set(options.map { $0[key] }).count > 1
    }
    header = ["run"] + keys + ["points", "seconds"] + RunTable.numbers.map(\.name)
    rows = try zip(finished, options).map { run, options in
      let data = try Data(contentsOf: URL(fileURLWithPath: run.run.metrics))
      guard let report = try? JSONDecoder().decode(PullReport.self, from: data) else {
        throw AmpError(
          "the file is damaged or of another version", in: run.run.metrics,
          remedy: "Remove the run and fit again.")
      }
      let members = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      let seconds = (members?["seconds"] as? Double).map { String(format: "%.1f", $0) } ?? ""
      return [run.name] + keys.map { options[$0] ?? "" } + ["\(report.points)", seconds]
        + RunTable.numbers.map { number in
          number.value(report).map { String(format: "%.6g", $0) } ?? ""
        }
    }
  }

  /// What the configuration of a run holds, as text by keys.
  private static func options(of run: RunFolder) throws -> [String: String] {
    let text = try String(contentsOfFile: run.configuration, encoding: .utf8)
    var options: [String: String] = [:]
    for (key, value) in try Yams.load(yaml: text) as? [String: Any] ?? [:] {
      if ["version", "data-sha256"].contains(key) { continue }
      options[key] = (value as? [Any])?.map { "\($0)" }.joined(separator: " ") ?? "\(value)"
    }
    return options
  }

  /// The table as Markdown.
  var markdown: String { MarkdownTable.text(header, rows) }

  /// The table as comma-separated values.
  var csv: String {
    ([header] + rows).map { row in
      row.map { cell in
        cell.contains { ",\"\n\r".contains($0) }
          ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
      }.joined(separator: ",") + "\n"
    }.joined()
  }

  /// The table as a JSON array of objects, numbers as numbers.
  func json() throws -> String { try RunTable.text(objects) }

  /// The table as a JSON object: `runs`, the array of ``json()``, and the names of the `unfinished`.
  func object() throws -> String {
    try RunTable.text(["runs": objects, "unfinished": unfinished] as [String: Any])
  }

  private var objects: [[String: Any]] {
    rows.map { row in
      var object: [String: Any] = [:]
      for (name, cell) in zip(header, row) where !cell.isEmpty {
        object[name] = name == "run" ? cell : Double(cell) as Any? ?? cell
      }
      return object
    }
  }

  private static func text(_ value: Any) throws -> String {
    let data = try JSONSerialization.data(
      withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
