import Foundation

/// A Gaussian whose width the network learns beside its mean.
///
/// arXiv:2412.12069, Eq. 3. Two outputs per point, the mean μ and λ = ln σ²; the loss is
/// (y − μ)²/(2σ²) + ½ ln σ² + ½ ln 2π, evaluated in Double. λ is clamped to [−30, 11], and outside
/// has no gradient; σ is then the systematic uncertainty in units of the standardised target.
public struct HeteroscedasticGaussian: Likelihood {
  /// The name in options and files.
  public static let name = "heteroscedastic"

  /// The range to which ln σ² is clamped.
  public let logVarianceRange: ClosedRange<Double>

  /// Creates the likelihood; the default range of ln σ² suits both precisions.
  public init(logVarianceRange: ClosedRange<Double> = -30...11) {
    self.logVarianceRange = logVarianceRange
  }

  /// μ and ln σ².
  public var outputs: Int { 2 }

  /// The width is learned.
  public var learnsWidth: Bool { true }

  /// The variance starts nearly the same for all points, which steadies the first steps.
  public var initialHeadScales: [Double] { [1, 0.1] }

  /// The sum of the negative log-likelihoods of `rows` points, see ``Objective``.
  public func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    let (low, high) = (logVarianceRange.lowerBound, logVarianceRange.upperBound)
    let constant = 0.5 * log(2 * Double.pi)
    var sum = 0.0
    for row in 0..<rows {
      let residual = outputs[2 * row] - targets[row]
      let raw = outputs[2 * row + 1]
      let logVariance = min(max(raw, low), high)
      let precision = exp(-logVariance)
      let squaredPull = residual * residual * precision
      sum += 0.5 * (squaredPull + logVariance) + constant
      if let gradient {
        gradient[2 * row] = weight * residual * precision
        gradient[2 * row + 1] =
          raw < low || raw > high ? 0 : weight * 0.5 * (1 - squaredPull)
      }
    }
    return sum
  }

  /// σ for an output ln σ², clamped as in the loss.
  public func deviation(_ logVariance: Double) -> Double {
    exp(0.5 * min(max(logVariance, logVarianceRange.lowerBound), logVarianceRange.upperBound))
  }

  /// μ and σ².
  public func moments(_ outputs: UnsafePointer<Double>) -> Moments {
    let sigma = deviation(outputs[1])
    return Moments(mean: outputs[0], systematic: sigma * sigma)
  }

  /// The tails of the unit Gaussian at (y − μ)/σ.
  public func tails(_ y: Double, _ outputs: UnsafePointer<Double>) -> Tails {
    Tails(gaussian: (y - outputs[0]) / deviation(outputs[1]))
  }
}
