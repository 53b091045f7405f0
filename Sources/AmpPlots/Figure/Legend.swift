// Where the legend goes: into the corner with the least data, and if all have some, the frame
// grows upwards until one has none.

/// The lines of a legend and the size of its box.
struct Legend {
  static let size = 12.0
  static let lineHeight = 17.0
  static let swatch = 30.0
  static let margin = 9.0

  /// Notes come first, then the labelled marks in the order of drawing.
  let entries: [(mark: Mark, text: String)]
  let width: Double
  let height: Double

  init(_ marks: [Mark], limit: Double) {
    let labelled = marks.filter { $0.label?.isEmpty == false }
    let ordered = labelled.filter(\.isNote) + labelled.filter { !$0.isNote }
    entries = ordered.map { mark in
      let room = limit - (mark.isNote ? 0 : Legend.swatch)
      return (mark, shortened(mark.label ?? "", size: Legend.size, limit: room))
    }
    width =
      entries.map { entry in
        AmpPlots.width(of: entry.text, size: Legend.size)
          + (entry.mark.isNote ? 0 : Legend.swatch)
      }.max() ?? 0
    height = Double(entries.count) * Legend.lineHeight
  }

  var isEmpty: Bool { entries.isEmpty }

  /// The corner of the box, from the least covered of the candidates, and how much it covers.
  func place(in frame: Frame, obstacles: [(x: Double, y: Double)]) -> (
    x: Double, y: Double, covered: Int
  ) {
    let m = Legend.margin
    let left = frame.left + m
    let right = frame.right - m - width
    let centre = (frame.left + frame.right - width) / 2
    let top = frame.top + m
    let bottom = frame.bottom - m - height
    let candidates = [
      (right, top), (left, top), (centre, top), (right, bottom), (left, bottom), (centre, bottom),
    ]
    var best = (x: right, y: top, covered: Int.max)
    for (x, y) in candidates {
      let covered = obstacles.count {
        $0.x > x - 5 && $0.x < x + width + 5 && $0.y > y - 5 && $0.y < y + height + 5
      }
      if covered < best.covered { best = (x, y, covered) }
    }
    return best
  }

  /// Writes the legend with the corner of its box at (x, y).
  func draw(x: Double, y: Double, on canvas: inout SVGCanvas) {
    canvas.rectangle(x - 4, y - 2, width + 8, height + 4, style: "amp-veil")
    for (row, entry) in entries.enumerated() {
      let middle = y + (Double(row) + 0.5) * Legend.lineHeight
      let name = entry.mark.colour.name
      let end = x + Legend.swatch - 8
      switch entry.mark.shape {
      case .steps(_, _, let filled):
        if filled { canvas.rectangle(x, middle - 5, end - x, 10, style: "amp-fill-\(name)") }
        canvas.path(
          "M\(fixed(x)) \(fixed(middle + 5))v-10H\(fixed(end))v10", style: "amp-line-\(name)")
      case .line(_, _, let dashed):
        let style = dashed ? "amp-dash-\(name)" : "amp-line-\(name)"
        canvas.line(x, middle, end, middle, style: style)
      case .band:
        canvas.rectangle(x, middle - 5, end - x, 10, style: "amp-fill-\(name)")
      case .points(_, _, let errors):
        let centre = (x + end) / 2
        if errors != nil {
          canvas.line(centre, middle - 6, centre, middle + 6, style: "amp-thin-\(name)")
        }
        canvas.path(
          PlacedMark.symbol(entry.mark.colour, at: (centre, middle)), style: "amp-dot-\(name)")
      case .vertical, .horizontal:
        canvas.line(x, middle, end, middle, style: "amp-dash-\(name)")
      case .density, .note: break
      }
      canvas.label(
        entry.text, entry.mark.isNote ? x : x + Legend.swatch, middle + 4, size: Legend.size,
        whole: entry.mark.label)
    }
  }
}

extension Mark {
  var isNote: Bool {
    if case .note = shape { true } else { false }
  }
}

/// The rectangle between the axes, in pixels.
struct Frame {
  var left: Double
  var right: Double
  var top: Double
  var bottom: Double

  var width: Double { right - left }
  var height: Double { bottom - top }

  func contains(_ x: Double, _ y: Double) -> Bool {
    x >= left - 1 && x <= right + 1 && y >= top - 1 && y <= bottom + 1
  }
}
