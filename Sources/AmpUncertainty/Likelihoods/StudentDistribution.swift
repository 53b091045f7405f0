import Foundation

/// Student's t distribution with ν degrees of freedom: density, its slopes, and its tails.
///
///     ln p(z) = ln Γ((ν+1)/2) − ln Γ(ν/2) − ½ ln(νπ) − (ν+1)/2 · ln(1 + z²/ν)
package enum StudentDistribution {
  /// −ln p of a residual y − μ for scale² s = exp(`logScale`), with its slopes.
  @inline(__always)
  static func loss(residual: Double, logScale: Double, freedom nu: Double) -> (
    value: Double, byResidual: Double, byLogScale: Double, byFreedom: Double
  ) {
    let precision = exp(-logScale)
    let square = residual * residual * precision
    let step = halfStep(0.5 * nu)
    let logTerm = log1p(square / nu)
    let pull = (nu + 1) / (nu + square)
    return (
      0.5 * (logScale + log(nu * Double.pi) + (nu + 1) * logTerm) - step.value,
      pull * residual * precision,
      0.5 * (1 - pull * square),
      0.5 * (1 / nu - step.slope + logTerm - pull * square / nu)
    )
  }

  /// ln Γ(a + ½) − ln Γ(a) and its slope, for a > 0.
  ///
  /// By recursion up to a ≥ 16, then by the asymptotic series: no two large logarithms cancel.
  package static func halfStep(_ a: Double) -> (value: Double, slope: Double) {
    var (a, value, slope) = (a, 0.0, 0.0)
    var product = 1.0
    while a < 16 {
      product *= a / (a + 0.5)
      slope += 1 / a - 1 / (a + 0.5)
      a += 1
    }
    let (r, u) = (1 / a, 1 / (a * a))
    value = log(product) + 0.5 * log(a)
    value +=
      r * (-1.0 / 8 + u * (1.0 / 192 + u * (-1.0 / 640 + u * (17.0 / 14336 - u * 31 / 18432))))
    slope +=
      0.5 * r + u
      * (1.0 / 8 + u * (-1.0 / 64 + u * (1.0 / 128 + u * (-17.0 / 2048 + u * 31 / 2048))))
    return (value, slope)
  }

  /// The probabilities below and above `z`.
  ///
  /// With x = ν/(ν + z²), P(T > |z|) = ½ I_x(ν/2, ½): the regularised incomplete beta function.
  package static func tails(_ z: Double, freedom nu: Double) -> Tails {
    let square = z * z
    let ratio = square / nu
    let (x, rest) = square.isInfinite ? (0, 1) : (1 / (1 + ratio), ratio / (1 + ratio))
    let (a, b) = (0.5 * nu, 0.5)
    // x^a (1−x)^b / B(a, b), where B(a, ½) = √π Γ(a)/Γ(a + ½).
    let front = -a * log1p(ratio) + b * log(rest) + halfStep(a).value - 0.5 * log(Double.pi)
    let outer: Double  // ln P(T > |z|)
    if x < (a + 1) / (a + b + 2) {
      outer = front - log(2 * a) + log(betaFraction(x, a, b))
    } else {
      outer = log(0.5 - 0.5 * exp(front) / b * betaFraction(rest, b, a))
    }
    let inner = log1p(-exp(outer))
    return z < 0
      ? Tails(logBelow: outer, logAbove: inner) : Tails(logBelow: inner, logAbove: outer)
  }

  /// The continued fraction of the incomplete beta function, by Lentz's method.
  ///
  /// I_x(a, b) = x^a (1−x)^b / (a B(a, b)) times this; for x below (a + 1)/(a + b + 2) it converges
  /// in O(√max(a, b)) steps.
  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var fraction = d
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      fraction *= c * d
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      fraction *= c * d
      if !(abs(c * d - 1) > 1e-16) { break }
    }
    return fraction
  }
}
