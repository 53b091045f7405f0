import Foundation

/// The Laplace approximation of the last layer: a Gaussian posterior of the head after training.
///
/// One network is trained as if its weights were certain. Around its head θ* the summed loss of all N
/// training points is expanded with the expected Fisher matrix, which is a block for each output:
/// with the last hidden layer h (and a one for the bias) and the prior N(0, σ_p²)
///
///     P_μ = 1/σ_p² + Σ_n h hᵀ/σ_n²,     P_λ = 1/σ_p² + Σ_n ½ h hᵀ,     λ = ln σ²
///
/// and P = LLᵀ gives heads θ* + L⁻ᵀξ (arXiv:2106.14806). For a linear model with known σ_n this is the
/// exact posterior, if θ* is its maximum.
package struct Laplace: PosteriorMethod {
  package static let name = "laplace"

  /// σ_p.
  package var priorWidth: Double
  package var samples: Int
  /// The seed of the networks drawn for a prediction.
  package var seed: UInt64

  package init(priorWidth: Double = 1, samples: Int = 32, seed: UInt64 = 0) {
    precondition(
      priorWidth > 0 && priorWidth.isFinite && samples > 0,
      "a prior of width \(priorWidth), \(samples) samples")
    self.priorWidth = priorWidth
    self.samples = samples
    self.seed = seed
  }

  private var trained: Deterministic { Deterministic() }

  package var canRefitHeads: Bool { true }
  package var canBeFinished: Bool { true }
  package var available: Int? { nil }

  package var options: UncertaintyOptions {
    var options = UncertaintyOptions()
    (options.samples, options.priorWidth) = (samples, priorWidth)
    return options
  }

  package func check(_ network: any Network) throws { _ = try headed(network) }

  private func headed(_ network: any Network) throws -> any DenseHeadNetwork {
    guard let network = network as? any DenseHeadNetwork else {
      throw AmpError(
        "this architecture has no dense last layer to expand the loss around",
        in: "--uncertainty", remedy: "Choose another architecture, or an ensemble.")
    }
    return network
  }

  package func layout(for network: any Network) -> ParameterLayout { network.layout }

  /// The network's layout with `laplace.0` and so on, L⁻ᵀ for each output.
  package func storedLayout(for network: any Network) -> ParameterLayout {
    var layout = network.layout
    guard let network = network as? any DenseHeadNetwork else { return layout }
    let order = network.head.weight.rows + 1
    for output in 0..<network.outputs {
      _ = layout.add("laplace.\(output)", rows: order, columns: order, isMatrix: false)
    }
    return layout
  }

  package func initialParameters<S: Scalar>(of trainer: Trainer<S>) -> Parameters<S> {
    trained.initialParameters(of: trainer)
  }

  package func learner<S: Scalar>(
    for trainer: Trainer<S>, from parameters: Parameters<S>, on data: TrainingSet<S>, threads: Int
  ) -> any Learner<S> {
    trained.learner(for: trainer, from: parameters, on: data, threads: threads)
  }

  package func refittingHeads<S: Scalar>(
    of trained: Parameters<S>, by refit: HeadRefit, to data: TrainingSet<S>, threads: Int
  ) -> Parameters<S> { refit.refit(trained, to: data, threads: threads) }

  /// Adds L⁻ᵀ of every output to what was trained.
  package func finish<S: Scalar>(
    _ trained: Parameters<S>, _ context: FinishContext<S>
  ) throws -> Parameters<S> {
    guard let likelihood = context.likelihood as? HeteroscedasticGaussian else {
      throw AmpError(
        "the Laplace approximation needs the heteroscedastic Gaussian", in: "--likelihood",
        remedy: "Leave the likelihood out.")
    }
    let fisher = HeadFisher(
      network: try headed(context.network), likelihood: likelihood, priorWidth: priorWidth)
    let factors = try fisher.posteriorFactors(
      of: trained, on: context.data, threads: context.threads)
    return Parameters(
      storedLayout(for: context.network), values: trained.values + factors.joined().map { S($0) })
  }

  package func network<S: Scalar>(
    _ sample: Int, from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S> {
    guard var drawn = meanNetwork(from: stored, of: network),
      let head = (network as? any DenseHeadNetwork)?.head
    else { preconditionFailure("a Laplace approximation of a network without a dense head") }
    var stream = NormalStream(
      seed: seed, purpose: .posterior, member: UInt32(truncatingIfNeeded: sample))
    for (output, view) in stored.layout.views.dropFirst(network.layout.views.count).enumerated() {
      let deviates = stream.next(view.rows, as: Double.self)
      let change = Double.product(
        stored.values[view.range].map(Double.init), vector: deviates, rows: view.rows,
        columns: view.columns)
      for (position, value) in zip(head.positions(output: output), change) {
        drawn.values[position] += S(value)
      }
    }
    return drawn
  }

  package func meanNetwork<S: Scalar>(
    from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S>? {
    Parameters(network.layout, values: Array(stored.values.prefix(network.layout.count)))
  }
}

extension UncertaintyMethod {
  /// The Laplace approximation of the last layer after training, arXiv:2106.14806.
  ///
  /// - Parameters:
  ///   - priorWidth: σ_p of the prior N(0, σ_p²) of the head's weights and biases.
  ///   - samples: the networks drawn for a prediction, unless told otherwise.
  ///   - seed: of those networks.
  public static func laplace(
    priorWidth: Double = 1, samples: Int = 32, seed: UInt64 = 0
  ) -> UncertaintyMethod {
    UncertaintyMethod(Laplace(priorWidth: priorWidth, samples: samples, seed: seed))
  }
}

extension UncertaintyChoice {
  /// The Laplace approximation of the last layer after training, arXiv:2106.14806.
  public static let laplace = UncertaintyChoice(
    name: Laplace.name, summary: "one network with a Gaussian posterior of its last layer",
    options: ["samples", "prior-width"]
  ) { options, _ in
    (
      HeteroscedasticGaussian(),
      Laplace(
        priorWidth: try options.checkedPriorWidth(), samples: try options.checkedSamples())
    )
  }
}
