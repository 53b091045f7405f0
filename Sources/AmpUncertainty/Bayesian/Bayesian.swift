import Foundation

/// A Gaussian posterior of the weights, N(μ, σ²) each on its own, trained by variational inference.
///
/// arXiv:2412.12069, Eq. 4–11: the loss is the mean over the batch of the expected likelihood loss
/// plus KL[q, p]/N for N training points and the prior N(0, σ_p²), see ``WeightPosterior``. In
/// training every point sees weights of its own by local reparametrisation (DenseNoise.swift); for a
/// prediction S networks are drawn, each with one deviate per weight. Biases are certain.
package struct Bayesian: PosteriorMethod {
  package static let name = "bayesian"

  /// The layers with uncertain weights.
  package var layers: BayesianLayers
  /// σ_p.
  package var priorWidth: Double
  package var samples: Int
  /// The seed of the networks drawn for a prediction.
  package var seed: UInt64

  package init(
    layers: BayesianLayers = .all, priorWidth: Double = 1, samples: Int = 32, seed: UInt64 = 0
  ) {
    precondition(
      priorWidth > 0 && priorWidth.isFinite && samples > 0,
      "a prior of width \(priorWidth), \(samples) samples")
    self.layers = layers
    self.priorWidth = priorWidth
    self.samples = samples
    self.seed = seed
  }

  package var available: Int? { nil }

  package var options: UncertaintyOptions {
    var options = UncertaintyOptions()
    (options.samples, options.priorWidth) = (samples, priorWidth)
    options.bayesianLayers = layers.rawValue
    return options
  }

  package func check(_ network: any Network) throws { try layers.check(network) }

  /// The network's layout with `NAME.logvariance` behind it for every uncertain weight.
  package func layout(for network: any Network) -> ParameterLayout {
    var layout = network.layout
    for weight in layers.weights(of: network) { layout.addLogVariance(of: weight) }
    return layout
  }

  /// μ from N(0, 1/inputs), λ = ln σ² from N(−9, 0.001²), biases of uncertain layers zero.
  package func initialParameters<S: Scalar>(of trainer: Trainer<S>) -> Parameters<S> {
    let layout = layout(for: trainer.network)
    var rng = Philox(seed: trainer.options.seed, purpose: .weights, member: .max)
    let means = trainer.initialParameters { means in
      for weight in layers.weights(of: trainer.network) {
        let width = 1 / Double(weight.rows).squareRoot()
        for i in weight.range { means.values[i] = S(width * rng.normal()) }
        let bias = layout.views[weight.index + 1]
        if bias.rows == 1 && bias.columns == weight.columns && !bias.isMatrix {
          for i in bias.range { means.values[i] = 0 }
        }
      }
    }
    var values = means.values
    for _ in means.layout.count..<layout.count { values.append(S(-9 + 0.001 * rng.normal())) }
    return Parameters(layout, values: values)
  }

  package func learner<S: Scalar>(
    for trainer: Trainer<S>, from parameters: Parameters<S>, on data: TrainingSet<S>, threads: Int
  ) -> any Learner<S> {
    TrainingStep(
      trainer, parameters: parameters, data, threads: threads,
      posterior: WeightPosterior(
        precision: 1 / (priorWidth * priorWidth), points: max(1, data.targets.count),
        seed: trainer.options.seed))
  }

  package func network<S: Scalar>(
    _ sample: Int, from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S> {
    networks(from: stored, of: network)(sample)
  }

  /// Draws with the deviations σ = exp(λ/2) of all weights, which are computed here.
  package func networks<S: Scalar>(
    from stored: Parameters<S>, of network: any Network
  ) -> (_ sample: Int) -> Parameters<S> {
    let means = Parameters(
      network.layout, values: Array(stored.values.prefix(network.layout.count)))
    let uncertain = network.layout.views.compactMap { view in
      stored.layout.logVariance(of: view).map { logVariance in
        (view, stored.values[logVariance.range].map { exp(0.5 * Double($0)) })
      }
    }
    let largest = uncertain.map(\.0.count).max() ?? 0
    return { sample in
      var drawn = means
      let deviates = AlignedBuffer<S>(NormalStream.capacity(largest, as: S.self))
      var stream = NormalStream(
        seed: seed, purpose: .posterior, member: UInt32(truncatingIfNeeded: sample))
      drawn.values.withUnsafeMutableBufferPointer { values in
        guard let values = values.baseAddress else { return }
        for (view, deviations) in uncertain {
          stream.fill(deviates.pointer, count: view.count)
          S.scatter(
            count: view.count, deviations, deviates.pointer, values: values + view.offset)
        }
      }
      return drawn
    }
  }

  package func meanNetwork<S: Scalar>(
    from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S>? {
    Parameters(network.layout, values: Array(stored.values.prefix(network.layout.count)))
  }
}

extension UncertaintyMethod {
  /// A variational Gaussian posterior of the weights.
  ///
  /// arXiv:2412.12069, Eq. 4 to 11.
  ///
  /// - Parameters:
  ///   - layers: the layers with uncertain weights; the paper has all up to three hidden layers.
  ///   - priorWidth: σ_p of the prior N(0, σ_p²) of the weights.
  ///   - samples: the networks drawn for a prediction, unless told otherwise.
  ///   - seed: of those networks.
  public static func bayesian(
    layers: BayesianLayers = .all, priorWidth: Double = 1, samples: Int = 32, seed: UInt64 = 0
  ) -> UncertaintyMethod {
    UncertaintyMethod(
      Bayesian(layers: layers, priorWidth: priorWidth, samples: samples, seed: seed))
  }
}

extension UncertaintyChoice {
  /// A variational Gaussian posterior of the weights.
  ///
  /// arXiv:2412.12069, Eq. 4 to 11.
  public static let bayesian = UncertaintyChoice(
    name: Bayesian.name, summary: "a network whose weights have a Gaussian posterior",
    options: ["likelihood", "samples", "prior-width", "bayesian-layers"]
  ) { options, hidden in
    let layers = try located("--bayesian-layers") {
      try options.bayesianLayers.map {
        try choose($0, among: BayesianLayers.allCases, of: "choice of layers", by: \.rawValue)
      }
    }
    return (
      try options.resolvedLikelihood(),
      Bayesian(
        layers: layers ?? (hidden.count <= 3 ? .all : .last),
        priorWidth: try options.checkedPriorWidth(), samples: try options.checkedSamples())
    )
  }
}
