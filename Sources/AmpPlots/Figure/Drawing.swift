/// Lays a figure out and writes it: margins from the labels, frames, marks, legends, foot.
struct Drawing {
  private let figure: Figure
  private var canvas = SVGCanvas()

  /// The elements of the drawing.
  var text: String { canvas.text }

  static let tickSize = 12.0
  private static let labelSize = 13.5
  private static let titleSize = 14.0

  private struct Panel {
    var y: Axis
    var marks: [Mark]
    var frame: Frame
    var yRange: ClosedRange<Double>
    var ticks: Ticks
  }

  init(_ figure: Figure) {
    self.figure = figure
    draw()
  }

  private mutating func draw() {
    let full = figure.marks + (figure.lower?.marks ?? [])
    let xRange = resolvedX(full)
    let top = figure.title.isEmpty ? 16.0 : 34.0
    let bottom = figure.height - 50
    var frames = [Frame(left: 0, right: 0, top: top, bottom: bottom)]
    var contents = [(figure.y, figure.marks)]
    if let lower = figure.lower {
      let split = top + 0.7 * (bottom - top)
      frames[0].bottom = split - 5
      frames.append(Frame(left: 0, right: 0, top: split + 5, bottom: bottom))
      contents.append((lower.y, lower.marks))
    }
    var panels = zip(frames, contents).map { frame, content in
      panel(content.0, content.1, frame: frame, headroom: 0)
    }
    // A power of ten taken out of the labels stands above its frame and needs room there.
    for i in panels.indices where panels[i].ticks.exponent != 0 {
      panels[i].frame.top += i == 0 ? (figure.title.isEmpty ? 8 : 10) : 12
    }
    let widest = panels.flatMap { $0.ticks.major.map { Self.tickWidth($0.label) } }.max() ?? 0
    let left = 12 + Self.labelSize + 8 + max(widest, 18) + 6
    let scale = DensityScale(figure.marks)
    let right = max(figure.width - (scale?.width ?? 16), left + 60)
    for i in panels.indices {
      panels[i].frame.left = left
      panels[i].frame.right = right
    }
    canvas.rectangle(0, 0, figure.width, figure.height, style: "amp-ground")
    let xTicks = fittingTicks(xRange, width: right - left)
    var omitted = 0
    for i in panels.indices {
      let (placed, legend) = fitted(&panels[i], xRange: xRange)
      drawPanel(
        panels[i], placed: placed, legend: legend, xRange: xRange, xTicks: xTicks,
        last: i + 1 == panels.count)
      omitted += placed.reduce(0) { $0 + $1.mark.omissions(x: $1.x, y: $1.y) }
    }
    drawTexts(left: left, right: right, bottom: bottom, xTicks: xTicks, omitted: omitted)
    scale?.draw(beside: panels[0].frame, on: &canvas)
  }

  static func tickWidth(_ label: String) -> Double { width(of: label, size: tickSize) }

  // MARK: - Ranges

  private func resolvedX(_ marks: [Mark]) -> ClosedRange<Double> {
    var extent = Extent()
    for mark in marks { mark.demands { x, _ in if let x { extent.include(x) } } }
    // Symbols at the ends keep off the frame.
    let keepsOff = marks.contains(where: \.isPoints) && !marks.contains(where: \.isHistogram)
    let padding = marks.contains(where: \.fillsWidth) && !keepsOff ? 0 : 0.05
    return figure.x.resolved(extent, padding: padding)
  }

  /// As many ticks as leave their labels apart.
  private func fittingTicks(_ range: ClosedRange<Double>, width: Double) -> Ticks {
    var target = max(2, Int(width / 58))
    while true {
      let ticks = Ticks(range, scale: figure.x.scale, target: target)
      let widest = ticks.major.map { Self.tickWidth($0.label) }.max() ?? 0
      if target <= 2 || (widest + 14) * Double(ticks.major.count - 1) <= width { return ticks }
      target -= 1
    }
  }

  private func panel(_ y: Axis, _ marks: [Mark], frame: Frame, headroom: Double) -> Panel {
    var extent = Extent()
    for mark in marks { mark.demands { _, y in if let y { extent.include(y) } } }
    extent.baseline = marks.contains(where: \.isHistogram)
    let isDensity = marks.contains { if case .density = $0.shape { true } else { false } }
    let range = y.resolved(extent, padding: isDensity ? 0 : 0.06, headroom: headroom)
    let ticks = Ticks(range, scale: y.scale, target: max(3, Int(frame.height / 42)))
    return Panel(y: y, marks: marks, frame: frame, yRange: range, ticks: ticks)
  }

  private func maps(_ panel: Panel, xRange: ClosedRange<Double>) -> (x: AxisMap, y: AxisMap) {
    let x = AxisMap(
      range: xRange, scale: figure.x.scale, start: panel.frame.left, end: panel.frame.right)
    let y = AxisMap(
      range: panel.yRange, scale: panel.y.scale, start: panel.frame.bottom, end: panel.frame.top)
    return (x, y)
  }

  private func place(_ panel: Panel, xRange: ClosedRange<Double>) -> [PlacedMark] {
    let (x, y) = maps(panel, xRange: xRange)
    return panel.marks.map { PlacedMark(mark: $0, x: x, y: y) }
  }

  /// Raises the ceiling of `panel` until its legend covers no data, or as little as possible.
  private func fitted(_ panel: inout Panel, xRange: ClosedRange<Double>) -> (
    [PlacedMark], (Legend, x: Double, y: Double)?
  ) {
    let legend = Legend(panel.marks, limit: 0.62 * panel.frame.width)
    guard !legend.isEmpty else { return (place(panel, xRange: xRange), nil) }
    var best: (panel: Panel, placed: [PlacedMark], spot: (x: Double, y: Double, covered: Int))?
    let fits = min(0.6, (legend.height + 2 * Legend.margin) / panel.frame.height)
    for headroom in panel.y.range == nil ? [0, 0.12, 0.2, fits] : [0] {
      let trial = self.panel(panel.y, panel.marks, frame: panel.frame, headroom: headroom)
      let placed = place(trial, xRange: xRange)
      let obstacles = placed.flatMap { $0.obstacles() }
        .filter { panel.frame.contains($0.x, $0.y) }
      let spot = legend.place(in: panel.frame, obstacles: obstacles)
      if spot.covered < best?.spot.covered ?? .max { best = (trial, placed, spot) }
      if spot.covered == 0 { break }
    }
    guard let best else { return (place(panel, xRange: xRange), nil) }
    panel = best.panel
    return (best.placed, (legend, best.spot.x, best.spot.y))
  }

  // MARK: - Writing

  private mutating func drawPanel(
    _ panel: Panel, placed: [PlacedMark], legend: (Legend, x: Double, y: Double)?,
    xRange: ClosedRange<Double>, xTicks: Ticks, last: Bool
  ) {
    let frame = panel.frame
    let box = [frame.left, frame.top, frame.width, frame.height].map { fixed($0) }
    canvas.raw(
      "<svg x=\"\(box[0])\" y=\"\(box[1])\" width=\"\(box[2])\" height=\"\(box[3])\" "
        + "viewBox=\"\(box.joined(separator: " "))\" overflow=\"hidden\">")
    for mark in placed { mark.draw(on: &canvas) }
    canvas.raw("</svg>")
    canvas.rectangle(frame.left, frame.top, frame.width, frame.height, style: "amp-frame")
    let (x, y) = maps(panel, xRange: xRange)
    var path = ""
    for (values, length) in [(xTicks.major.map(\.value), 6.0), (xTicks.minor, 3)] {
      for px in values.compactMap({ x($0) }) {
        path += "M\(fixed(px)) \(fixed(frame.bottom))v\(fixed(-length))"
        path += "M\(fixed(px)) \(fixed(frame.top))v\(fixed(length))"
      }
    }
    for (values, length) in [(panel.ticks.major.map(\.value), 6.0), (panel.ticks.minor, 3)] {
      for py in values.compactMap({ y($0) }) {
        path += "M\(fixed(frame.left)) \(fixed(py))h\(fixed(length))"
        path += "M\(fixed(frame.right)) \(fixed(py))h\(fixed(-length))"
      }
    }
    canvas.path(path, style: "amp-frame")
    for tick in panel.ticks.major {
      guard let py = y(tick.value) else { continue }
      canvas.label(
        tick.label, frame.left - 6, py + 4, size: Self.tickSize, anchor: .end)
    }
    if last {
      for tick in xTicks.major {
        guard let px = x(tick.value) else { continue }
        canvas.label(tick.label, px, frame.bottom + 17, size: Self.tickSize, anchor: .middle)
      }
    }
    if panel.ticks.exponent != 0 {
      let factor = "×10^{\(panel.ticks.exponent)}".replacing("-", with: "−")
      canvas.label(factor, frame.left, frame.top - 5, size: Self.tickSize)
    }
    canvas.label(
      shortened(panel.y.label, size: Self.labelSize, limit: frame.height + 20),
      11 + Self.labelSize / 2, (frame.top + frame.bottom) / 2, size: Self.labelSize,
      anchor: .middle, turned: true, whole: panel.y.label)
    if let legend { legend.0.draw(x: legend.x, y: legend.y, on: &canvas) }
  }

  private mutating func drawTexts(
    left: Double, right: Double, bottom: Double, xTicks: Ticks, omitted: Int
  ) {
    let middle = (left + right) / 2
    canvas.label(
      shortened(figure.title, size: Self.titleSize, limit: figure.width - 24),
      figure.width / 2, 20, size: Self.titleSize, anchor: .middle, whole: figure.title)
    canvas.label(
      shortened(figure.x.label, size: Self.labelSize, limit: figure.width - 24), middle,
      bottom + 38, size: Self.labelSize, anchor: .middle, whole: figure.x.label)
    if xTicks.exponent != 0 {
      let factor = "×10^{\(xTicks.exponent)}".replacing("-", with: "−")
      canvas.label(factor, right, bottom + 31, size: Self.tickSize, anchor: .end)
    }
    if omitted > 0 {
      canvas.label(
        "not shown: \(omitted)", figure.width - 8, figure.height - 5, size: 10, anchor: .end,
        style: "amp-quiet")
    }
  }
}
