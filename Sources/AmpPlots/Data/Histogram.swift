import Foundation

/// Counts of values in bins, with the statistical error √n of each.
///
/// A value v belongs to the bin with edges[i] ≤ v < edges[i+1]; the last bin holds its upper edge
/// too. Values that are not finite are left out and counted in ``ignored``.
public struct Histogram: Sendable, Equatable {
  /// The bin edges, rising, one more than there are bins.
  public let edges: [Double]

  /// The height of each bin.
  public private(set) var heights: [Double]

  /// The error of each height.
  public private(set) var errors: [Double]

  /// How many values lie below the first or above the last edge.
  public let outside: Int

  /// How many values are not finite.
  public let ignored: Int

  /// The number of values in the bins.
  public let inside: Int

  /// Counts `values` between `edges`; traps unless there are two or more rising finite edges.
  public init(_ values: [Double], edges: [Double]) {
    precondition(
      edges.count >= 2 && edges.allSatisfy(\.isFinite)
        && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
      "a histogram needs two or more rising edges, not \(edges)")
    var counts = [Int](repeating: 0, count: edges.count - 1)
    var outside = 0
    var ignored = 0
    for value in values {
      if !value.isFinite {
        ignored += 1
      } else if let bin = Histogram.bin(of: value, in: edges) {
        counts[bin] += 1
      } else {
        outside += 1
      }
    }
    self.edges = edges
    self.outside = outside
    self.ignored = ignored
    inside = values.count - outside - ignored
    heights = counts.map(Double.init)
    errors = heights.map { $0.squareRoot() }
  }

  /// Takes `counts` that were made before; traps unless there is one per bin, none below zero.
  public init(counts: [Int], edges: [Double], outside: Int = 0, ignored: Int = 0) {
    precondition(
      edges.count == counts.count + 1 && !counts.isEmpty && counts.allSatisfy { $0 >= 0 }
        && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
      "\(counts.count) counts do not belong to \(edges.count) edges")
    self.edges = edges
    self.outside = outside
    self.ignored = ignored
    inside = counts.reduce(0, +)
    heights = counts.map(Double.init)
    errors = heights.map { $0.squareRoot() }
  }

  /// Counts `values` in `bins` bins of equal width over `range`.
  public init(_ values: [Double], bins: Int, range: ClosedRange<Double>) {
    self.init(values, edges: Histogram.edges(bins: bins, range: range))
  }

  /// Counts `values` in `bins` bins of equal ratio over `range`, for a logarithmic axis.
  public init(_ values: [Double], logarithmicBins bins: Int, range: ClosedRange<Double>) {
    self.init(values, edges: Histogram.logarithmicEdges(bins: bins, range: range))
  }

  /// The same histogram with unit area: n / (N · width), N all finite values, also those outside.
  ///
  /// Without values every height stays 0.
  public func density() -> Histogram {
    var result = self
    let total = Double(inside + outside)
    guard total > 0 else { return self }
    for i in heights.indices {
      let area = total * (edges[i + 1] - edges[i])
      result.heights[i] = heights[i] / area
      result.errors[i] = errors[i] / area
    }
    return result
  }

  /// `bins` + 1 edges of equal distance; a range of no width is widened about its value.
  public static func edges(bins: Int, range: ClosedRange<Double>) -> [Double] {
    precondition(bins > 0, "\(bins) bins")
    let range = widened(range)
    let low = range.lowerBound
    let high = range.upperBound
    return (0...bins).map { i in
      let part = Double(i) / Double(bins)
      return i == bins ? high : low * (1 - part) + high * part
    }
  }

  /// `bins` + 1 edges of equal ratio; traps unless the range is positive.
  public static func logarithmicEdges(bins: Int, range: ClosedRange<Double>) -> [Double] {
    precondition(bins > 0 && range.lowerBound > 0, "\(bins) bins over \(range)")
    let low = log10(range.lowerBound)
    let high = log10(range.upperBound)
    return edges(bins: bins, range: low...high).map { pow(10, $0) }
  }

  /// The bin of a finite `value`, nil outside.
  static func bin(of value: Double, in edges: [Double]) -> Int? {
    guard value >= edges[0], value <= edges[edges.count - 1] else { return nil }
    var low = 0
    var high = edges.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if value >= edges[middle] { low = middle } else { high = middle }
    }
    return low
  }
}

/// `range`, if it is wide enough to be divided; otherwise a range about its value that is.
func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
  let low = min(max(range.lowerBound, -1e300), 1e300)
  let high = min(max(range.upperBound, -1e300), 1e300)
  let size = max(abs(low), abs(high))
  if high - low > 1e-11 * size && high - low > 1e-290 { return low...high }
  let margin = size > 1e-280 ? 0.05 * size : 1
  return low - margin...high + margin
}
