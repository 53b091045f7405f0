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
  var refitHead: Bool?
  var noise: Double?
  var split: [Double]?
  var trainFraction: Double?
  var seed: UInt64?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case version, data
    case dataSHA256 = "data-sha256"
    case recipe, architecture, uncertainty, likelihood, components, members, samples
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
    case refitHead = "refit-head"
    case noise, split
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
  func filled(from other: RunConfiguration) -> RunConfiguration {
    var result = self
    func fill<Value>(_ key: WritableKeyPath<RunConfiguration, Value?>) {
      if result[keyPath: key] == nil { result[keyPath: key] = other[keyPath: key] }
    }
    fill(\.version)
    fill(\.data)
    fill(\.dataSHA256)
    fill(\.recipe)
    fill(\.architecture)
    fill(\.uncertainty)
    fill(\.likelihood)
    fill(\.components)
    fill(\.members)
    fill(\.samples)
    fill(\.priorWidth)
    fill(\.bayesianLayers)
    fill(\.beta)
    fill(\.repulsion)
    fill(\.features)
    fill(\.target)
    fill(\.hidden)
    fill(\.activation)
    fill(\.types)
    fill(\.embedding)
    fill(\.grid)
    fill(\.order)
    fill(\.gridUpdates)
    fill(\.blocks)
    fill(\.channels)
    fill(\.scalars)
    fill(\.heads)
    fill(\.precision)
    fill(\.optimizer)
    fill(\.learningRate)
    fill(\.schedule)
    fill(\.weightDecay)
    fill(\.epochs)
    fill(\.batch)
    fill(\.patience)
    fill(\.refitHead)
    fill(\.noise)
    fill(\.split)
    fill(\.trainFraction)
    fill(\.seed)
    return result
  }

  /// The same with everything but version and data filled in by the recipe.
  func resolved() throws -> RunConfiguration {
    let recipe = recipe ?? .fast
    let name = architecture ?? Architecture.mlp.name
    let fit = try located("--architecture") {
      try recipe.fit(architecture: name, process: .diphotonGluon)
    }
    let uncertainty = uncertainty ?? UncertaintyChoice.heteroscedastic.name
    let (likelihood, method) = try located("--uncertainty") {
      try UncertaintyChoice(named: uncertainty).resolve(
        uncertaintyOptions, hidden: hidden ?? fit.hidden)
    }
    let refits = fit.refitsHead && method.canRefitHeads(with: likelihood)
    return filled(
      from: RunConfiguration(
        version: ampVersion, recipe: recipe, architecture: fit.architecture,
        uncertainty: uncertainty, features: fit.features, target: fit.target,
        hidden: fit.hidden, activation: fit.activation,
        gridUpdates: method == .deterministic ? fit.gridUpdates : fit.gridUpdates.map { _ in [] },
        precision: fit.precision, optimizer: fit.training.optimizer,
        learningRate: optimizer?.usualRate ?? fit.training.rate, schedule: fit.training.schedule,
        weightDecay: optimizer == .adamw ? 0.01 : fit.training.weightDecay,
        epochs: fit.training.epochs, batch: fit.training.batch, refitHead: refits,
        noise: 0, split: [0.7, 0.1, 0.2], trainFraction: 1, seed: 0))
  }

  /// The fit that a resolved configuration describes; throws for values out of range.
  func fit() throws -> Fit {
    let all = try resolved()
    func require(_ condition: Bool, _ key: CodingKeys, _ problem: String, _ remedy: String) throws {
      if !condition { throw AmpError(problem, in: "--" + key.rawValue, remedy: remedy) }
    }
    guard let architecture = all.architecture, let features = all.features,
      let uncertainty = all.uncertainty, let recipe = all.recipe, let hidden = all.hidden,
      let epochs = all.epochs, let batch = all.batch, let rate = all.learningRate,
      let decay = all.weightDecay
    else { preconditionFailure("a resolved configuration is complete") }
    let (likelihood, method) = try located("--uncertainty") {
      try UncertaintyChoice(named: uncertainty).resolve(all.uncertaintyOptions, hidden: hidden)
    }
    _ = try located("--features") { try FeatureSets.named(features) }
    try require(
      !hidden.isEmpty && hidden.allSatisfy { (1...65536).contains($0) }, .hidden,
      "the hidden widths are \(hidden)", "Give widths from 1 up, for example 128,128,128.")
    try require(
      (0...10_000_000).contains(epochs), .epochs, "\(epochs) epochs are not possible",
      "Give a number from 0 up.")
    try require(
      (1...10_000_000).contains(batch), .batch, "a batch of \(batch) is not possible",
      "Give a number from 1 up, for example 1024.")
    try require(
      rate > 0 && rate.isFinite, .learningRate, "the learning rate is \(rate)",
      "Give a positive number, for example 0.001.")
    try require(
      decay >= 0 && decay.isFinite, .weightDecay, "the weight decay is \(decay)",
      "Give 0 or a positive number.")
    try require(
      patience.map { $0 > 0 } ?? true, .patience, "the patience is \(patience ?? 0)",
      "Give a number of epochs from 1 up.")
    try require(
      (all.noise ?? 0) >= 0 && (all.noise ?? 0) <= 1, .noise, "the noise is \(all.noise ?? 0)",
      "Give a fraction of the amplitude from 0 to 1.")
    let fraction = all.trainFraction ?? 1
    try require(
      fraction > 0 && fraction <= 1, .trainFraction, "the train fraction is \(fraction)",
      "Give the part of the training points to use, above 0 and up to 1.")
    try require(
      all.split?.count == 3, .split, "the split has \(all.split?.count ?? 0) parts",
      "Give three fractions for training, validation and test, for example 0.7,0.1,0.2.")
    var fit = try recipe.fit(architecture: architecture, process: .diphotonGluon)
    fit.features = features
    fit.hidden = hidden
    if let target = all.target { fit.target = target }
    if let activation = all.activation { fit.activation = activation }
    if let precision = all.precision { fit.precision = precision }
    (fit.likelihood, fit.method) = (likelihood, method)
    if let refit = all.refitHead { fit.refitsHead = refit }
    try all.setSizes(of: &fit)
    _ = try fit.network(
      features: FeatureSets.named(features).width(particles: fit.process.particles.count))
    fit.training = TrainingOptions(
      epochs: epochs, batch: batch, optimizer: all.optimizer ?? .adam, rate: rate,
      schedule: all.schedule ?? .cosine, weightDecay: decay, patience: patience,
      seed: all.seed ?? 0)
    return fit
  }

  // MARK: - Files

  /// Reads a YAML (or JSON) file; throws an ``AmpError`` that names the key for what is unknown.
  init(contentsOf path: String) throws {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw AmpError(
        "the configuration cannot be read", in: path,
        remedy: "Check that the file exists and may be read.")
    }
    try self.init(yaml: text, place: path)
    do {
      _ = try fit()
    } catch var error as AmpError {
      // The option of the same name is a line of this file here.
      error.position = error.place.map { String($0.trimmingPrefix("--")) }
      error.place = path
      throw error
    }
  }

  init(yaml text: String, place: String) throws {
    do {
      let keys = CodingKeys.allCases.map(\.rawValue)
      guard let mapping = try Yams.load(yaml: text) as? [String: Any], !mapping.isEmpty else {
        throw AmpError(
          "the configuration is empty, or not a list of \"key: value\"",
          remedy: "Write options of amp-cli fit, one per line, for example \"epochs: 20\".")
      }
      for key in mapping.keys.sorted() where !keys.contains(key) {
        let known = try choose(key, among: keys, of: "configuration key") { $0 }
        throw AmpError("the key \"\(key)\" is not known", remedy: "Write \(known).")
      }
      try RunConfiguration.checkNames(mapping)
      self = try YAMLDecoder().decode(RunConfiguration.self, from: text)
    } catch var error as AmpError {
      error.place = place
      throw error
    } catch let error as DecodingError {
      throw explanation(of: error, in: place)
    } catch {
      let problem = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw AmpError(
        problem, in: place, remedy: "The file must be YAML, one \"key: value\" a line.")
    }
  }

  /// Throws for a name that is none of its choices, with the nearest one.
  private static func checkNames(_ mapping: [String: Any]) throws {
    func check<Value: RawRepresentable & CaseIterable>(_ key: CodingKeys, _: Value.Type) throws
    where Value.RawValue == String {
      guard let name = mapping[key.rawValue] as? String else { return }
      do {
        let found = try choose(name, among: Array(Value.allCases), of: key.rawValue, by: \.rawValue)
        if found.rawValue != name {
          throw AmpError(
            "there is no \(key.rawValue) \"\(name)\"", remedy: "Write \(found.rawValue).")
        }
      } catch var error as AmpError {
        error.position = key.rawValue
        throw error
      }
    }
    try check(.recipe, Recipe.self)
    try check(.target, TargetTransform.Factor.self)
    try check(.precision, Fit.Precision.self)
    try check(.optimizer, OptimizerChoice.self)
    try check(.schedule, Schedule.self)
  }

  init(
    version: String? = nil, data: String? = nil, dataSHA256: String? = nil, recipe: Recipe? = nil,
    architecture: String? = nil, uncertainty: String? = nil,
    uncertaintyOptions: UncertaintyOptions = UncertaintyOptions(), features: String? = nil,
    target: TargetTransform.Factor? = nil, hidden: [Int]? = nil, activation: LayerActivation? = nil,
    types: [Int]? = nil, embedding: Int? = nil, grid: Int? = nil, order: Int? = nil,
    gridUpdates: [Int]? = nil, blocks: Int? = nil, channels: Int? = nil, scalars: Int? = nil,
    heads: Int? = nil, precision: Fit.Precision? = nil, optimizer: OptimizerChoice? = nil,
    learningRate: Double? = nil, schedule: Schedule? = nil, weightDecay: Double? = nil,
    epochs: Int? = nil, batch: Int? = nil, patience: Int? = nil, refitHead: Bool? = nil,
    noise: Double? = nil, split: [Double]? = nil, trainFraction: Double? = nil,
    seed: UInt64? = nil
  ) {
    self.version = version
    self.data = data
    self.dataSHA256 = dataSHA256
    self.recipe = recipe
    self.architecture = architecture
    self.uncertainty = uncertainty
    self.uncertaintyOptions = uncertaintyOptions
    self.features = features
    self.target = target
    self.hidden = hidden
    self.activation = activation
    self.types = types
    self.embedding = embedding
    self.grid = grid
    self.order = order
    self.gridUpdates = gridUpdates
    self.blocks = blocks
    self.channels = channels
    self.scalars = scalars
    self.heads = heads
    self.precision = precision
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.weightDecay = weightDecay
    self.epochs = epochs
    self.batch = batch
    self.patience = patience
    self.refitHead = refitHead
    self.noise = noise
    self.split = split
    self.trainFraction = trainFraction
    self.seed = seed
  }

  /// The configuration as YAML, keys in the order of ``CodingKeys``.
  func yaml() throws -> String { try YAMLEncoder().encode(self) }
}

/// What `body` returns; an error without a place gets `place`.
func located<Result>(_ place: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch var error as AmpError {
    error.place = error.place ?? place
    throw error
  }
}

/// A decoding error in words: which key, and what it should hold.
private func explanation(of error: DecodingError, in place: String) -> AmpError {
  let context: DecodingError.Context =
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      context
    @unknown default: .init(codingPath: [], debugDescription: "\(error)")
    }
  let keys = context.codingPath.filter { $0.intValue == nil }.map(\.stringValue)
  let isElement = keys.count < context.codingPath.count
  let key = keys.joined(separator: ".")
  if var error = context.underlyingError as? AmpError {
    (error.place, error.position) = (place, key.isEmpty ? nil : key)
    return error
  }
  guard case .typeMismatch(let type, _) = error else {
    return AmpError(
      context.debugDescription, in: place, at: key,
      remedy: "See amp-cli fit --help for the values.")
  }
  let wanted =
    switch type {
    case is Int.Type: "a whole number"
    case is UInt64.Type: "a whole number from 0 up"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    default: "\(type)" == "Sequence" ? "a list such as [128, 128]" : "a single word or number"
    }
  return AmpError(
    "\(isElement ? "an element" : "the value") is not \(wanted)", in: place, at: key,
    remedy: "Write \(wanted).")
}
