/// One thing drawn into the frame of a figure.
///
/// Values that have no place on the axes (not finite, not positive on a logarithmic axis) are left
/// out and counted; the figure says so in its foot.
public struct Mark: Sendable {
  enum Shape: Sendable {
    case steps(Histogram, errors: Bool, filled: Bool)
    case line(x: [Double], y: [Double], dashed: Bool)
    case band(x: [Double], low: [Double], high: [Double])
    case points(x: [Double], y: [Double], errors: [Double]?)
    case density(DensityGrid, label: String)
    case vertical(Double)
    case horizontal(Double)
    case note
  }

  let shape: Shape
  let label: String?
  let colour: Colour

  /// The outline of a histogram, on request with √n error bars and a light filling.
  public static func histogram(
    _ histogram: Histogram, label: String? = nil, colour: Colour = .series(0),
    errors: Bool = false, filled: Bool = false
  ) -> Mark {
    Mark(
      shape: .steps(histogram, errors: errors, filled: filled), label: label, colour: colour)
  }

  /// A line through (x[i], y[i]), interrupted where a point has no place.
  public static func line(
    x: [Double], y: [Double], label: String? = nil, colour: Colour = .series(0),
    dashed: Bool = false
  ) -> Mark {
    precondition(x.count == y.count, "\(x.count) values of x but \(y.count) of y")
    return Mark(shape: .line(x: x, y: y, dashed: dashed), label: label, colour: colour)
  }

  /// The area between low[i] and high[i] over x[i].
  public static func band(
    x: [Double], low: [Double], high: [Double], label: String? = nil, colour: Colour = .series(0)
  ) -> Mark {
    precondition(
      x.count == low.count && x.count == high.count,
      "\(x.count) values of x but \(low.count) and \(high.count) of the band")
    return Mark(shape: .band(x: x, low: low, high: high), label: label, colour: colour)
  }

  /// Points at (x[i], y[i]), on request with bars of y[i] ± errors[i].
  public static func points(
    x: [Double], y: [Double], errors: [Double]? = nil, label: String? = nil,
    colour: Colour = .series(0)
  ) -> Mark {
    precondition(
      x.count == y.count && (errors == nil || errors?.count == x.count),
      "\(x.count) values of x but \(y.count) of y and \(errors?.count ?? x.count) errors")
    return Mark(shape: .points(x: x, y: y, errors: errors), label: label, colour: colour)
  }

  /// The counts of a grid as shades, with their scale beside the frame under the name `scale`.
  public static func density(_ grid: DensityGrid, scale: String = "points per cell") -> Mark {
    Mark(shape: .density(grid, label: scale), label: nil, colour: .series(0))
  }

  /// A dashed line at x = `value` over the whole height.
  public static func vertical(
    at value: Double, label: String? = nil, colour: Colour = .muted
  ) -> Mark {
    Mark(shape: .vertical(value), label: label, colour: colour)
  }

  /// A dashed line at y = `value` over the whole width.
  public static func horizontal(
    at value: Double, label: String? = nil, colour: Colour = .muted
  ) -> Mark {
    Mark(shape: .horizontal(value), label: label, colour: colour)
  }

  /// A line of text, set above the legend.
  public static func note(_ text: String) -> Mark {
    Mark(shape: .note, label: text, colour: .ink)
  }
}

extension Mark {
  /// Hands every (x, y) that must fit into the frame to `visit`; nil is no demand on that axis.
  func demands(_ visit: (_ x: Double?, _ y: Double?) -> Void) {
    switch shape {
    case .steps(let histogram, let errors, _):
      for edge in histogram.edges { visit(edge, nil) }
      for (height, error) in zip(histogram.heights, histogram.errors) {
        visit(nil, errors ? height + error : height)
      }
    case .line(let x, let y, _):
      for i in x.indices { visit(x[i], y[i]) }
    case .band(let x, let low, let high):
      for i in x.indices {
        visit(x[i], low[i])
        visit(nil, high[i])
      }
    case .points(let x, let y, let errors):
      for i in x.indices {
        visit(x[i], y[i])
        if let error = errors?[i] {
          visit(nil, y[i] - error)
          visit(nil, y[i] + error)
        }
      }
    case .density(let grid, _):
      for edge in [grid.xEdges[0], grid.xEdges[grid.columns]] { visit(edge, nil) }
      for edge in [grid.yEdges[0], grid.yEdges[grid.rows]] { visit(nil, edge) }
    case .vertical(let value): visit(value, nil)
    case .horizontal(let value): visit(nil, value)
    case .note: break
    }
  }

  var isHistogram: Bool {
    if case .steps = shape { true } else { false }
  }

  var isPoints: Bool {
    if case .points = shape { true } else { false }
  }

  /// Whether the mark should reach the sides of the frame.
  var fillsWidth: Bool {
    switch shape {
    case .steps, .line, .band, .density: true
    default: false
    }
  }

  /// How many values are left out because they have no place, or lie outside the bins.
  func omissions(x xMap: AxisMap, y yMap: AxisMap) -> Int {
    func missing(_ x: [Double], _ y: [Double]) -> Int {
      x.indices.count { xMap(x[$0]) == nil || yMap(y[$0]) == nil }
    }
    switch shape {
    case .steps(let histogram, _, _): return histogram.ignored + histogram.outside
    case .line(let x, let y, _): return missing(x, y)
    case .band(let x, let low, let high):
      return x.indices.count {
        xMap(x[$0]) == nil || yMap.floored(low[$0]) == nil || yMap.floored(high[$0]) == nil
      }
    case .points(let x, let y, _): return missing(x, y)
    case .density(let grid, _): return grid.ignored + grid.outside
    case .vertical(let value): return xMap(value) == nil ? 1 : 0
    case .horizontal(let value): return yMap(value) == nil ? 1 : 0
    case .note: return 0
    }
  }
}
