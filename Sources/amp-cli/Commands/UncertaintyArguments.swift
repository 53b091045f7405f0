import AmpUncertainty
import ArgumentParser

/// The options of `amp-cli fit` that belong to one or the other `--uncertainty`.
struct UncertaintyArguments: ParsableArguments {
  @Option(
    help: """
      Ensembles and posteriors: what a network learns: \
      \(UncertaintyChoice.likelihoods.map(\.name).joined(separator: ", ")).
      """)
  var likelihood: String?

  @Option(help: "mixture: the number of Gaussians (default 3).")
  var components: Int?

  @Option(help: "Ensembles: the number of networks.")
  var members: Int?

  @Option(
    parsing: .unconditional, help: "bayesian, laplace: the networks drawn for a prediction.")
  var samples: Int?

  @Option(
    parsing: .unconditional,
    help: "bayesian, repulsive, laplace: σ of the Gaussian prior of the weights.")
  var priorWidth: Double?

  @Option(help: "bayesian: the layers with uncertain weights, all or last.")
  var bayesianLayers: String?

  @Option(help: "repulsive: the strength β of the repulsion.")
  var beta: Double?

  @Option(help: "repulsive: where members repel each other, function or weights.")
  var repulsion: String?

  var options: UncertaintyOptions {
    var options = UncertaintyOptions()
    (options.likelihood, options.components) = (likelihood, components)
    (options.members, options.samples) = (members, samples)
    (options.priorWidth, options.bayesianLayers) = (priorWidth, bayesianLayers)
    (options.beta, options.repulsion) = (beta, repulsion)
    return options
  }
}
