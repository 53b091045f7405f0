// The few SVG elements that a figure needs, written as text.

/// How a text hangs on its position.
enum Anchor: String {
  case start, middle, end
}

/// Collects SVG elements; coordinates are pixels with two decimals.
struct SVGCanvas {
  private(set) var text = ""

  /// Appends `line` as it is; the caller vouches for it.
  mutating func raw(_ line: String) {
    text += line
    text += "\n"
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
    path("M\(fixed(x1)) \(fixed(y1))L\(fixed(x2)) \(fixed(y2))", style: style)
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, style: String
  ) {
    raw(
      "<rect x=\"\(fixed(x))\" y=\"\(fixed(y))\" width=\"\(fixed(width))\" "
        + "height=\"\(fixed(height))\" class=\"\(style)\"/>")
  }

  mutating func path(_ data: String, style: String) {
    guard !data.isEmpty else { return }
    raw("<path d=\"\(data)\" class=\"\(style)\"/>")
  }

  /// Writes a label at its baseline; `_{…}` and `^{…}` lower and raise, `turned` reads upwards.
  mutating func label(
    _ label: String, _ x: Double, _ y: Double, size: Double, anchor: Anchor = .start,
    turned: Bool = false, style: String = "amp-text", whole: String? = nil
  ) {
    guard !label.isEmpty else { return }
    var body = ""
    var shift = 0.0
    for run in runs(label) {
      let level =
        switch run.level {
        case .plain: 0.0
        case .raised: -0.38 * size
        case .lowered: 0.24 * size
        }
      if run.level == .plain && shift == 0 {
        body += escaped(run.text)
      } else {
        let smaller = run.level == .plain ? "" : " font-size=\"\(fixed(0.72 * size))\""
        // Some renderers drop a space at the border of a span, so it becomes a distance.
        let text = run.text.drop { $0 == " " }
        let gap = text.count < run.text.count ? " dx=\"\(fixed(0.28 * size))\"" : ""
        body += "<tspan dy=\"\(fixed(level - shift))\"\(gap)\(smaller)>"
        body += escaped(String(text)) + "</tspan>"
      }
      shift = level
    }
    if let whole, whole != label { body += "<title>\(escaped(whole))</title>" }
    let turn = turned ? " transform=\"rotate(-90 \(fixed(x)) \(fixed(y)))\"" : ""
    raw(
      "<text x=\"\(fixed(x))\" y=\"\(fixed(y))\" font-size=\"\(fixed(size))\" "
        + "text-anchor=\"\(anchor.rawValue)\" class=\"\(style)\"\(turn)>\(body)</text>")
  }
}
