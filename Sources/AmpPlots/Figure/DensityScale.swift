/// The scale beside a density: its shades and the counts they stand for.
struct DensityScale {
  private let label: String
  private let ticks: Ticks
  private let range: ClosedRange<Double>
  private let scale: Axis.Scale
  private let labelWidth: Double

  /// The width that scale, numbers and label take to the right of the frame.
  var width: Double { 57.5 + labelWidth }

  /// The scale of the first density among `marks`, nil if there is none.
  init?(_ marks: [Mark]) {
    for mark in marks {
      guard case .density(let grid, let label) = mark.shape else { continue }
      let logarithmic = grid.largest > densityLevels
      self.label = label
      range = logarithmic ? 1...Double(grid.largest) : 0...Double(max(grid.largest, 1))
      scale = logarithmic ? .logarithmic : .linear
      ticks = Ticks(range, scale: scale, target: min(5, grid.largest))
      labelWidth = ticks.major.map { Drawing.tickWidth($0.label) }.max() ?? 0
      return
    }
    return nil
  }

  /// Writes the scale to the right of `frame`.
  func draw(beside frame: Frame, on canvas: inout SVGCanvas) {
    let x = frame.right + 12
    let step = frame.height / Double(densityLevels)
    for level in 0..<densityLevels {
      canvas.rectangle(
        x, frame.bottom - step * Double(level + 1), 12, step, style: "amp-density\(level)")
    }
    canvas.rectangle(x, frame.top, 12, frame.height, style: "amp-frame")
    let map = AxisMap(range: range, scale: scale, start: frame.bottom, end: frame.top)
    for tick in ticks.major {
      guard let py = map(tick.value) else { continue }
      canvas.line(x + 12, py, x + 8, py, style: "amp-frame")
      canvas.label(tick.label, x + 16, py + 4, size: Drawing.tickSize)
    }
    canvas.label(
      shortened(label, size: 12, limit: frame.height), x + 32 + labelWidth,
      (frame.top + frame.bottom) / 2, size: 12, anchor: .middle, turned: true, whole: label)
  }
}
