/// Counts of points (x, y) in the cells of a grid: a two-dimensional histogram.
///
/// Edges follow the rules of ``Histogram``; a point with a coordinate that is not finite is left
/// out and counted.
public struct DensityGrid: Sendable, Equatable {
  /// The rising edges in x.
  public let xEdges: [Double]

  /// The rising edges in y.
  public let yEdges: [Double]

  /// The counts, row-major: `counts[row * columns + column]` with rows along y.
  public let counts: [Int]

  /// The largest count of a cell.
  public let largest: Int

  /// How many points lie outside the edges.
  public let outside: Int

  /// How many points have a coordinate that is not finite.
  public let ignored: Int

  /// The number of cells along x.
  public var columns: Int { xEdges.count - 1 }

  /// The number of cells along y.
  public var rows: Int { yEdges.count - 1 }

  /// Counts the points (x[i], y[i]); traps if the numbers of coordinates differ.
  public init(x: [Double], y: [Double], xEdges: [Double], yEdges: [Double]) {
    precondition(x.count == y.count, "\(x.count) values of x but \(y.count) of y")
    precondition(
      xEdges.count >= 2 && yEdges.count >= 2,
      "a grid needs two or more edges, not \(xEdges.count) and \(yEdges.count)")
    var counts = [Int](repeating: 0, count: (xEdges.count - 1) * (yEdges.count - 1))
    var outside = 0
    var ignored = 0
    for i in x.indices {
      if !x[i].isFinite || !y[i].isFinite {
        ignored += 1
      } else if let column = Histogram.bin(of: x[i], in: xEdges),
        let row = Histogram.bin(of: y[i], in: yEdges)
      {
        counts[row * (xEdges.count - 1) + column] += 1
      } else {
        outside += 1
      }
    }
    self.xEdges = xEdges
    self.yEdges = yEdges
    self.counts = counts
    largest = counts.max() ?? 0
    self.outside = outside
    self.ignored = ignored
  }

  /// The step of the colour scale for `count` points: logarithmic between 1 and ``largest``.
  func level(of count: Int) -> Int? {
    guard count > 0 else { return nil }
    guard largest > 1 else { return densityLevels - 1 }
    if largest <= densityLevels { return (count * densityLevels - 1) / largest }
    let part = commonLogarithm(Double(count)) / commonLogarithm(Double(largest))
    return min(densityLevels - 1, Int(part * Double(densityLevels)))
  }
}
