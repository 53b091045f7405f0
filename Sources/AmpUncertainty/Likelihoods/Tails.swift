import Foundation

/// The probabilities that a density gives to either side of a value, as logarithms.
///
/// ln F(y) and ln(1 − F(y)): each keeps its digits far out on its own side, where F itself has
/// become 0 or 1 to the last bit.
public struct Tails: Sendable, Equatable {
  /// ln F(y), the logarithm of the probability to lie below.
  public var logBelow: Double
  /// ln(1 − F(y)), the logarithm of the probability to lie above.
  public var logAbove: Double

  /// Joins the two logarithms.
  public init(logBelow: Double, logAbove: Double) {
    self.logBelow = logBelow
    self.logAbove = logAbove
  }

  /// The tails of N(0, 1) at `t`.
  public init(gaussian t: Double) {
    self.init(
      logBelow: StandardNormal.logCumulative(t), logAbove: StandardNormal.logCumulative(-t))
  }

  /// No probability on either side: the neutral element of ``add(_:logWeight:)``.
  static let none = Tails(logBelow: -.infinity, logAbove: -.infinity)

  /// Adds the tails of a component of weight exp(`logWeight`).
  mutating func add(_ other: Tails, logWeight: Double = 0) {
    logBelow = logSum(logBelow, other.logBelow + logWeight)
    logAbove = logSum(logAbove, other.logAbove + logWeight)
  }

  /// The z that has the same tails under a unit Gaussian, Φ⁻¹(F(y)).
  ///
  /// Taken from the smaller tail, so that it rises with y and stays finite as long as the logarithm
  /// of that tail does, in practice for every finite y.
  public var pull: Double {
    logBelow < logAbove
      ? StandardNormal.quantile(logarithm: logBelow) : -StandardNormal.quantile(logarithm: logAbove)
  }
}

/// ln(exp a + exp b).
private func logSum(_ a: Double, _ b: Double) -> Double {
  let (high, low) = a > b ? (a, b) : (b, a)
  return high == -.infinity ? high : high + log1p(exp(low - high))
}

extension StandardNormal {
  /// ln Φ(t), precise on both sides: an asymptotic series in 1/t² takes over below −30.
  public static func logCumulative(_ t: Double) -> Double {
    if t > 0 { return log1p(-cumulative(-t)) }
    if t > -30 || t.isNaN { return log(cumulative(t)) }
    let u = 1 / (t * t)
    let series = u * (-1 + u * (3 + u * (-15 + u * (105 + u * (-945 + u * 10395)))))
    return -0.5 * t * t - log(-t) - 0.5 * log(2 * Double.pi) + log1p(series)
  }

  /// The t with ln Φ(t) = `logarithm`, for logarithms up to ln ½ to all digits.
  ///
  /// Where exp would underflow, Newton's steps on ln Φ whose slope is −t − 1/t + O(t⁻³).
  public static func quantile(logarithm: Double) -> Double {
    if !(logarithm < -300) { return quantile(exp(logarithm)) }
    if logarithm == -.infinity { return logarithm }
    let twice = -2 * logarithm - log(2 * Double.pi)
    var t = -(twice - log(twice)).squareRoot()
    for _ in 0..<3 { t += (logarithm - logCumulative(t)) / (-t - 1 / t) }
    return t
  }
}
