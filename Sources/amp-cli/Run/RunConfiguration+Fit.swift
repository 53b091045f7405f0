import AmpCore
import AmpNets
import AmpUncertainty

extension RunConfiguration {
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
    let finishing = all.finishingEpochs ?? 0
    try require(
      (0...1_000_000).contains(finishing), .finishingEpochs,
      "\(finishing) finishing epochs are not possible", "Give a number from 0 up.")
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
    try require(
      !(all.calibrate ?? false) || likelihood.base is HeteroscedasticGaussian, .calibrate,
      "the calibration of a fit is that of a Gaussian width, which this likelihood does not have",
      "Leave it out, and judge with amp-cli pulls.")
    var fit = try recipe.fit(architecture: architecture, process: try all.scatteringProcess())
    fit.features = features
    fit.hidden = hidden
    if let target = all.target { fit.target = target }
    if let activation = all.activation { fit.activation = activation }
    if let precision = all.precision { fit.precision = precision }
    (fit.likelihood, fit.method) = (likelihood, method)
    fit.finishing.epochs = finishing
    if let refit = all.refitHead { fit.refitsHead = refit }
    if let calibrate = all.calibrate { fit.calibrates = calibrate }
    try all.setSizes(of: &fit)
    _ = try fit.network(
      features: FeatureSets.named(features).width(particles: fit.process.particles.count))
    fit.training = TrainingOptions(
      epochs: epochs, batch: batch, optimizer: all.optimizer ?? .adam, rate: rate,
      schedule: all.schedule ?? .cosine, weightDecay: decay, patience: patience,
      seed: all.seed ?? 0)
    return fit
  }
}
