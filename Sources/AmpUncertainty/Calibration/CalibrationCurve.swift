/// How many pulls lie in the central intervals that should hold a given part of them.
///
/// For a level c the interval is |t| ≤ Φ⁻¹((1 + c)/2). Calibrated pulls lie on the diagonal, to
/// within the binomial error √(c(1 − c)/n) for n points; above it uncertainties are too large, below too small.
public struct CalibrationCurve: Sendable, Equatable {
  /// The levels c.
  public let nominal: [Double]

  /// The observed parts; NaN without pulls.
  public let observed: [Double]

  /// The binomial error of each observed part, if its level is true; NaN without pulls.
  public let errors: [Double]

  /// Counts `pulls` at `levels` in 0...1, by default every 2 %; those not finite are not covered.
  ///
  /// `perPoint` of them belong to the same point and are not independent.
  public init(
    of pulls: [Double], perPoint: Int = 1, levels: [Double] = (0...50).map { Double($0) / 50 }
  ) {
    precondition(
      levels.allSatisfy { (0...1).contains($0) }, "levels must lie in 0...1, not \(levels)")
    let n = Double(pulls.count)
    let limits = levels.map { StandardNormal.centralQuantile($0) }
    let counts = CalibrationCurve.counts(of: pulls, within: limits)
    nominal = levels
    observed = counts.map { pulls.isEmpty ? .nan : Double($0) / n }
    let points = n / Double(perPoint)
    errors = levels.map { pulls.isEmpty ? .nan : ($0 * (1 - $0) / points).squareRoot() }
  }

  /// How many finite `pulls` lie within ± each of the `limits`; sorts the few instead of the many.
  private static func counts(of pulls: [Double], within limits: [Double]) -> [Int] {
    let order = limits.indices.sorted { limits[$0] < limits[$1] }
    let rising = order.map { limits[$0] }
    var found = [Int](repeating: 0, count: rising.count + 1)
    for pull in pulls where pull.isFinite {
      // The first limit that holds the pull.
      var (low, high) = (0, rising.count)
      while low < high {
        let middle = (low + high) / 2
        if rising[middle] < abs(pull) { low = middle + 1 } else { high = middle }
      }
      found[low] += 1
    }
    var (result, sum) = (limits.map { _ in 0 }, 0)
    for (position, level) in order.enumerated() {
      sum += found[position]
      result[level] = sum
    }
    return result
  }

  /// The mean distance from the diagonal over the levels; 0 is calibrated, NaN without pulls.
  public var miscalibration: Double {
    guard !nominal.isEmpty else { return .nan }
    let sum = zip(nominal, observed).reduce(0.0) { $0 + abs($1.0 - $1.1) }
    return sum / Double(nominal.count)
  }
}
