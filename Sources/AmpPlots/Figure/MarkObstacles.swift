extension PlacedMark {
  /// Pixels that a legend had better not cover, a few pixels apart along lines and areas.
  func obstacles() -> [(x: Double, y: Double)] {
    var result: [Point] = []
    func column(_ px: Double, _ from: Double, _ to: Double) {
      let low = max(min(from, to), min(y.start, y.end))
      let high = min(max(from, to), max(y.start, y.end))
      guard low <= high else { return }
      let count = Int((high - low) / 8) + 1
      for k in 0...count { result.append((px, low + (high - low) * Double(k) / Double(count))) }
    }
    func segment(_ a: Point, _ b: Point) {
      let length = max(abs(a.x - b.x), abs(a.y - b.y))
      let count = min(Int(length / 4) + 1, 500)
      for k in 0...count {
        let t = Double(k) / Double(count)
        result.append((a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t))
      }
    }
    switch mark.shape {
    case .steps(let histogram, let errors, _):
      let base = y.floored(0) ?? y.start
      for (i, height) in histogram.heights.enumerated() {
        guard let middle = centre(histogram, i), let left = x.floored(histogram.edges[i]),
          let top = y.floored(errors ? height + histogram.errors[i] : height)
        else { continue }
        let half = middle - left
        for px in half > 4 ? [left, middle, middle + half] : [middle] { column(px, base, top) }
      }
    case .line(let a, let b, _):
      for run in segments(a, b) {
        for (p, q) in zip(run, run.dropFirst()) { segment(p, q) }
      }
    case .band(let a, let low, let high):
      for i in a.indices {
        guard let px = x(a[i]), let p = y.floored(low[i]), let q = y.floored(high[i]) else {
          continue
        }
        column(px, p, q)
      }
    case .points(let a, let b, let errors):
      for i in a.indices {
        guard let centre = point(a[i], b[i]) else { continue }
        result.append(centre)
        guard let error = errors?[i], let top = y.floored(b[i] + error),
          let bottom = y.floored(b[i] - error)
        else { continue }
        column(centre.x, bottom, top)
      }
    case .density(let grid, _):
      for row in 0..<grid.rows {
        for column in 0..<grid.columns where grid.counts[row * grid.columns + column] > 0 {
          guard let left = x.floored(grid.xEdges[column]), let right = x(grid.xEdges[column + 1]),
            let low = y.floored(grid.yEdges[row]), let high = y(grid.yEdges[row + 1])
          else { continue }
          result.append(((left + right) / 2, (low + high) / 2))
        }
      }
    case .vertical, .horizontal, .note: break
    }
    return result
  }
}
