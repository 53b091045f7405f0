import AmpNets
import AmpUncertainty

/// What a name like `dsi`, `mlp_gelu`, `bayesian50` or `repulsive16` stands for.
///
/// The name of an architecture may have an activation behind it. `bayesian`, `ensemble16` and
/// `repulsive16` are an MLP with GELU whose weights have a posterior, and 16 of them without or with
/// repulsion; the number behind `bayesian` is that of the networks drawn for a prediction.
struct Parts {
  let architecture: Architecture
  let activation: LayerActivation
  let method: UncertaintyMethod
  /// The networks of a prediction.
  let networks: Int

  init(_ name: String) throws {
    let kind = name.prefix { $0.isLetter }
    let number = Int(name.dropFirst(kind.count))
    let methods: [Substring: UncertaintyMethod] = [
      "bayesian": .bayesian(samples: number ?? 50), "ensemble": .ensemble(members: number ?? 16),
      "repulsive": .repulsive(members: number ?? 16),
    ]
    networks = methods[kind] == nil ? 1 : number ?? 1
    method = methods[kind] ?? .deterministic
    let words = (methods[kind] == nil ? name : "mlp_gelu").split(separator: "_", maxSplits: 1)
    architecture = try Architecture(named: String(words.first ?? ""))
    activation =
      try words.count > 1 ? LayerActivation(parsing: String(words[1])) : architecture.activation
  }

  /// The network in its usual size for `width` features and the outputs of a Gaussian.
  func network(width: Int, hidden: [Int]? = nil) throws -> any Network {
    try architecture.build(
      Architecture.Options(
        hidden: hidden ?? architecture.hidden, activation: activation, outputs: 2), width)
  }
}
