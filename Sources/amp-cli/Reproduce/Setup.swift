import AmpNets
import AmpUncertainty

/// A fit as the paper names it: network, method, part of the training points, noise.
///
/// Two setups that are equal are the same job, whichever figure asks for it.
struct Setup: Sendable, Hashable {
  /// How uncertainties are learned.
  enum Method: String, Sendable {
    /// One network with a heteroscedastic likelihood.
    case deterministic = "det"
    case bayesian = "bnn"
    case repulsive = "re"
    /// An ensemble without repulsion.
    case ensemble = "ens"
    /// A repulsive ensemble that learns no width.
    case withoutWidth = "re0"
  }

  var architecture = "mlp"
  var method = Method.deterministic
  /// The hidden layers; nil for those of the architecture.
  var layers: Int?
  /// The part of the training points.
  var fraction = 1.0
  var noise = 0.0
  var activation: String?
  var isDouble: Bool?
  var weightDecay: Double?
  /// Twice the epochs of others.
  var isLong = false
  var prior: Double?
  var members: Int?

  /// The name of the job.
  var name: String {
    func text(_ value: Double) -> String { "\(Decimals(value))" }
    var parts = [architecture + (layers.map { "\($0)" } ?? ""), method.rawValue]
    if let activation { parts.append(activation) }
    if let isDouble { parts.append(isDouble ? "float64" : "float32") }
    if let weightDecay { parts.append("l2-\(text(weightDecay))") }
    if isLong { parts.append("long") }
    if let prior { parts.append("prior\(text(prior))") }
    if let members { parts.append("m\(members)") }
    return (parts + ["t\(text(100 * fraction))", "f\(text(100 * noise))"]).joined(separator: "-")
  }

  private var isDeepSet: Bool { architecture.hasPrefix("ds") }
  private var isLorentz: Bool { architecture.hasPrefix("lgatr") }

  /// The options of `amp-cli fit` at a scale.
  func configuration(at scale: Scale, data: String) -> RunConfiguration {
    var run = RunConfiguration()
    run.data = data
    (run.recipe, run.architecture, run.seed) = (.paper, architecture, 1)
    (run.trainFraction, run.noise) = (fraction, noise)
    if let layers { run.hidden = [Int](repeating: 128, count: layers) }
    if let activation { run.activation = try? LayerActivation(parsing: activation) }
    if let isDouble { run.precision = isDouble ? .float64 : .float32 }
    if let weightDecay { (run.weightDecay, run.optimizer) = (weightDecay, .adamw) }
    run.learningRate = isDeepSet ? scale.deepSetRate : scale.rate
    (run.epochs, run.batch) = (epochs(at: scale), scale.batch)
    if isLorentz {
      (run.blocks, run.channels) = (scale.lorentzBlocks, scale.lorentzChannels)
      (run.scalars, run.heads) = (scale.lorentzChannels, max(1, scale.lorentzChannels / 4))
    }
    switch method {
    case .deterministic: run.uncertainty = "heteroscedastic"
    case .bayesian:
      run.uncertainty = "bayesian"
      run.priorWidth = prior ?? scale.prior
      run.samples = members ?? scale.samples
      // The paper takes the last layer alone for more than three hidden layers; Deep Sets have six.
      run.bayesianLayers = isDeepSet || (layers ?? 3) > 3 ? "last" : "all"
    case .repulsive, .withoutWidth, .ensemble:
      run.uncertainty = method == .ensemble ? "ensemble" : "repulsive"
      run.members = members ?? (isDeepSet ? scale.scanMembers : scale.members)
      if method == .withoutWidth { run.likelihood = "none" }
    }
    return run
  }

  private func epochs(at scale: Scale) -> Int {
    var epochs = method == .bayesian ? scale.bayesianEpochs : scale.epochs
    if isDeepSet { epochs = scale.deepSetEpochs }
    if isLorentz { epochs = scale.lorentzEpochs }
    return isLong ? 2 * epochs : epochs
  }
}

/// A number without trailing zeros, for names: 0.25, 10, 7.
struct Decimals: CustomStringConvertible {
  let value: Double

  init(_ value: Double) { self.value = (value * 1e9).rounded() / 1e9 }

  var description: String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
