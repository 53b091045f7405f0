import AmpUncertainty

/// How much is spent on a reproduction: points, epochs, networks, and the grids that are scanned.
struct Scale: Sendable, Equatable {
  /// The scales, under their names as options.
  enum Name: String, CaseIterable, Sendable {
    /// Everything within an hour on two cores.
    case quick
    /// About an hour for each figure.
    case hour
    /// The settings of the paper.
    case paper
  }

  var name: Name
  /// The points that are generated, and their seed.
  var points: Int
  var seed: UInt64 = 1
  /// The points of a step.
  var batch: Int
  /// The epochs of a perceptron with fixed weights.
  var epochs: Int
  /// The epochs of a Bayesian perceptron, which converges later.
  var bayesianEpochs: Int
  /// The epochs of Deep Sets, and of their ensembles and posteriors.
  var deepSetEpochs: Int
  /// The epochs of a Lorentz-equivariant transformer, and its size.
  var lorentzEpochs: Int
  var lorentzBlocks: Int
  var lorentzChannels: Int
  /// The part of the training points for everything with Deep Sets but table 1 and figure 12.
  var deepSetFraction: Double
  /// The part of the training points that the paper calls the default of section 5.
  var fraction: Double
  /// The parts of the training points of table 2 and figure 4 and 15.
  var fractions: [Double]
  /// Those of figure 4, the parts of table 2 among them.
  var sizes: [Double]
  /// Those of section 6, of which the first is the small training set.
  var statisticsFractions: [Double]
  /// The relative noise.
  var noises: [Double]
  /// The noise of the scan over depth and of table 4.
  var fewNoises: [Double]
  /// The hidden layers that are scanned.
  var layers: [Int]
  /// σ of the prior of Bayesian weights that are scanned.
  var priors: [Double]
  /// The members of an ensemble of perceptrons, and of the ensemble whose pulls are scanned.
  var members: Int
  var manyMembers: Int
  /// The members, or networks drawn, of section 6, and those of its scans.
  var statisticsMembers: Int
  var scanMembers: Int
  /// The members of the ensemble of the toy, and the part of its epochs.
  var toyMembers = 100
  var toyEffort = 1.0
  /// The networks drawn from a posterior for a prediction.
  var samples: Int
  /// The highest learning rates of perceptrons and of Deep Sets.
  var rate = 1e-3
  var deepSetRate = 1e-3
  /// σ of the prior of Bayesian weights.
  var prior = 1.0

  /// The values of a scale.
  init(_ name: Name) {
    let allNoises = [0, 0.0025, 0.005, 0.0075, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1]
    self.name = name
    switch name {
    case .quick:
      (points, epochs, bayesianEpochs, deepSetEpochs) = (150_000, 100, 150, 40)
      (lorentzEpochs, lorentzBlocks, lorentzChannels) = (15, 2, 8)
      deepSetFraction = 0.25
      (fraction, fractions, noises) = (0.25, [0.25, 0.75], [0, 0.01, 0.02, 0.05, 0.1])
      (fewNoises, layers, priors) = ([0, 0.02, 0.1], [1, 2, 3, 4, 6], [0.003, 0.03, 0.3, 3])
      (members, manyMembers, statisticsMembers, scanMembers, toyMembers) = (4, 8, 8, 4, 16)
      (samples, batch, statisticsFractions) = (32, 256, [0.05, 0.25, 0.75])
      sizes = [0.05, 0.1, 0.25, 0.75]
    case .hour:
      (points, epochs, bayesianEpochs, deepSetEpochs) = (500_000, 200, 300, 60)
      (lorentzEpochs, lorentzBlocks, lorentzChannels) = (10, 4, 16)
      deepSetFraction = 0.25
      (fraction, fractions, noises) = (0.25, [0.25, 0.5, 0.75], allNoises)
      (fewNoises, layers) = ([0, 0.005, 0.01, 0.02, 0.1], [1, 2, 3, 4, 5, 6])
      priors = [0.001, 0.01, 0.03, 0.1, 0.3, 1, 10]
      (members, manyMembers, statisticsMembers, scanMembers) = (8, 16, 16, 8)
      (samples, batch, statisticsFractions) = (64, 1024, [0.02, 0.1, 0.25, 0.75])
      sizes = [0.02, 0.1, 0.25, 0.5, 0.75]
    case .paper:
      (points, epochs, bayesianEpochs, deepSetEpochs) = (1_100_000, 1000, 1000, 1000)
      (lorentzEpochs, lorentzBlocks, lorentzChannels) = (100, 8, 32)
      deepSetFraction = 1
      (fraction, fractions, noises) = (0.25, [0.25, 0.5, 0.75, 1], allNoises)
      (fewNoises, layers) = (allNoises, [1, 2, 3, 4, 5, 6])
      priors = [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100]
      (members, manyMembers, statisticsMembers, scanMembers) = (16, 32, 128, 128)
      (samples, batch) = (128, 1024)
      statisticsFractions = [0.01, 0.05, 0.1, 0.25, 0.5, 1]
      sizes = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1]
    }
  }

  /// Multiplies all numbers of epochs, none of which falls below one.
  mutating func multiplyEpochs(by factor: Double) {
    for path in [\Scale.epochs, \.bayesianEpochs, \.deepSetEpochs, \.lorentzEpochs] {
      self[keyPath: path] = max(1, Int((factor * Double(self[keyPath: path])).rounded()))
    }
    toyEffort = min(1, factor)
  }
}
