/// Which layers of a Bayesian network have uncertain weights.
public enum BayesianLayers: String, Sendable, Codable, CaseIterable {
  /// All dense layers.
  case all
  /// The last layer only, as arXiv:2412.12069 has it beyond three hidden layers.
  case last

  /// The weights of `network` that are uncertain.
  ///
  /// Empty for the last layer of a network in which that is not dense.
  package func weights(of network: any Network) -> [ParameterView] {
    switch self {
    case .last: (network as? any DenseHeadNetwork).map { [$0.head.weight] } ?? []
    case .all: BayesianLayers.denseWeights(of: network)
    }
  }

  /// Throws an ``AmpError`` unless these layers of `network` are dense.
  package func check(_ network: any Network) throws {
    let weights = weights(of: network)
    if weights.isEmpty {
      throw AmpError(
        "this architecture has no dense layer whose weights could be uncertain",
        in: "--uncertainty", remedy: "Choose another architecture, or an ensemble.")
    }
    let others = network.layout.views.filter {
      $0.isMatrix && $0.rows > 1 && !weights.contains($0)
    }
    if self == .all, let other = others.first {
      throw AmpError(
        "not all layers of this architecture are dense, for example \(other.name)",
        in: "--bayesian-layers", remedy: "Let the last layer alone be uncertain: last.")
    }
  }

  /// The weights that dense layers multiply with, found by running the network once.
  private static func denseWeights(of network: any Network) -> [ParameterView] {
    let tape = Tape(Parameters<Float>(network.layout), differentiates: false)
    _ = network(tape.input(Tensor(shape: [1, network.inputs])), on: tape)
    return tape.denseWeights
  }
}
