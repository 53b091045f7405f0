/// One network with one set of weights.
package struct Deterministic: PosteriorMethod {
  package static let name = "deterministic"

  package init() {}

  package var canRefitHeads: Bool { true }
  package var canBeFinished: Bool { true }
  package var samples: Int { 1 }
  package var available: Int? { 1 }

  private var single: SingleNetwork { SingleNetwork() }

  package func layout(for network: any Network) -> ParameterLayout { single.layout(for: network) }

  package func initialParameters<S: Scalar>(of trainer: Trainer<S>) -> Parameters<S> {
    single.initialParameters(of: trainer)
  }

  package func learner<S: Scalar>(
    for trainer: Trainer<S>, from parameters: Parameters<S>, on data: TrainingSet<S>, threads: Int
  ) -> any Learner<S> {
    single.learner(for: trainer, from: parameters, on: data, threads: threads)
  }

  package func network<S: Scalar>(
    _ sample: Int, from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S> { stored }

  package func meanNetwork<S: Scalar>(
    from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S>? { stored }

  package func refittingHeads<S: Scalar>(
    of trained: Parameters<S>, by refit: HeadRefit, to data: TrainingSet<S>, threads: Int
  ) -> Parameters<S> { refit.refit(trained, to: data, threads: threads) }
}
