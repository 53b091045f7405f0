import AmpCore
import AmpPlots
import Foundation

/// Figures, tables and targets of all items: as a page, as Markdown, as JSON.
struct ReproductionSummary {
  private let scale: Scale
  private var items: [Entry] = []

  private struct Entry {
    var item: ReproductionItem
    var page: ReproductionItem.Page
    var done: Int
    var jobs: Int
  }

  init(_ scale: Scale) { self.scale = scale }

  mutating func add(
    _ item: ReproductionItem, _ page: ReproductionItem.Page, done: Int, of jobs: Int
  ) {
    items.append(Entry(item: item, page: page, done: done, jobs: jobs))
  }

  /// Writes index.html, summary.md and summary.json into a folder.
  func write(to folder: String) throws {
    try RunFolder.write(html, to: folder + "/index.html")
    try RunFolder.write(markdown, to: folder + "/summary.md")
    try RunFolder.write(try json(), to: folder + "/summary.json")
  }

  /// Shows the summary for people, or writes it as `--json` says.
  func show(_ json: JSONOutput) throws {
    json.show(text)
    try json.write(text: try self.json())
  }

  /// How many targets came out how, for the terminal.
  private var text: String {
    let rows = items.map { entry in
      [entry.item.id, "\(entry.done) of \(entry.jobs) fits"]
        + ReproductionSummary.verdicts.map { verdict in
          "\(entry.page.targets.rows.count { $0.verdict == verdict })"
        }
    }
    return FitTables.aligned(
      [["", "done"] + ReproductionSummary.verdicts.map(\.rawValue)] + rows)
  }

  private static let verdicts: [Target.Verdict] = [.reproduced, .effort, .missed, .open]
  private static let header = ["target", "kind", "what", "paper", "ours", "ratio", "verdict"]

  private var title: String { "arXiv:2412.12069, scale \(scale.name.rawValue)" }

  private var settings: String {
    "\(grouped(scale.points)) points, \(scale.epochs) epochs (Bayesian \(scale.bayesianEpochs), "
      + "Deep Sets \(scale.deepSetEpochs)), ensembles of \(scale.members), "
      + "\(scale.samples) networks drawn."
  }

  private static func cells(_ target: Target) -> [String] {
    [
      target.id, target.kind.rawValue, target.what, target.paper, target.ours ?? "–",
      target.ratio.map { String(format: "%.2f", $0) } ?? "", target.verdict.rawValue,
    ]
  }

  private var html: String {
    var page = HTMLReport(title, subtitle: settings)
    for entry in items {
      page.section("\(entry.item.id): \(entry.item.title)")
      if entry.done < entry.jobs {
        page.paragraph("\(entry.done) of \(entry.jobs) fits are finished.")
      }
      for figure in entry.page.figures {
        page.figures(figure.grid.figures.map { ($0, "") })
        page.paragraph(figure.caption)
      }
      for table in entry.page.tables {
        page.table(header: table.header, rows: table.rows, caption: table.caption)
      }
      if !entry.page.targets.rows.isEmpty {
        page.table(
          header: ReproductionSummary.header,
          rows: entry.page.targets.rows.map(ReproductionSummary.cells),
          caption: "Beside the paper.")
      }
    }
    return page.html()
  }

  private var markdown: String {
    var text = "# \(title)\n\n\(settings)\n"
    for entry in items {
      text += "\n## \(entry.item.id): \(entry.item.title)\n\n"
      text += "\(entry.done) of \(entry.jobs) fits are finished.\n"
      for figure in entry.page.figures {
        text +=
          "\n![\(entry.item.title)](\(entry.item.id)/\(figure.name).svg)\n\n\(figure.caption)\n"
      }
      for table in entry.page.tables {
        text += "\n\(table.caption)\n\n" + MarkdownTable.text(table.header, table.rows)
      }
      if !entry.page.targets.rows.isEmpty {
        text +=
          "\n"
          + MarkdownTable.text(
            ReproductionSummary.header, entry.page.targets.rows.map(ReproductionSummary.cells))
      }
    }
    return text
  }

  private struct Object: Codable {
    struct Item: Codable {
      var id: String
      var title: String
      var fits: Int
      var finished: Int
      var targets: [Target]
    }
    var scale: String
    var points: Int
    var items: [Item]
  }

  private func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let object = Object(
      scale: scale.name.rawValue, points: scale.points,
      items: items.map {
        .init(
          id: $0.item.id, title: $0.item.title, fits: $0.jobs, finished: $0.done,
          targets: $0.page.targets.rows)
      })
    return String(decoding: try encoder.encode(object), as: UTF8.self) + "\n"
  }
}

/// A table in Markdown.
enum MarkdownTable {
  static func text(_ header: [String], _ rows: [[String]]) -> String {
    func line(_ cells: [String]) -> String {
      "| "
        + cells.map {
          $0.replacing("|", with: "\\|").replacing("\n", with: " ")
        }.joined(separator: " | ") + " |\n"
    }
    let columns = max(header.count, rows.map(\.count).max() ?? 0)
    func filled(_ cells: [String]) -> [String] {
      cells + [String](repeating: "", count: columns - cells.count)
    }
    return line(filled(header)) + line([String](repeating: "---", count: columns))
      + rows.map { line(filled($0)) }.joined()
  }
}
