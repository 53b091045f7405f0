import Foundation

/// The Gaussian posterior q = N(μ, σ²) of uncertain weights against their prior p = N(0, 1/precision).
///
/// arXiv:2412.12069, Eq. 7. Beside the mean loss of the points, training minimises KL[q, p]/points,
///
///     KL = ½ Σ_i [ precision (μ_i² + σ_i²) − λ_i − 1 − ln precision ],   λ_i = ln σ_i²,
///
/// over all weights whose λ stands in the layout; weights without are certain and have no prior.
package struct WeightPosterior: Sendable {
  /// 1/σ_p².
  package var precision: Double
  /// The number of training points.
  package var points: Int
  /// The seed of the noise in training.
  package var seed: UInt64

  package init(precision: Double, points: Int, seed: UInt64) {
    precondition(precision > 0 && points > 0, "precision \(precision) for \(points) points")
    self.precision = precision
    self.points = points
    self.seed = seed
  }

  /// The noise of part `part` of step `step`; steps count from 1, and 0 is that of validation.
  package func noise(part: Int, step: Int) -> NormalStream {
    NormalStream(
      seed: seed, purpose: .step, member: UInt32(truncatingIfNeeded: part),
      step: UInt32(truncatingIfNeeded: step))
  }

  /// The learning rate of `view` in units of that of means.
  ///
  /// λ has a long way from its start to where data of small noise want it, more than ten units for a
  /// network with ln σ² ≈ −20, and Adam moves it by one rate per step.
  package func rateFactor(_ view: ParameterView, in layout: ParameterLayout) -> Double {
    layout.weight(ofLogVariance: view) == nil ? 1 : 10
  }

  /// Adds the gradient of KL/points in `view` to `gradient` and returns what `view` has of KL/points.
  ///
  /// μ and λ of the same weights are separate views, which threads may treat at the same time.
  package func pull<S: Scalar>(
    _ view: ParameterView, of packed: PackedParameters<S>, gradient: UnsafeMutablePointer<S>
  ) -> Double {
    let weight = 0.5 / Double(points)
    if packed.layout.logVariance(of: view) != nil {
      return weight * precision
        * S.pullToMean(
          count: view.count, 2 * weight * precision, packed.values(of: view), gradient: gradient)
    }
    guard packed.layout.weight(ofLogVariance: view) != nil else { return 0 }
    let sum = S.pullToVariance(
      count: view.count, weight, precision: precision, logVariance: packed.values(of: view),
      variance: packed.variances(of: view), gradient: gradient)
    return weight * (sum - Double(view.count) * (1 + log(precision)))
  }

  /// KL/points.
  package func divergence<S: Scalar>(of packed: PackedParameters<S>) -> Double {
    let ignored = AlignedBuffer<S>(packed.layout.count)
    return packed.layout.views.reduce(0) {
      $0 + pull($1, of: packed, gradient: ignored.pointer + $1.offset)
    }
  }
}
