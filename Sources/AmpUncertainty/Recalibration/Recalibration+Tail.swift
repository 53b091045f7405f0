import Foundation

// The tail of pulls beyond what held-out points show: J. Pickands (1975), excesses over a high
// threshold follow a generalised Pareto law; J. Hosking, J. Wallis, Technometrics 29 (1987) 339.
extension Recalibration {
  /// A factor with which errors beyond five σ are as rare as for a Gaussian, 5.7·10⁻⁷.
  ///
  /// Pulls have longer tails than a Gaussian: where σ has unit width at the core, five σ may be
  /// exceeded a hundred times too often. No held-out set is large enough to count such errors, so
  /// the tail is extrapolated: the excesses of the largest part p of |t| over the threshold u follow
  ///
  ///     P(|t| > u + y) = p (1 + ξ y/β)^(−1/ξ)       (exp(−y/β) for ξ = 0)
  ///
  /// with β and ξ from probability-weighted moments. To stay on the safe side ξ is raised by its
  /// standard error, and is not below 0. The factor is a fifth of the |t| with probability 5.7·10⁻⁷,
  /// the largest for p = 1 %, and for p = 0.3 and 0.1 % where these are 150 points or more: where σ
  /// fits nearly everywhere, the few points of a corner where it does not are a tail of their own,
  /// which does not show in the largest 1 %. For Gaussian pulls it comes out near 1.4 instead of 1.
  /// Afterwards the core of the pulls is narrower than one: σ is then a bound on rare errors, not the
  /// width of the common ones.
  ///
  /// Throws an ``AmpError`` for fewer than ``fewestForTail`` points or pulls that are not finite.
  public static func tail(_ points: CalibrationPoints) throws -> Recalibration {
    let sizes = points.pulls.map { abs($0) }
    _ = try points.rms(points.pulls)
    guard sizes.count >= fewestForTail else {
      throw AmpError(
        "\(sizes.count) points are too few to know the tail of their pulls",
        remedy: "Give at least \(fewestForTail), better ten times as many.")
    }
    let sorted = SortedSample(sizes).values
    let parts = [100] + [333, 1000].filter { sorted.count / $0 >= 150 }
    let limits = parts.map { part in
      let count = sorted.count / part
      let threshold = sorted[sorted.count - count - 1]
      let law = ParetoTail(rising: sorted.suffix(count).map { $0 - threshold })
      return threshold
        + law.excess(exceededWith: fiveSigma * Double(sorted.count) / Double(count))
    }
    return Recalibration(
      .tail, points.uncertainty, points: points.count, factors: [(limits.max() ?? .nan) / 5])
  }

  /// The fewest points whose tail can be extrapolated: fifty in the largest 1 %.
  public static let fewestForTail = 5000

  /// The probability of a unit Gaussian beyond ±5.
  public static let fiveSigma = erfc(5 * 0.5.squareRoot())
}

/// A generalised Pareto law of excesses, with its shape raised by one standard error.
struct ParetoTail {
  /// β and ξ.
  let scale, shape: Double

  /// The law of excesses in rising order.
  init(rising excesses: [Double]) {
    let n = Double(excesses.count)
    let mean = excesses.reduce(0, +) / n
    // The mean of y · P(larger), a quarter of the mean for an exponential law.
    let weighted =
      excesses.enumerated().reduce(0) {
        $0 + $1.element * (1 - (Double($1.offset) + 0.65) / n)
      } / n
    let ratio = mean / (mean - 2 * weighted)
    let found = mean > 0 ? 2 - ratio : 0
    let k = max(-0.4, min(0.4, found))
    let variance = (1 - k) * pow(2 - k, 2) * (1 - k + 2 * k * k) / ((1 - 2 * k) * (3 - 2 * k)) / n
    shape = max(0, found) + variance.squareRoot()
    // The mean excess is β/(1 − ξ).
    scale = mean * max(0.1, 1 - shape)
  }

  /// The excess that is exceeded with `probability`.
  func excess(exceededWith probability: Double) -> Double {
    probability < 1 ? scale * expm1(-shape * log(probability)) / shape : 0
  }
}
