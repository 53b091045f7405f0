import AmpCore
import AmpData
import AmpNets
import AmpUncertainty
import Foundation
import Yams

/// The choices of a fit under the names of the options of `amp-cli fit`.
///
/// A file given with `--config` holds any of them; what the user leaves open is filled in by the
/// recipe, and the complete configuration stands in the run folder. One struct serves all three.
struct RunConfiguration: Codable, Equatable {
  var version: String?
  var data: String?
  var dataSHA256: String?
  var dataset: String?
  var process: String?
  var recipe: Recipe?
  var architecture: String?
  var uncertainty: String?
  var likelihood: String?
  var components: Int?
  var members: Int?
  var samples: Int?
  var priorWidth: Double?
  var bayesianLayers: String?
  var beta: Double?
  var repulsion: String?
  var features: String?
  var target: TargetTransform.Factor?
  var hidden: [Int]?
  var activation: LayerActivation?
  var types: [Int]?
  var embedding: Int?
  var grid: Int?
  var order: Int?
  var gridUpdates: [Int]?
  var blocks: Int?
  var channels: Int?
  var scalars: Int?
  var heads: Int?
  var precision: Fit.Precision?
  var optimizer: OptimizerChoice?
  var learningRate: Double?
  var schedule: Schedule?
  var weightDecay: Double?
  var epochs: Int?
  var batch: Int?
  var patience: Int?
  var finishingEpochs: Int?
  var refitHead: Bool?
  var calibrate: Bool?
  var noise: Double?
  var split: [Double]?
  var trainFraction: Double?
  var seed: UInt64?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case version, data
    case dataSHA256 = "data-sha256"
    case dataset, process, recipe, architecture, uncertainty, likelihood, components, members,
      samples
    case priorWidth = "prior-width"
    case bayesianLayers = "bayesian-layers"
    case beta, repulsion, features, target, hidden, activation
    case types, embedding, grid, order
    case gridUpdates = "grid-updates"
    case blocks, channels, scalars, heads, precision, optimizer
    case learningRate = "learning-rate"
    case schedule
    case weightDecay = "weight-decay"
    case epochs, batch, patience
    case finishingEpochs = "finishing-epochs"
    case refitHead = "refit-head"
    case calibrate, noise, split
    case trainFraction = "train-fraction"
    case seed
  }

  /// The options of the uncertainty.
  var uncertaintyOptions: UncertaintyOptions {
    get {
      var options = UncertaintyOptions()
      (options.likelihood, options.components) = (likelihood, components)
      (options.members, options.samples) = (members, samples)
      (options.priorWidth, options.bayesianLayers) = (priorWidth, bayesianLayers)
      (options.beta, options.repulsion) = (beta, repulsion)
      return options
    }
    set {
      (likelihood, components) = (newValue.likelihood, newValue.components)
      (members, samples) = (newValue.members, newValue.samples)
      (priorWidth, bayesianLayers) = (newValue.priorWidth, newValue.bayesianLayers)
      (beta, repulsion) = (newValue.beta, newValue.repulsion)
    }
  }

  /// The values of `other` where this configuration has none.
  func filled(from other: RunConfiguration) throws -> RunConfiguration {
    let encoder = YAMLEncoder()
    var node = try encoder.node(of: self)
    for (key, value) in try encoder.node(of: other) where node[key] == nil { node[key] = value }
    return try YAMLDecoder().decode(RunConfiguration.self, from: .mapping(node))
  }

  /// Whether the points of a file with the digest `sha256` are those of the run.
  ///
  /// `dataset` nil is the dataset of the run. A run that names none had the only one of its file.
  func hasPoints(sha256: String, dataset: String?) -> Bool {
    sha256 == dataSHA256
      && (dataset == nil || self.dataset == nil || dataset == self.dataset)
  }

  /// Which points of the data train, for the model file; nil before the data was looked at.
  var trainingPoints: Surrogate.TrainingPoints? {
    guard let dataSHA256, let split, let seed else { return nil }
    return Surrogate.TrainingPoints(
      sha256: dataSHA256, dataset: dataset, noise: noise ?? 0, split: split,
      trainFraction: trainFraction ?? 1, seed: seed)
  }

  /// The process: g g → γ γ g unless another one is named.
  func scatteringProcess() throws -> ScatteringProcess {
    try process.map { name in
      try located("--process") { try ScatteringProcess(named: name) }
    } ?? .diphotonGluon
  }

  /// The same with everything but version and data filled in by the recipe.
  func resolved() throws -> RunConfiguration {
    let recipe = recipe ?? .fast
    let name = architecture ?? Architecture.mlp.name
    let process = try scatteringProcess()
    let fit = try located("--architecture") {
      try recipe.fit(architecture: name, process: process)
    }
    let uncertainty = uncertainty ?? UncertaintyChoice.heteroscedastic.name
    let (choice, (likelihood, method)) = try located("--uncertainty") {
      let choice = try UncertaintyChoice(named: uncertainty)
      return (choice, try choice.resolve(uncertaintyOptions, hidden: hidden ?? fit.hidden))
    }
    let refits = fit.refitsHead && method.canRefitHeads(with: likelihood)
    var chosen = fit
    (chosen.likelihood, chosen.method) = (likelihood, method)
    chosen.activation = activation ?? fit.activation
    // Steps that explain every residual of a batch would learn its noise.
    let finishes = chosen.canBeFinished && (noise ?? 0) == 0 && finishingEpochs != 0
    let length = recipe.length(finishes: finishes)
    var defaults = RunConfiguration(
      version: ampVersion, process: process.name, recipe: recipe, architecture: fit.architecture,
      uncertainty: uncertainty, features: fit.features, target: fit.target,
      hidden: fit.hidden, activation: fit.activation,
      gridUpdates: method == .deterministic ? fit.gridUpdates : fit.gridUpdates.map { _ in [] },
      precision: fit.precision, optimizer: fit.training.optimizer,
      learningRate: optimizer?.usualRate ?? fit.training.rate, schedule: fit.training.schedule,
      weightDecay: optimizer == .adamw ? 0.01 : fit.training.weightDecay,
      epochs: length.epochs, batch: fit.training.batch, finishingEpochs: length.finishing,
      refitHead: refits,
      calibrate: fit.calibrates && likelihood.base is HeteroscedasticGaussian,
      noise: 0, split: [0.7, 0.1, 0.2], trainFraction: 1, seed: 0)
    defaults.uncertaintyOptions = choice.options(of: likelihood, method)
    return try filled(from: defaults)
  }
}

extension RunConfiguration {
  /// What a model file says of its run, as far as it decides which points trained.
  init(_ points: Surrogate.TrainingPoints, process: ScatteringProcess) {
    self.init()
    dataSHA256 = points.sha256
    dataset = points.dataset
    self.process = process.name
    noise = points.noise
    split = points.split
    trainFraction = points.trainFraction
    seed = points.seed
  }
}

extension YAMLEncoder {
  /// `configuration` as keys and values.
  fileprivate func node(of configuration: RunConfiguration) throws -> Node.Mapping {
    try Yams.compose(yaml: encode(configuration))?.mapping ?? [:]
  }
}
