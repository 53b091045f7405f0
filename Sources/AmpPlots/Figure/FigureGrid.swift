/// Several figures side by side and below each other, as one SVG document.
public struct FigureGrid: Sendable {
  /// The title above all figures, empty for none.
  public var title: String

  /// The line below the title, empty for none.
  public var subtitle: String

  /// The figures, row by row.
  public var figures: [Figure]

  /// The number of figures in a row.
  public var columns: Int

  /// Arranges figures; traps unless there is at least one column.
  public init(_ title: String = "", subtitle: String = "", figures: [Figure], columns: Int = 3) {
    precondition(columns > 0, "figures in \(columns) columns")
    self.title = title
    self.subtitle = subtitle
    self.figures = figures
    self.columns = columns
  }

  /// Figures as an SVG document; every row is as high as its highest figure.
  public func svg(theme: Theme = .adaptive) -> String {
    var body = SVGCanvas()
    let head = (title.isEmpty ? 0.0 : 30) + (subtitle.isEmpty ? 0 : 20)
    var (width, y) = (0.0, head)
    for start in stride(from: 0, to: figures.count, by: columns) {
      let row = figures[start..<min(start + columns, figures.count)]
      var x = 0.0
      for figure in row {
        body.raw(
          "<svg x=\"\(fixed(x))\" y=\"\(fixed(y))\" width=\"\(fixed(figure.width))\" "
            + "height=\"\(fixed(figure.height))\">")
        body.raw(Drawing(figure).text + "</svg>")
        x += figure.width
      }
      width = max(width, x)
      y += row.map(\.height).max() ?? 0
    }
    var canvas = SVGCanvas()
    canvas.rectangle(0, 0, width, y, style: "amp-ground")
    canvas.label(
      shortened(title, size: 16, limit: width - 24), width / 2, 24, size: 16, anchor: .middle,
      whole: title)
    canvas.label(
      shortened(subtitle, size: 12, limit: width - 24), width / 2, title.isEmpty ? 16 : 44,
      size: 12, anchor: .middle, style: "amp-quiet", whole: subtitle)
    return document(
      width: width, height: y, name: title.isEmpty ? figures.first?.title ?? "" : title,
      theme: theme, body: canvas.text + body.text)
  }
}

/// An SVG document of its own style sheet.
func document(
  width: Double, height: Double, name: String, theme: Theme, body: String
) -> String {
  let size = "\(fixed(width)) \(fixed(height))"
  let spoken = runs(name).map(\.text).joined()
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(fixed(width))\" "
    + "height=\"\(fixed(height))\" viewBox=\"0 0 \(size)\" role=\"img\" "
    + "aria-label=\"\(escaped(spoken))\" font-family=\"Helvetica, Arial, 'DejaVu Sans', "
    + "sans-serif\">\n<style>\n\(theme.css)</style>\n" + body + "</svg>\n"
}
