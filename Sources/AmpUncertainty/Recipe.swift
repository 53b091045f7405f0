/// A named set of choices that fills in what the user of a fit leaves open.
public enum Recipe: String, Sendable, Codable, CaseIterable {
  /// The most accurate in minutes: dimensionless ratios and target with exact symmetries and the
  /// soft-gluon factor taken out, SOAP with warm-up and cosine, Gauss–Newton steps where the network
  /// allows them, variance head refitted, σ calibrated.
  case fast
  /// The settings of arXiv:2412.12069, Tab. 5.
  case paper

  /// The fit of `architecture` by this recipe; throws an ``AmpError`` for an unknown architecture.
  public func fit(architecture name: String, process: ScatteringProcess) throws -> Fit {
    let architecture = try Architecture(named: name)
    var fit = Fit(
      process: process, architecture: architecture.name, hidden: architecture.hidden,
      activation: architecture.activation, features: architecture.features, target: .logarithm,
      training: TrainingOptions(
        epochs: length(finishes: false).epochs, optimizer: .adam, schedule: architecture.schedule),
      precision: architecture.precision, refitsHead: false)
    if architecture.sizes.grid != nil { fit.gridUpdates = [] }
    if self == .paper { return fit }
    if fit.activation == .relu { fit.activation = .gelu }
    // Networks without a structure of their own are free in what they read.
    if fit.features == "momenta" { fit.features = "ratios" }
    fit.target = process.particles.last == 21 ? .eikonal : .dimensionless
    fit.training = TrainingOptions(
      epochs: length(finishes: false).epochs, optimizer: .soap, schedule: .warmUpCosine)
    fit.precision = .float32
    (fit.refitsHead, fit.calibrates) = (architecture.hasDenseHead, true)
    (fit.training.epochs, fit.finishing.epochs) = length(finishes: fit.canBeFinished)
    // Values grow most in the first epochs; grids fitted before them alone are soon too narrow.
    if architecture.sizes.grid != nil { fit.gridUpdates = [0, 1, 2, 5, 10] }
    return fit
  }

  /// The epochs of training, and those of finishing if a fit can be finished.
  ///
  /// Where Gauss–Newton steps follow they bring more than as much time spent on training.
  public func length(finishes: Bool) -> (epochs: Int, finishing: Int) {
    switch self {
    case .fast: finishes ? (60, 7) : (150, 0)
    case .paper: (1000, 0)
    }
  }
}
