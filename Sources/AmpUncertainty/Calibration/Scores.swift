import Foundation

/// How good predicted Gaussians of ln A are, by proper scores; smaller is better for all.
///
/// With y = ln A, t = (y − μ)/σ, and φ, Φ of the unit Gaussian:
///
///     NLL       = ½ t² + ln σ + ½ ln 2π
///     CRPS      = σ (t (2Φ(t) − 1) + 2φ(t) − 1/√π)
///     interval  = (u − l) + (2/α) (distance of y from [l, u]),   u, l = μ ± z σ,   1 − α = 95 %
///     sharpness = √⟨σ²⟩
///     ECE       = ⟨|part of points with Φ(t) ≤ p, less p|⟩ over p = 0.01 … 0.99
///
/// The first three are means over points. T. Gneiting, A. E. Raftery, J. Am. Stat. Assoc. 102 (2007)
/// 359 (CRPS Eq. 21, interval score Eq. 43); V. Kuleshov, N. Fenner, S. Ermon, arXiv:1807.00263 (ECE,
/// here with the absolute difference). Points where σ is not positive, or anything is not finite,
/// have no score and are counted; without points every score is NaN.
public struct Scores: Sendable, Equatable {
  /// The number of points with a score.
  public let points: Int
  /// The number of points without one.
  public let notFinite: Int
  /// The mean negative logarithm of the predicted density of ln A.
  public let negativeLogLikelihood: Double
  /// The mean continuous ranked probability score, in units of ln A.
  public let rankedProbability: Double
  /// √⟨σ²⟩, in units of ln A; says nothing about truth, and only compares calibrated predictions.
  public let sharpness: Double
  /// The mean interval score at 95 %, in units of ln A.
  public let interval: Double
  /// The expected calibration error of the quantiles; 0 is calibrated.
  public let calibrationError: Double

  /// The part of the points that the interval of the interval score should hold.
  public static let intervalLevel = 0.95

  /// Judges N(`mean`, `sigma`²) by `values`, all of ln A; traps unless there is one of each.
  public init(mean: [Double], sigma: [Double], values: [Double]) {
    precondition(
      mean.count == sigma.count && mean.count == values.count,
      "\(mean.count) means, \(sigma.count) widths and \(values.count) values")
    let z = StandardNormal.centralQuantile(Scores.intervalLevel)
    let penalty = 2 / (1 - Scores.intervalLevel)
    var (likelihood, ranked, squares, interval) = (0.0, 0.0, 0.0, 0.0)
    var probabilities: [Double] = []
    for i in mean.indices {
      let (s, difference) = (sigma[i], values[i] - mean[i])
      guard s > 0, s.isFinite, difference.isFinite else { continue }
      let t = difference / s
      let probability = StandardNormal.cumulative(t)
      likelihood += 0.5 * t * t + log(s)
      ranked += s * (t * (2 * probability - 1) + 2 * StandardNormal.density(t))
      ranked -= s / Double.pi.squareRoot()
      squares += s * s
      interval += 2 * z * s + penalty * max(0, abs(difference) - z * s)
      probabilities.append(probability)
    }
    points = probabilities.count
    notFinite = mean.count - points
    let n = Double(points)
    negativeLogLikelihood = likelihood / n + 0.5 * log(2 * Double.pi)
    rankedProbability = ranked / n
    sharpness = (squares / n).squareRoot()
    self.interval = interval / n
    calibrationError = Scores.calibrationError(of: probabilities)
  }

  /// Judges `prediction` with one of its uncertainties by `amplitudes`; nil if it lacks that one.
  public init?(
    _ prediction: Prediction, against amplitudes: [Double], with uncertainty: Pull.Uncertainty
  ) {
    guard let sigma = prediction.logUncertainty(uncertainty) else { return nil }
    self.init(mean: prediction.logMean, sigma: sigma, values: amplitudes.map { log($0) })
  }

  /// The ECE of the predicted `probabilities` F(y) of what was observed; NaN without any.
  ///
  /// For any density: F is the probability integral transform, uniform if calibrated.
  public static func calibrationError(of probabilities: [Double]) -> Double {
    guard !probabilities.isEmpty else { return .nan }
    let sorted = SortedSample(probabilities)
    let sum = (1...99).reduce(0.0) { sum, k in
      let p = Double(k) / 100
      return sum + abs(Double(sorted.count(upTo: p)) / Double(probabilities.count) - p)
    }
    return sum / 99
  }
}
