import Foundation

/// The unit Gaussian N(0, 1), the law that calibrated pulls follow.
public enum StandardNormal {
  /// The density exp(−t²/2) / √(2π).
  public static func density(_ t: Double) -> Double {
    exp(-0.5 * t * t) / (2 * Double.pi).squareRoot()
  }

  /// The probability Φ(t) to lie below `t`; precise far below zero too.
  public static func cumulative(_ t: Double) -> Double { 0.5 * erfc(-t * 0.5.squareRoot()) }

  /// The probability to lie within ±`t`.
  public static func central(_ t: Double) -> Double { erf(t * 0.5.squareRoot()) }

  /// The t with Φ(t) = `p`: −∞ at 0, ∞ at 1, NaN outside of 0...1.
  ///
  /// P. J. Acklam's rational approximation (2003; relative error below 1.15e-9) followed by one
  /// Newton step, which leaves an error of a few units in the last place.
  public static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    if p > 0.5 { return -lowerQuantile(1 - p) }
    return lowerQuantile(p)
  }

  /// The t that a unit Gaussian exceeds in absolute value with probability 1 − `level`.
  public static func centralQuantile(_ level: Double) -> Double {
    guard level >= 0, level <= 1 else { return .nan }
    return level == 0 ? 0 : -quantile(0.5 * (1 - level))
  }

  private static func lowerQuantile(_ p: Double) -> Double {
    let t: Double
    if p < 0.02425 {
      let q = (-2 * log(p)).squareRoot()
      t = polynomial(tail, q) / (polynomial(tailDenominator, q) * q + 1)
    } else {
      let q = p - 0.5
      let r = q * q
      t = polynomial(body, r) * q / (polynomial(bodyDenominator, r) * r + 1)
    }
    let density = density(t)
    return density > 0 ? t - (cumulative(t) - p) / density : t
  }

  /// Horner's rule, highest power first.
  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reduce(0) { $0 * x + $1 }
  }

  private static let body = [
    -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
    1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00,
  ]
  private static let bodyDenominator = [
    -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
    6.680131188771972e+01, -1.328068155288572e+01,
  ]
  private static let tail = [
    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
    -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00,
  ]
  private static let tailDenominator = [
    7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
    3.754408661907416e+00,
  ]
}
