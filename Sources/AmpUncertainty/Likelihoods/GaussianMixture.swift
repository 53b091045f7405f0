import Foundation

/// A mixture of K Gaussians, for densities with several modes or tails.
///
///     p(y) = Σ_k α_k N(y | μ_k, σ_k²)        (mentioned in arXiv:2412.12069, Sec. 2)
///
/// 3K outputs per point: K logits a with α = softmax(a), then K means, then K values λ = ln σ². The
/// loss −ln p(y) is a log-sum-exp over components, evaluated in Double. λ is clamped to [−30, 11],
/// and outside has no gradient.
///
/// Components with the same outputs would have the same slopes: the drawn weights of the head alone
/// would part them. So a fixed shift Φ⁻¹((k + ½)/K) is added to the output of the mean of component
/// k: a network starts with its components spread over the standardised target.
public struct GaussianMixture: Likelihood {
  /// The name in options and files.
  public static let name = "mixture"

  /// The number K of Gaussians.
  public let components: Int

  /// The possible numbers of Gaussians.
  public static let componentRange = 1...64

  /// The shifts of the means.
  package let shifts: [Double]

  /// The range to which ln σ² is clamped.
  package static let logVarianceRange = -30.0...11

  /// Creates a mixture; throws an ``AmpError`` for a number outside of ``componentRange``.
  public init(components: Int = 3) throws(AmpError) {
    guard GaussianMixture.componentRange.contains(components) else {
      throw AmpError(
        "a mixture of \(components) Gaussians is not possible",
        remedy: "Give a number from 1 to \(GaussianMixture.componentRange.upperBound).")
    }
    self.components = components
    shifts = (0..<components).map {
      StandardNormal.quantile((Double($0) + 0.5) / Double(components))
    }
  }

  private enum Key: CodingKey { case components }

  /// Decodes the number of Gaussians; throws an ``AmpError`` if it is out of range.
  public init(from decoder: any Decoder) throws {
    try self.init(
      components: decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .components))
  }

  /// Encodes the number of Gaussians.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(components, forKey: .components)
  }

  /// Logits, means and ln σ² of all components.
  public var outputs: Int { 3 * components }

  /// Widths are learned.
  public var learnsWidth: Bool { true }

  /// Logits and widths start nearly the same for all points.
  public var initialHeadScales: [Double] {
    [0.1, 1, 0.1].flatMap { [Double](repeating: $0, count: components) }
  }

  /// The sum of the negative log-likelihoods of `rows` points, see ``Objective``.
  public func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    let count = components
    let range = GaussianMixture.logVarianceRange
    var sum = 0.0
    shifts.withUnsafeBufferPointer { shifts in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { terms in
        for row in 0..<rows {
          let logits = outputs + 3 * count * row
          let (means, widths) = (logits + count, logits + 2 * count)
          let y = targets[row]
          let total = logSumExp(UnsafeBufferPointer(start: logits, count: count))
          for k in 0..<count {
            let logVariance = clamped(widths[k], to: range)
            let residual = means[k] + shifts[k] - y
            terms[k] =
              logits[k] - total - 0.5 * (logVariance + residual * residual * exp(-logVariance))
          }
          let logDensity = logSumExp(UnsafeBufferPointer(terms))
          sum += 0.5 * log(2 * Double.pi) - logDensity
          guard let slope = gradient.map({ $0 + 3 * count * row }) else { continue }
          for k in 0..<count {
            let share = exp(terms[k] - logDensity)  // the posterior probability of component k
            let logVariance = clamped(widths[k], to: range)
            let residual = means[k] + shifts[k] - y
            let precision = exp(-logVariance)
            slope[k] = weight * (exp(logits[k] - total) - share)
            slope[count + k] = weight * share * residual * precision
            slope[2 * count + k] =
              logVariance == widths[k]
              ? weight * share * 0.5 * (1 - residual * residual * precision) : 0
          }
        }
      }
    }
    return sum
  }

  /// ln α, μ and σ of component `k` of one point, as in the loss.
  public func component(_ k: Int, of outputs: UnsafePointer<Double>) -> (
    logWeight: Double, mean: Double, deviation: Double
  ) {
    let total = logSumExp(UnsafeBufferPointer(start: outputs, count: components))
    let logVariance = clamped(outputs[2 * components + k], to: GaussianMixture.logVarianceRange)
    return (outputs[k] - total, outputs[components + k] + shifts[k], exp(0.5 * logVariance))
  }

  /// Σ α_k μ_k and Σ α_k (σ_k² + (μ_k − mean)²).
  public func moments(_ outputs: UnsafePointer<Double>) -> Moments {
    var (mean, variance) = (0.0, 0.0)
    for k in 0..<components {
      let part = component(k, of: outputs)
      mean += exp(part.logWeight) * part.mean
    }
    for k in 0..<components {
      let part = component(k, of: outputs)
      let distance = part.mean - mean
      variance += exp(part.logWeight) * (part.deviation * part.deviation + distance * distance)
    }
    return Moments(mean: mean, systematic: variance)
  }

  /// The tails of all components, weighted.
  public func tails(_ y: Double, _ outputs: UnsafePointer<Double>) -> Tails {
    var sum = Tails.none
    for k in 0..<components {
      let part = component(k, of: outputs)
      sum.add(Tails(gaussian: (y - part.mean) / part.deviation), logWeight: part.logWeight)
    }
    return sum
  }
}

/// ln Σ exp x, without overflow.
@inline(__always)
private func logSumExp(_ values: UnsafeBufferPointer<Double>) -> Double {
  var high = -Double.infinity
  for value in values where !(value <= high) { high = value }
  if high == -.infinity { return high }
  var sum = 0.0
  for value in values { sum += exp(value - high) }
  return high + log(sum)
}

extension UncertaintyChoice {
  /// Several Gaussians.
  public static let mixture = UncertaintyChoice(
    name: GaussianMixture.name, summary: "one network that learns a mixture of Gaussians",
    options: ["components"]
  ) { options, _ in
    do {
      return (try GaussianMixture(components: options.components ?? 3), Deterministic())
    } catch var error as AmpError {
      error.place = "--components"
      throw error
    }
  }
}
