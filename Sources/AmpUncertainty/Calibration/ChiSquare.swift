import Foundation

/// Pearson's χ² test of binned pulls against the unit Gaussian.
///
/// Fifty bins of width 0.2 about zero, the outermost open, are joined from the outside inwards
/// until each expects five or more values. With fewer than two such bins there is no
/// test: no degree of freedom, NaN.
public struct ChiSquare: Sendable, Equatable {
  /// Σ (observed − expected)² / expected.
  public let value: Double

  /// The number of joined bins less one.
  public let degreesOfFreedom: Int

  /// The probability of a value at least as large.
  public let pValue: Double

  /// χ² per degree of freedom, near 1 for a unit Gaussian.
  public var reduced: Double {
    degreesOfFreedom > 0 ? value / Double(degreesOfFreedom) : .nan
  }

  /// Tests `sorted` values, rising; infinities may stand at the ends, NaN nowhere.
  ///
  /// Each counts as `weight` independent values: 1/m for m values that stand for one.
  public init(sorted values: some RandomAccessCollection<Double>, weight: Double = 1) {
    let edges = (1..<50).map { Double($0) * 0.2 - 5 }
    var observed = [Double](repeating: 0, count: edges.count + 1)
    var bin = 0
    for value in values {
      while bin < edges.count && value >= edges[bin] { bin += 1 }
      observed[bin] += weight
    }
    let cumulative = [0] + edges.map(StandardNormal.cumulative) + [1]
    let n = weight * Double(values.count)
    let expected = zip(cumulative.dropFirst(), cumulative).map { n * ($0 - $1) }
    let joined = ChiSquare.joined(observed, expected)
    guard joined.count >= 2 else {
      value = .nan
      degreesOfFreedom = 0
      pValue = .nan
      return
    }
    value = joined.reduce(0) { sum, bin in
      let difference = bin.observed - bin.expected
      return sum + difference * difference / bin.expected
    }
    degreesOfFreedom = joined.count - 1
    pValue = ChiSquare.survival(value, degreesOfFreedom: degreesOfFreedom)
  }

  /// Joins bins from both ends towards the middle until each expects five or more.
  private static func joined(_ observed: [Double], _ expected: [Double]) -> [(
    observed: Double, expected: Double
  )] {
    let half = observed.count / 2
    var result: [(observed: Double, expected: Double)] = []
    for side in [Array(0..<half), Array((half..<observed.count).reversed())] {
      var open = (observed: 0.0, expected: 0.0)
      var bins: [(observed: Double, expected: Double)] = []
      for i in side {
        open.observed += observed[i]
        open.expected += expected[i]
        if open.expected >= 5 {
          bins.append(open)
          open = (0, 0)
        }
      }
      if open.expected > 0 {
        if bins.isEmpty { return [] }
        bins[bins.count - 1].observed += open.observed
        bins[bins.count - 1].expected += open.expected
      }
      result += bins
    }
    return result
  }

  /// The probability of χ² ≥ `value`, the regularised incomplete gamma function Q(ν/2, χ²/2).
  ///
  /// Series for small, Lentz's continued fraction for large arguments.
  public static func survival(_ value: Double, degreesOfFreedom: Int) -> Double {
    let a = 0.5 * Double(degreesOfFreedom)
    let x = 0.5 * value
    guard a > 0, !x.isNaN else { return .nan }
    if x <= 0 { return 1 }
    if x == .infinity { return 0 }
    let front = exp(a * log(x) - x - logGamma(a))
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var k = a
      repeat {
        k += 1
        term *= x / k
        sum += term
      } while term > sum * 1e-17
      return min(1, max(0, 1 - front * sum))
    }
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var h = d
    for i in 1...100_000 {
      let factor = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (factor * d + b)
      c = b + factor / c
      h *= c * d
      if abs(c * d - 1) < 1e-16 { break }
    }
    return front * h
  }

  /// ln Γ(a) for a = 1/2, 1, 3/2, …, by recursion below 20 and Stirling's series from there.
  static func logGamma(_ a: Double) -> Double {
    var shift = 0.0
    var a = a
    while a < 20 {
      shift += log(a)
      a += 1
    }
    let series = 1 / (12 * a) - 1 / (360 * a * a * a) + 1 / (1260 * pow(a, 5))
    return (a - 0.5) * log(a) - a + 0.5 * log(2 * Double.pi) + series - shift
  }
}
