import AmpCore
import AmpNets
import AmpUncertainty
import ArgumentParser

/// The options of `amp-cli fit` that describe the fit; each may also stand in a `--config` file.
struct FitOptions: ParsableArguments {
  @Option(
    help: "The process: gg_aag (the default), gg_gggg, or PDG identifiers as \"21 21 -> 21 21\".")
  var process: String?

  @Option(
    help: "Fills in what is left open: fast (the default) or paper.",
    completion: .list(Recipe.allCases.map(\.rawValue)))
  var recipe: String?

  @Option(
    help: "The network: \(list(Architecture.all.map(\.name))).",
    completion: .list(Architecture.all.map(\.name)))
  var architecture: String?

  @Option(
    help: "How the uncertainty is learned: \(list(UncertaintyChoice.all.map(\.name))).",
    completion: .list(UncertaintyChoice.all.map(\.name)))
  var uncertainty: String?

  @OptionGroup(title: "Uncertainty") var uncertaintyOptions: UncertaintyArguments

  @Option(
    help: "What the network reads: \(list(FeatureSets.all.map(\.name))).",
    completion: .list(FeatureSets.all.map(\.name)))
  var features: String?

  @Option(
    help: "What the network learns: \(list(TargetTransform.Factor.allCases.map(\.rawValue))).",
    completion: .list(TargetTransform.Factor.allCases.map(\.rawValue)))
  var target: String?

  @Option(
    parsing: .unconditional, help: "The widths of the hidden layers, for example 128,128,128.")
  var hidden: String?

  @Option(
    help: "The activation: \(list(LayerActivation.names)).",
    completion: .list(LayerActivation.names))
  var activation: String?

  @Option(help: "Deep Sets, L-GATr: the type of each particle, for example 0,0,1,1,0.")
  var types: String?

  @Option(help: "Deep Sets: the features of a particle's embedding.")
  var embedding: Int?

  @Option(help: "KAN: the intervals of a spline grid.")
  var grid: Int?

  @Option(help: "KAN: the polynomial order of the splines, 1 to 5.")
  var order: Int?

  @Option(
    parsing: .unconditional,
    help: """
      KAN: fit the grids to their values after these epochs, for example 0,5 where 0 is before \
      training; or none. The recipe fast takes 0,1,2,5,10, paper none.
      """)
  var gridUpdates: String?

  @Option(help: "L-GATr: the number of blocks.")
  var blocks: Int?

  @Option(help: "L-GATr: the multivectors or vectors of a token.")
  var channels: Int?

  @Option(help: "L-GATr: the scalars of a token.")
  var scalars: Int?

  @Option(help: "L-GATr: the attention heads.")
  var heads: Int?

  @Option(
    help: "The arithmetic of the network: float32 or float64.",
    completion: .list(Precision.allCases.map(\.rawValue)))
  var precision: String?

  @Option(
    help: "The optimiser: \(list(OptimizerChoice.allCases.map(\.rawValue))).",
    completion: .list(OptimizerChoice.allCases.map(\.rawValue)))
  var optimizer: String?

  @Option(parsing: .unconditional, help: "The highest learning rate.")
  var learningRate: Double?

  @Option(
    help: "Its course: \(list(Schedule.allCases.map(\.rawValue))).",
    completion: .list(Schedule.allCases.map(\.rawValue)))
  var schedule: String?

  @Option(parsing: .unconditional, help: "Decoupled weight decay.")
  var weightDecay: Double?

  @Option(
    parsing: .unconditional,
    help: """
      Passes over the training points. The recipe fast makes 60 where Gauss–Newton steps follow, 150 \
      elsewhere, paper 1000.
      """)
  var epochs: Int?

  @Option(parsing: .unconditional, help: "Points per step.")
  var batch: Int?

  @Option(
    parsing: .unconditional, help: "Stop after so many epochs without a better validation loss.")
  var patience: Int?

  @Option(
    parsing: .unconditional,
    help: """
      Passes of Gauss–Newton steps after training, 0 for none; for mlp and mlp-i with a fixed \
      activation. The recipe fast makes 7 unless there is noise, paper none.
      """)
  var finishingEpochs: Int?

  @Option(help: "Fit the head of ln σ² again after training: true or false.")
  var refitHead: Bool?

  @Option(
    help: """
      Calibrate σ at the end: true or false. The recipe fast does, a single network by a small \
      network for σ learned from the pulls of the training points and then, as all others, \
      with the validation points.
      """)
  var calibrate: Bool?

  @Option(
    parsing: .unconditional,
    help: "Relative Gaussian noise put on the amplitudes, for example 0.05.")
  var noise: Double?

  @Option(
    parsing: .unconditional,
    help: "Fractions for training, validation and test (default 0.7,0.1,0.2).")
  var split: String?

  @Option(parsing: .unconditional, help: "The part of the training points to use.")
  var trainFraction: Double?

  @Option(parsing: .unconditional, help: "The seed of split, noise, weights and order.")
  var seed: UInt64?

  /// The options given, as a configuration; throws an ``AmpError`` for an unknown value.
  func configuration() throws -> RunConfiguration {
    var configuration = RunConfiguration(
      process: try process.map { name in
        try located("--process") { try ScatteringProcess(named: name).name }
      },
      recipe: try parsed(recipe, "recipe"), architecture: architecture, uncertainty: uncertainty,
      features: features,
      target: try parsed(target, "target"),
      hidden: try numbers(hidden, "--hidden", Int.init),
      activation: try activation.map { name in
        try located("--activation") { try LayerActivation(parsing: name) }
      },
      types: try numbers(types, "--types", Int.init), embedding: embedding, grid: grid,
      order: order,
      gridUpdates: try gridUpdates == "none"
        ? [] : numbers(gridUpdates, "--grid-updates", Int.init),
      blocks: blocks, channels: channels, scalars: scalars, heads: heads,
      precision: try parsed(precision, "precision"),
      optimizer: try parsed(optimizer, "optimizer"), learningRate: learningRate,
      schedule: try parsed(schedule, "schedule"), weightDecay: weightDecay, epochs: epochs,
      batch: batch, patience: patience, finishingEpochs: finishingEpochs, refitHead: refitHead,
      calibrate: calibrate,
      noise: noise,
      split: try numbers(split, "--split", Double.init), trainFraction: trainFraction, seed: seed)
    configuration.uncertaintyOptions = uncertaintyOptions.options
    return configuration
  }

  private func parsed<Value: RawRepresentable & CaseIterable>(
    _ text: String?, _ kind: String
  ) throws -> Value? where Value.RawValue == String {
    try text.map { text in
      try located("--" + kind) {
        try choose(text, among: Array(Value.allCases), of: kind, by: \.rawValue)
      }
    }
  }

  private func numbers<Value>(
    _ text: String?, _ option: String, _ parse: (String) -> Value?
  ) throws -> [Value]? {
    try text?.split(separator: ",").map {
      guard let value = parse(String($0)) else {
        throw AmpError(
          "\"\($0)\" is not a number", in: option, remedy: "Give numbers separated by commas.")
      }
      return value
    }
  }
}

private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
