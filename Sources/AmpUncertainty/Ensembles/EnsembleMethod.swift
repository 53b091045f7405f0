import Foundation

/// Several networks trained together, each from initial weights of its own, on the same batches.
///
/// Member m has the parameters `member<m>/…`, one member behind the other. With σ_p² the variance
/// of a Gaussian prior of the weights, β the strength of the repulsion and N the number of training
/// points, arXiv:2412.12069, Eq. 24, trains on a batch of B points
///
///     L = Σ_i { (1/B) Σ_b ℓ_i(x_b) + (β/N) ln Σ_j k(x_i, ⌊x_j⌋) + |θ_i|²/(2Nσ_p²) }
///
/// where ℓ is the loss of a point and ⌊·⌋ takes no gradient, see ``Repulsion``. (The paper writes
/// Σ_j k/⌊Σ_j k⌋ for the logarithm, which has the same gradient.) The prior is a term of the loss,
/// not the decoupled decay of AdamW. All parameters, biases included, are under it.
package protocol EnsembleMethod: PosteriorMethod {
  /// The number of networks M.
  var members: Int { get }

  /// β and where the members repel each other; nil for not at all.
  var repulsion: (beta: Double, space: RepulsionSpace)? { get }

  /// σ_p, nil for a flat prior.
  var priorWidth: Double? { get }
}

/// Where the members of an ensemble repel each other.
public enum RepulsionSpace: String, Sendable, Codable, CaseIterable {
  /// In their log-likelihoods on the points of a batch, arXiv:2412.12069, Eq. 24.
  case function
  /// In their weights, arXiv:2412.12069, Eq. 20.
  case weights
}

extension EnsembleMethod {
  package var canRefitHeads: Bool { true }
  package var samples: Int { members }
  package var available: Int? { members }

  package var options: UncertaintyOptions {
    var options = UncertaintyOptions()
    (options.members, options.priorWidth) = (members, priorWidth)
    return options
  }

  /// Any number: members are shared, not batches.
  package func check(_ ranks: any Ranks, shards: Int) {}

  package func layout(for network: any Network) -> ParameterLayout {
    network.layout.repeated(members) { "member\($0)/" }
  }

  package func initialParameters<S: Scalar>(of trainer: Trainer<S>) -> Parameters<S> {
    Parameters(
      layout(for: trainer.network),
      values: (0..<members).flatMap { trainer.initialParameters(member: UInt32($0)).values })
  }

  package func learner<S: Scalar>(
    for trainer: Trainer<S>, from parameters: Parameters<S>, on data: TrainingSet<S>, threads: Int
  ) -> any Learner<S> {
    // Weights, moments, best weights and a checkpoint are eight copies or so of all parameters.
    let bytes = 8 * parameters.values.count * MemoryLayout<S>.size
    return EnsembleLearner(
      self, trainer, parameters: parameters, data, threads: threads,
      tapeBudget: max(0, EnsembleLearner<S>.tapeBudget - bytes))
  }

  package func network<S: Scalar>(
    _ sample: Int, from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S> {
    let count = network.layout.count
    return Parameters(
      network.layout, values: Array(stored.values[sample * count..<(sample + 1) * count]))
  }

  /// Every member by itself, to its own errors.
  package func refittingHeads<S: Scalar>(
    of trained: Parameters<S>, by refit: HeadRefit, to data: TrainingSet<S>, threads: Int
  ) -> Parameters<S> {
    let values = AlignedBuffer<S>(trained.values.count)
    let count = refit.network.layout.count
    // A member a worker: the solution itself has no parallel part.
    parallel(parts: members, threads: threads) { member in
      let own = refit.refit(network(member, from: trained, of: refit.network), to: data)
      for i in 0..<count { values.pointer[member * count + i] = own.values[i] }
    }
    return Parameters(trained.layout, values: values.array)
  }
}

/// Networks that know nothing of each other: the same as that many single fits.
package struct Ensemble: EnsembleMethod {
  package static let name = "ensemble"

  package let members: Int
  package let priorWidth: Double?

  package var repulsion: (beta: Double, space: RepulsionSpace)? { nil }

  package init(members: Int, priorWidth: Double? = nil) {
    (self.members, self.priorWidth) = (members, priorWidth)
  }
}

/// Networks that repel each other, so that they are samples of the posterior.
package struct RepulsiveEnsemble: EnsembleMethod {
  package static let name = "repulsive"

  package let members: Int
  package let beta: Double
  package let space: RepulsionSpace
  package let priorWidth: Double?

  package var repulsion: (beta: Double, space: RepulsionSpace)? {
    beta == 0 || members == 1 ? nil : (beta, space)
  }

  package var options: UncertaintyOptions {
    var options = UncertaintyOptions()
    (options.members, options.priorWidth) = (members, priorWidth)
    (options.beta, options.repulsion) = (beta, space.rawValue)
    return options
  }

  package init(members: Int, beta: Double, space: RepulsionSpace, priorWidth: Double?) {
    (self.members, self.beta) = (members, beta)
    (self.space, self.priorWidth) = (space, priorWidth)
  }
}
