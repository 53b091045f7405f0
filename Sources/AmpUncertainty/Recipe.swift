/// A named set of choices that fills in what the user of a fit leaves open.
public enum Recipe: String, Sendable, Codable, CaseIterable {
  /// The most accurate in minutes: dimensionless ratios and target with exact symmetries and the
  /// soft-gluon factor taken out, SOAP with warm-up and cosine, variance head refitted.
  case fast
  /// The settings of arXiv:2412.12069, Tab. 5.
  case paper

  /// The fit of `architecture` by this recipe; throws an ``AmpError`` for an unknown architecture.
  public func fit(architecture name: String, process: ScatteringProcess) throws -> Fit {
    let architecture = try Architecture(named: name)
    switch self {
    case .fast:
      return Fit(
        process: process, architecture: architecture.name, hidden: [128, 128, 128],
        activation: .gelu,
        features: architecture.name == Architecture.mlp.name ? "ratios" : architecture.features,
        target: process.particles.last == 21 ? .eikonal : .dimensionless,
        training: TrainingOptions(epochs: 150, optimizer: .soap, schedule: .warmUpCosine),
        precision: .float32, refitsHead: true)
    case .paper:
      return Fit(
        process: process, architecture: architecture.name, hidden: [128, 128, 128],
        activation: architecture.activation, features: architecture.features, target: .logarithm,
        training: TrainingOptions(epochs: 1000, optimizer: .adam, schedule: architecture.schedule),
        precision: .float32, refitsHead: false)
    }
  }
}
