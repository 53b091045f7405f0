import Foundation

/// Evidential regression: one network states its own statistical uncertainty.
///
/// A Gaussian whose mean and variance follow a normal-inverse-gamma law with parameters γ, ν, α, β
/// (arXiv:1910.02600, for amplitudes arXiv:2509.00155). Integrated over that law, y follows
/// Student's t at γ with 2α degrees of freedom and scale² β(1 + ν)/(να); the loss is
///
///     −ln p_t(y) + strength · |y − γ| (2ν + α)
///
/// where the second term takes away evidence ν, α where the mean is wrong, and
///
///     σ_syst² = β/(α − 1),   σ_stat² = β/(ν(α − 1))
///
/// The four outputs are γ, ln ν, ln(α − 1) and ln σ_syst², evaluated in Double; the second and third
/// are clamped to [−10, 10], the fourth to [−30, 11], and outside have no gradient.
///
/// The t density knows ν and β only through one combination: their split, and with it that of the
/// variance into σ_syst² and σ_stat², is fixed by the start (ν = 1, α = 2), the smoothness of the
/// network and the second term alone, which favours small ν. Their sum is learned from the data.
public struct EvidentialGaussian: Likelihood {
  /// The name in options and files.
  public static let name = "evidential"

  /// The factor of the evidence term; y is standardised, so it is without units.
  public let strength: Double

  /// The range to which ln σ_syst² is clamped.
  package static let varianceRange = -30.0...11

  /// The range to which ln ν and ln(α − 1) are clamped.
  package static let evidenceRange = -10.0...10

  /// Creates the likelihood, with the strength of arXiv:1910.02600; traps on a negative one.
  public init(strength: Double = 0.01) {
    precondition(strength >= 0 && strength.isFinite, "an evidence term of strength \(strength)")
    self.strength = strength
  }

  private enum Key: CodingKey { case strength }

  /// Decodes the strength; throws an ``AmpError`` if it is negative.
  public init(from decoder: any Decoder) throws {
    strength = try decoder.container(keyedBy: Key.self).decode(Double.self, forKey: .strength)
    guard strength >= 0 else {
      throw AmpError(
        "the strength of the evidence term is \(strength)",
        remedy: "Give 0 or a positive number, for example 0.01.")
    }
  }

  /// γ, ln ν, ln(α − 1) and ln σ_syst².
  public var outputs: Int { 4 }

  /// The width is learned.
  public var learnsWidth: Bool { true }

  /// Evidence and variance start nearly the same for all points.
  public var initialHeadScales: [Double] { [1, 0.1, 0.1, 0.1] }

  /// The normal-inverse-gamma law of one point.
  private struct Law {
    let mean, nu, alpha, systematic, logScale: Double

    init(_ outputs: UnsafePointer<Double>) {
      mean = outputs[0]
      nu = exp(clamped(outputs[1], to: EvidentialGaussian.evidenceRange))
      alpha = 1 + exp(clamped(outputs[2], to: EvidentialGaussian.evidenceRange))
      let logVariance = clamped(outputs[3], to: EvidentialGaussian.varianceRange)
      systematic = exp(logVariance)
      logScale = logVariance + log((alpha - 1) / alpha) + log1p(1 / nu)
    }
  }

  /// The sum of the losses of `rows` points, see ``Objective``.
  public func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      let point = outputs + 4 * row
      let law = Law(point)
      let (nu, alpha) = (law.nu, law.alpha)
      let residual = law.mean - targets[row]
      let loss = StudentDistribution.loss(
        residual: residual, logScale: law.logScale, freedom: 2 * alpha)
      let evidence = strength * (2 * nu + alpha)
      let size = strength * abs(residual)
      sum += loss.value + evidence * abs(residual)
      if let slope = gradient.map({ $0 + 4 * row }) {
        let sign = residual > 0 ? 1.0 : residual < 0 ? -1 : 0
        func free(_ index: Int, _ range: ClosedRange<Double>) -> Double {
          range.contains(point[index]) ? weight : 0
        }
        slope[0] = weight * (loss.byResidual + evidence * sign)
        slope[1] =
          free(1, EvidentialGaussian.evidenceRange)
          * (2 * nu * size - loss.byLogScale / (1 + nu))
        slope[2] =
          free(2, EvidentialGaussian.evidenceRange)
          * (loss.byLogScale / alpha + (alpha - 1) * (2 * loss.byFreedom + size))
        slope[3] = free(3, EvidentialGaussian.varianceRange) * loss.byLogScale
      }
    }
    return sum
  }

  /// γ, β/(α − 1) and β/(ν(α − 1)).
  public func moments(_ outputs: UnsafePointer<Double>) -> Moments {
    let law = Law(outputs)
    return Moments(
      mean: law.mean, systematic: law.systematic, statistical: law.systematic / law.nu)
  }

  /// The tails of the marginal t density.
  public func tails(_ y: Double, _ outputs: UnsafePointer<Double>) -> Tails {
    let law = Law(outputs)
    return StudentDistribution.tails(
      (y - law.mean) * exp(-0.5 * law.logScale), freedom: 2 * law.alpha)
  }
}

extension UncertaintyChoice {
  /// Both uncertainties from one network.
  public static let evidential = UncertaintyChoice(
    name: EvidentialGaussian.name,
    summary: "one network that learns both uncertainties, without sampling"
  ) { _, _ in (EvidentialGaussian(), Deterministic()) }
}
