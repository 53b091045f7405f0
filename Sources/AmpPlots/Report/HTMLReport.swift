/// A page of text, tables and figures in one file that needs nothing from elsewhere.
///
/// Strings are text, never markup: whatever they hold is shown as it is.
public struct HTMLReport: Sendable {
  private enum Block: Sendable {
    case section(String)
    case paragraph(String)
    case table(header: [String], rows: [[String]], caption: String)
    case figures([(figure: Figure, caption: String)])
  }

  /// The title of the page.
  public var title: String

  /// A line below the title, empty for none.
  public var subtitle: String

  private var blocks: [Block] = []

  /// Creates an empty page.
  public init(_ title: String, subtitle: String = "") {
    self.title = title
    self.subtitle = subtitle
  }

  /// Begins a section.
  public mutating func section(_ heading: String) { blocks.append(.section(heading)) }

  /// Adds a paragraph.
  public mutating func paragraph(_ text: String) { blocks.append(.paragraph(text)) }

  /// Adds a table; columns of numbers stand to the right, short rows are filled up.
  public mutating func table(header: [String], rows: [[String]], caption: String = "") {
    blocks.append(.table(header: header, rows: rows, caption: caption))
  }

  /// Adds a figure with its caption.
  public mutating func figure(_ figure: Figure, caption: String = "") {
    figures([(figure, caption)])
  }

  /// Adds figures side by side, as many as the page is wide.
  public mutating func figures(_ figures: [(figure: Figure, caption: String)]) {
    blocks.append(.figures(figures))
  }

  /// The page.
  public func html(theme: Theme = .adaptive) -> String {
    var text = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(escaped(title))</title>
      <style>
      \(pageStyle(theme))</style>
      </head>
      <body>
      <main>
      <h1>\(escaped(title))</h1>

      """
    if !subtitle.isEmpty { text += "<p class=\"subtitle\">\(escaped(subtitle))</p>\n" }
    for block in blocks { text += html(block, theme: theme) }
    return text + "</main>\n</body>\n</html>\n"
  }

  /// Writes the page to `path`, all of it or nothing.
  public func write(to path: String, theme: Theme = .adaptive) throws {
    try writeWhole(html(theme: theme), to: path)
  }

  private func html(_ block: Block, theme: Theme) -> String {
    switch block {
    case .section(let heading): return "<h2>\(escaped(heading))</h2>\n"
    case .paragraph(let text): return "<p>\(escaped(text))</p>\n"
    case .table(let header, let rows, let caption):
      var text = "<div class=\"wide\"><table>\n"
      if !caption.isEmpty { text += "<caption>\(escaped(caption))</caption>\n" }
      let columns = max(header.count, rows.map(\.count).max() ?? 0)
      let numbers = (0..<columns).map { column in
        let cells = rows.compactMap { column < $0.count ? $0[column] : nil }
        return cells.contains { !$0.isEmpty } && cells.allSatisfy(looksLikeNumber)
      }
      if !header.isEmpty {
        text += "<thead>" + row(header, numbers, cell: "th") + "</thead>\n"
      }
      text += "<tbody>\n"
      for cells in rows { text += row(cells, numbers, cell: "td") }
      return text + "</tbody>\n</table></div>\n"
    case .figures(let figures):
      var text = "<div class=\"figures\">\n"
      for (figure, caption) in figures {
        text += "<figure style=\"flex-basis:\(fixed(figure.width))px\">\n"
        text += figure.svg(theme: theme)
        if !caption.isEmpty { text += "<figcaption>\(escaped(caption))</figcaption>\n" }
        text += "</figure>\n"
      }
      return text + "</div>\n"
    }
  }

  private func looksLikeNumber(_ cell: String) -> Bool {
    cell.first.map { $0.isNumber || "-−+–".contains($0) } ?? true
  }

  private func row(_ cells: [String], _ numbers: [Bool], cell: String) -> String {
    let body = numbers.indices.map { column in
      let text = column < cells.count ? cells[column] : ""
      return "<\(cell)\(numbers[column] ? " class=\"number\"" : "")>\(escaped(text))</\(cell)>"
    }
    return "<tr>" + body.joined() + "</tr>\n"
  }

  private func pageStyle(_ theme: Theme) -> String {
    let light =
      "body{background:#fff;color:#1b1b1b}th,td{border-color:#dcdcdc}"
      + ".subtitle,figcaption,caption{color:#5a5a5a}\n"
    let dark =
      "body{background:#15181d;color:#e4e6ea}th,td{border-color:#343a43}"
      + ".subtitle,figcaption,caption{color:#a6abb4}\n"
    let colours =
      switch theme {
      case .light: ":root{color-scheme:light}\n" + light
      case .dark: ":root{color-scheme:dark}\n" + dark
      case .adaptive:
        ":root{color-scheme:light dark}\n" + light + "@media (prefers-color-scheme: dark) {\n"
          + dark + "}\n"
      }
    return """
      body{margin:0;font:16px/1.5 Georgia,"Times New Roman",serif}
      main{max-width:1040px;margin:0 auto;padding:24px 20px 64px}
      h1{font-size:1.7rem;line-height:1.2;margin:.6em 0 .2em;overflow-wrap:anywhere}
      h2{font-size:1.2rem;margin:2em 0 .4em}
      p{max-width:46em;overflow-wrap:anywhere}
      .subtitle{margin:0 0 1.5em}
      .wide{overflow-x:auto}
      table{border-collapse:collapse;font-size:.92rem;margin:.6em 0}
      caption{text-align:left;padding:.2em 0 .4em}
      th,td{text-align:left;padding:.22em .9em .22em 0;border-bottom:1px solid}
      th{font-weight:600}
      td,th{overflow-wrap:break-word;max-width:46em}
      .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      .figures{display:flex;flex-wrap:wrap;gap:18px 24px}
      figure{margin:.6em 0;flex:0 1 auto;min-width:0}
      figure svg{max-width:100%;height:auto;display:block}
      figcaption{font-size:.88rem;line-height:1.4;margin-top:.3em}
      \(colours)
      """
  }
}
