/// A mark on its axes, and its paths.
struct PlacedMark {
  let mark: Mark
  let x: AxisMap
  let y: AxisMap

  typealias Point = (x: Double, y: Double)

  /// The pixels of (a, b), nil if it has no place.
  func point(_ a: Double, _ b: Double) -> Point? {
    guard let px = x(a), let py = y(b) else { return nil }
    return (px, py)
  }

  private func text(_ point: Point) -> String { "\(fixed(point.x)) \(fixed(point.y))" }

  /// The runs of points with a place.
  func segments(_ a: [Double], _ b: [Double]) -> [[Point]] {
    var result: [[Point]] = []
    var current: [Point] = []
    for i in a.indices {
      if let next = point(a[i], b[i]) {
        current.append(next)
      } else if !current.isEmpty {
        result.append(current)
        current = []
      }
    }
    if !current.isEmpty { result.append(current) }
    return result
  }

  /// Writes the mark.
  func draw(on canvas: inout SVGCanvas) {
    let name = mark.colour.name
    switch mark.shape {
    case .steps(let histogram, let errors, let filled):
      let outline = steps(histogram)
      if filled { canvas.path(outline.isEmpty ? "" : outline + "Z", style: "amp-fill-\(name)") }
      canvas.path(outline, style: "amp-line-\(name)")
      if errors { canvas.path(bars(histogram), style: "amp-thin-\(name)") }
    case .line(let a, let b, let dashed):
      let parts = segments(a, b)
      let path = parts.filter { $0.count > 1 }
        .map { "M" + $0.map(text).joined(separator: "L") }.joined()
      let alone = parts.filter { $0.count == 1 }.map { Self.symbol(mark.colour, at: $0[0]) }
      canvas.path(alone.joined(), style: "amp-dot-\(name)")
      canvas.path(path, style: dashed ? "amp-dash-\(name)" : "amp-line-\(name)")
    case .band(let a, let low, let high):
      canvas.path(area(a, low, high), style: "amp-fill-\(name)")
    case .points(let a, let b, let errors):
      var dots = ""
      var bars = ""
      for i in a.indices {
        guard let centre = point(a[i], b[i]) else { continue }
        dots += Self.symbol(mark.colour, at: centre)
        guard let error = errors?[i], let top = y.floored(b[i] + error),
          let bottom = y.floored(b[i] - error)
        else { continue }
        bars += "M\(fixed(centre.x)) \(fixed(bottom))V\(fixed(top))"
      }
      canvas.path(bars, style: "amp-thin-\(name)")
      canvas.path(dots, style: "amp-dot-\(name)")
    case .density(let grid, _):
      for (level, path) in cells(grid).enumerated() {
        canvas.path(path, style: "amp-density\(level)")
      }
    case .vertical(let value):
      guard let px = x(value) else { return }
      canvas.line(px, y.start, px, y.end, style: "amp-dash-\(name)")
    case .horizontal(let value):
      guard let py = y(value) else { return }
      canvas.line(x.start, py, x.end, py, style: "amp-dash-\(name)")
    case .note: break
    }
  }

  /// Round for even colours, square for odd ones: told apart in black and white too.
  ///
  /// From the seventh series on, when colours come again, it is the other way round.
  static func symbol(_ colour: Colour, at centre: (x: Double, y: Double)) -> String {
    if case .series(let index) = colour, (index + index / 6) % 2 != 0 {
      return "M\(fixed(centre.x - 2.3)) \(fixed(centre.y - 2.3))h4.6v4.6h-4.6Z"
    }
    let turn = "a2.6 2.6 0 1 0 "
    return "M\(fixed(centre.x - 2.6)) \(fixed(centre.y))\(turn)5.2 0\(turn)-5.2 0Z"
  }

  private func steps(_ histogram: Histogram) -> String {
    let base = y.floored(0) ?? y.start
    var path = ""
    for i in histogram.heights.indices {
      guard let left = x.floored(histogram.edges[i]), let right = x(histogram.edges[i + 1]),
        let top = y.floored(histogram.heights[i])
      else { continue }
      path += path.isEmpty ? "M\(fixed(left)) \(fixed(base))" : ""
      path += "V\(fixed(top))H\(fixed(right))"
    }
    return path.isEmpty ? "" : path + "V\(fixed(base))"
  }

  func centre(_ histogram: Histogram, _ bin: Int) -> Double? {
    guard let left = x.floored(histogram.edges[bin]), let right = x(histogram.edges[bin + 1])
    else { return nil }
    return (left + right) / 2
  }

  private func bars(_ histogram: Histogram) -> String {
    var path = ""
    for (i, height) in histogram.heights.enumerated() where height > 0 {
      guard let middle = centre(histogram, i),
        let low = y.floored(height - histogram.errors[i]),
        let high = y.floored(height + histogram.errors[i])
      else { continue }
      path += "M\(fixed(middle)) \(fixed(low))V\(fixed(high))"
    }
    return path
  }

  private func area(_ a: [Double], _ low: [Double], _ high: [Double]) -> String {
    var path = ""
    var upper: [Point] = []
    var lower: [Point] = []
    func close() {
      guard !upper.isEmpty else { return }
      let around = upper + lower.reversed()
      path += "M" + around.map(text).joined(separator: "L") + "Z"
      upper = []
      lower = []
    }
    for i in a.indices {
      if let px = x(a[i]), let bottom = y.floored(low[i]), let top = y.floored(high[i]) {
        upper.append((px, top))
        lower.append((px, bottom))
      } else {
        close()
      }
    }
    close()
    return path
  }

  /// One path per colour step, neighbours in a row joined.
  private func cells(_ grid: DensityGrid) -> [String] {
    var paths = [String](repeating: "", count: densityLevels)
    let xs = grid.xEdges.map { x.floored($0) ?? x.start }
    let ys = grid.yEdges.map { y.floored($0) ?? y.start }
    for row in 0..<grid.rows {
      var column = 0
      while column < grid.columns {
        let level = grid.level(of: grid.counts[row * grid.columns + column])
        var end = column + 1
        while end < grid.columns,
          grid.level(of: grid.counts[row * grid.columns + end]) == level
        {
          end += 1
        }
        if let level {
          paths[level] +=
            "M\(fixed(xs[column])) \(fixed(ys[row]))H\(fixed(xs[end]))"
            + "V\(fixed(ys[row + 1]))H\(fixed(xs[column]))Z"
        }
        column = end
      }
    }
    return paths
  }
}
