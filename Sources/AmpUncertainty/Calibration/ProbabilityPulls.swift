import Foundation

// Pulls of densities of any shape: z = Φ⁻¹(F(y | x)) follows a unit Gaussian if, and only if, the
// probability integral transform F(y | x) of the data is uniform.
extension Surrogate {
  /// The pulls z = Φ⁻¹(F(y | x)) of amplitudes under the predicted densities, one per point.
  ///
  /// With several networks F is the mean of their F_s. A recalibrated σ_syst widens every density
  /// about its mean by the same factor. For one Gaussian, z = (ln A − mean)/σ: the
  /// negative of ``SystematicPull``.
  ///
  /// Far outside z follows from the logarithm of the smaller tail and so stays finite and rises with
  /// the amplitude; it is −∞ for A = 0 and NaN for A < 0, where ln A does not exist.
  ///
  /// - Parameters:
  ///   - momenta: the points.
  ///   - amplitudes: those of the data (with their noise), one per point.
  ///   - threads: changes nothing in the result.
  ///   - samples: the networks to average over; nil for ``samples``.
  /// - Throws: ``AmpError`` if no density was learned, the points have another number of particles
  ///   than the surrogate, or there are not so many networks.
  public func probabilityPulls(
    at momenta: Momenta, against amplitudes: [Double], threads: Int = 1, samples: Int? = nil
  ) throws -> [Double] {
    precondition(
      amplitudes.count == momenta.count,
      "\(momenta.count) points but \(amplitudes.count) amplitudes")
    guard description.likelihood.base.learnsWidth else {
      throw AmpError(
        "the surrogate has learned no density, so there are no probabilities",
        remedy: "Train with a likelihood that learns one, such as the heteroscedastic one.")
    }
    let count = try checked(samples)
    let target = description.target
    let targets = zip(amplitudes, target.logFactors(of: momenta)).map {
      (log($0) + $1 - target.mean) / target.scale
    }
    switch evaluatedWeights {
    case .float32(let values): return try pulls(values, momenta, targets, threads, count)
    case .float64(let values): return try pulls(values, momenta, targets, threads, count)
    }
  }

  private func pulls<S: Scalar>(
    _ values: [S], _ momenta: Momenta, _ targets: [Double], _ threads: Int, _ count: Int
  ) throws -> [Double] {
    let inputs = try description.features(momenta, threads: threads, as: S.self)
    let stored = Parameters(layout, values: values)
    let scales = try systematicScales(at: momenta, threads: threads, samples: count)
    var tails = [Tails](repeating: .none, count: targets.count)
    let crew = Crew(threads: threads)
    let networks = description.method.base.networks(from: stored, of: network)
    for sample in 0..<count {
      let outputs = Evaluator(network, networks(sample), crew: crew)(inputs)
      add(
        description.likelihood.base, outputs, targets, scales, weight: 1 / Double(count),
        to: &tails)
    }
    return tails.map(\.pull)
  }

  private func add<L: Likelihood>(
    _ likelihood: L, _ outputs: [Double], _ targets: [Double], _ scales: [Double]?,
    weight: Double, to tails: inout [Tails]
  ) {
    let (width, logWeight) = (likelihood.outputs, log(weight))
    outputs.withUnsafeBufferPointer { outputs in
      guard let outputs = outputs.baseAddress else { return }
      for i in targets.indices {
        let point = outputs + i * width
        var y = targets[i]
        if let scale = scales?[i] {
          let mean = likelihood.moments(point).mean
          y = mean + (y - mean) / scale
        }
        tails[i].add(likelihood.tails(y, point), logWeight: logWeight)
      }
    }
  }
}
