/// Values in rising order, NaN left out, for medians and other quantiles.
public struct SortedSample: Sendable, Equatable {
  /// The values, rising; infinities stand at the ends.
  public let values: [Double]

  /// How many values were NaN.
  public let ignored: Int

  /// Sorts `values`.
  public init(_ values: [Double]) {
    self.values = values.filter { !$0.isNaN }.sorted()
    ignored = values.count - self.values.count
  }

  /// The number of values.
  public var count: Int { values.count }

  /// The quantile of order `p` in 0...1, linear between neighbours (NumPy's default); NaN for an
  /// empty sample.
  public func quantile(_ p: Double) -> Double {
    precondition((0...1).contains(p), "a quantile of order \(p)")
    guard let last = values.last else { return .nan }
    let position = p * Double(values.count - 1)
    let index = Int(position)
    guard index + 1 < values.count else { return last }
    let part = position - Double(index)
    if part == 0 || values[index] == values[index + 1] { return values[index] }
    return values[index] + part * (values[index + 1] - values[index])
  }

  /// The median; NaN for an empty sample.
  public var median: Double { quantile(0.5) }

  /// How many values are at most `limit`.
  public func count(upTo limit: Double) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The indices of the `count` largest values, largest first; equal ones in their order.
///
/// NaN counts as larger than everything: a point without a number is the first to look at.
public func indicesOfLargest(_ values: [Double], count: Int) -> [Int] {
  precondition(count >= 0, "\(count) indices")
  func key(_ i: Int) -> Double { values[i].isNaN ? .infinity : values[i] }
  let order = values.indices.sorted { a, b in
    if values[a].isNaN != values[b].isNaN { return values[a].isNaN }
    return key(a) != key(b) ? key(a) > key(b) : a < b
  }
  return Array(order.prefix(count))
}
