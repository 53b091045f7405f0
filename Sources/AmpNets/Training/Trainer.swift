import Foundation

/// Choices of a training that belong to its result; the number of threads does not.
public struct TrainingOptions: Sendable, Codable, Equatable {
  /// The passes over the training points.
  public var epochs: Int
  /// The points of a step.
  public var batch: Int
  /// The optimiser.
  public var optimizer: OptimizerChoice
  /// The highest learning rate.
  public var rate: Double
  /// The course of the learning rate.
  public var schedule: Schedule
  /// The decoupled weight decay.
  public var weightDecay: Double
  /// The epochs without a better validation loss after which training stops; nil for never.
  public var patience: Int?
  /// The seed of initial weights and data order.
  public var seed: UInt64
  /// The parts into which a batch is cut; fixed, so that results do not depend on the threads; 1 to 64.
  public var shards = 8

  /// Collects the choices; traps on values outside their ranges.
  public init(
    epochs: Int, batch: Int = 1024, optimizer: OptimizerChoice = .adam, rate: Double? = nil,
    schedule: Schedule = .cosine, weightDecay: Double = 0, patience: Int? = nil, seed: UInt64 = 0
  ) {
    precondition(epochs >= 0 && batch > 0, "\(epochs) epochs of batches of \(batch)")
    self.epochs = epochs
    self.batch = batch
    self.optimizer = optimizer
    self.rate = rate ?? optimizer.usualRate
    self.schedule = schedule
    self.weightDecay = weightDecay
    self.patience = patience
    self.seed = seed
  }

  /// Throws an ``AmpError`` for numbers with which no training is possible.
  package func check() throws {
    func require(_ condition: Bool, _ problem: String, _ remedy: String) throws {
      if !condition { throw AmpError(problem, in: "training options", remedy: remedy) }
    }
    try require(epochs >= 0, "\(epochs) epochs are not possible", "Give a number from 0 up.")
    try require(
      batch > 0, "a batch of \(batch) is not possible", "Give a number from 1 up, for example 1024."
    )
    try require(
      rate > 0 && rate.isFinite, "the learning rate is \(rate)",
      "Give a positive number, for example 0.001.")
    try require(
      weightDecay >= 0 && weightDecay.isFinite, "the weight decay is \(weightDecay)",
      "Give 0 or a positive number.")
    try require(
      patience.map { $0 > 0 } ?? true, "the patience is \(patience ?? 0)",
      "Give a number of epochs from 1 up.")
    try require(
      (1...64).contains(shards), "\(shards) shards are not possible", "Give a number from 1 to 64.")
  }
}

/// Standardised features with targets, ready for training.
public struct TrainingSet<S: Scalar>: Sendable {
  /// The features, (count, width).
  public let inputs: [S]
  /// The targets, (count).
  public let targets: [Double]

  /// Joins features and targets.
  public init(inputs: [S], targets: [Double]) {
    self.inputs = inputs
    self.targets = targets
  }

  /// Throws an ``AmpError`` that names the first of the `name` points with a feature or target that
  /// is not finite, as a network of this precision gets it.
  package func requireFinite(width: Int, _ name: String) throws {
    let areAllFinite = inputs.withUnsafeBufferPointer(areFinite)
    if areAllFinite && targets.allSatisfy(\.isFinite) { return }
    let row = targets.indices.first { row in
      !(targets[row].isFinite
        && inputs[row * width..<(row + 1) * width].allSatisfy(\.isFinite))
    }
    throw AmpError(
      "its features are not finite numbers of \(S.precisionName)",
      in: "\(name) points", at: row.map { "row \($0)" },
      remedy:
        "Remove the point: momenta must be finite, and far points apart from those of training "
        + "need float64.")
  }
}

/// Trains a network by stochastic gradient descent, data-parallel over a fixed number of shards.
public struct Trainer<S: Scalar>: Sendable {
  /// The network.
  public let network: any Network
  /// The loss.
  public let objective: any Objective
  /// The choices.
  public let options: TrainingOptions
  /// What is trained: the network by itself, or more.
  package let method: any LearningMethod
  /// The processes that train together.
  package let ranks: any Ranks

  /// Joins network, loss and choices; traps unless the outputs fit the loss.
  public init(_ network: any Network, objective: any Objective, options: TrainingOptions) {
    self.init(network, objective: objective, options: options, method: SingleNetwork())
  }

  package init(
    _ network: any Network, objective: any Objective, options: TrainingOptions,
    method: any LearningMethod, ranks: any Ranks = SingleRank()
  ) {
    precondition(
      network.outputs == objective.outputs,
      "a network with \(network.outputs) outputs for a loss of \(objective.outputs)")
    self.network = network
    self.objective = objective
    self.options = options
    self.method = method
    self.ranks = ranks
  }

  /// The initial parameters of member `member`, the head scaled as the loss likes it.
  ///
  /// `change` may draw weights otherwise than the network does.
  package func initialParameters(
    member: UInt32 = 0, _ change: (inout Parameters<S>) -> Void = { _ in }
  ) -> Parameters<S> {
    var parameters: Parameters<S> = network.initialParameters(seed: options.seed, member: member)
    change(&parameters)
    for weights in network.outputWeights {
      for (j, scale) in objective.initialHeadScales.enumerated() {
        for i in 0..<weights.rows {
          parameters.values[weights.offset + i * weights.columns + j] *= S(scale)
        }
      }
    }
    return parameters
  }

  /// The state before the first step.
  public func start() -> TrainingState<S> {
    let parameters = method.initialParameters(of: self)
    return TrainingState(
      parameters: parameters, best: parameters, bestLoss: .infinity, bestEpoch: 0, epoch: 0,
      step: 0, optimizer: [:], history: [])
  }

  /// Trains from `state` to the last epoch, telling `observe`, which may throw to stop.
  ///
  /// With `end` it stops there, as if to go on: the schedule stays that of all epochs.
  /// The result is the same to the bit for any number of threads, and whether `state` is fresh or
  /// a snapshot of an earlier run. Throws ``Divergence`` when the training cannot go on, after telling
  /// `observe` of it, and an ``AmpError`` for a snapshot of another optimiser's size.
  public func run(
    from state: TrainingState<S>, training: TrainingSet<S>, validation: TrainingSet<S>,
    threads: Int, until end: Int? = nil,
    observe: (TrainingEvent<S>) throws -> Void = { _ in }
  ) throws -> TrainingState<S> {
    var state = state
    let step = method.learner(for: self, from: state.parameters, on: training, threads: threads)
    try step.restore(state.optimizer)
    let batch = min(options.batch, training.targets.count)
    let stepsPerEpoch = training.targets.count / max(1, batch)
    let steps = stepsPerEpoch * options.epochs
    let before = state.history.last?.seconds ?? 0
    let clock = ContinuousClock()
    let began = clock.now
    if state.epoch == 0 && options.epochs > 0 && state.untrainedLoss == nil {
      state.untrainedLoss = step.loss(on: validation)
    }

    while state.epoch < min(options.epochs, end ?? options.epochs) {
      if let patience = options.patience, state.epoch - state.bestEpoch >= patience { break }
      var rng = Philox(seed: options.seed, purpose: .order, step: UInt32(state.epoch))
      let order = rng.permutation(training.targets.count)
      var (sum, rate) = (0.0, 0.0)
      for k in 0..<stepsPerEpoch {
        rate = options.rate * options.schedule.factor(step: state.step, of: steps)
        state.step += 1
        sum += step(order, from: k * batch, rows: batch, number: state.step, rate: rate)
        if k % 64 == 63 {
          try observe(
            .progress(epoch: state.epoch + 1, fraction: Double(k + 1) / Double(stepsPerEpoch)))
        }
      }
      state.epoch += 1
      let loss = step.loss(on: validation)
      let record = EpochRecord(
        epoch: state.epoch, rate: rate, training: sum / Double(stepsPerEpoch), validation: loss,
        seconds: before + (clock.now - began) / .seconds(1))
      if let sign = sign(of: record, after: state, step) {
        try giveUp(sign, record, after: state, observe)
      }
      state.history.append(record)
      let isBest = loss < state.bestLoss
      if isBest {
        state.bestLoss = loss
        state.bestEpoch = state.epoch
        state.best.values = step.values
      }
      try observe(.epoch(record, isBest: isBest) { step.snapshot(of: state) })
    }
    return step.snapshot(of: state)
  }

  /// What says that the training has diverged in the epoch of `record`, if anything does.
  private func sign(
    of record: EpochRecord, after state: TrainingState<S>, _ step: any Learner<S>
  ) -> Divergence.Sign? {
    guard record.training.isFinite && record.validation.isFinite else { return .loss }
    guard step.isFinite else { return .weights }
    if let untrained = state.untrainedLoss,
      Divergence.isExplosion(
        state.history + [record], untrained: untrained, epochs: options.epochs)
    {
      return .explosion(loss: record.training, untrained: untrained)
    }
    return nil
  }

  /// Tells `observe` of the end of a training, and throws it.
  private func giveUp(
    _ sign: Divergence.Sign, _ record: EpochRecord, after state: TrainingState<S>,
    _ observe: (TrainingEvent<S>) throws -> Void
  ) throws {
    let limit = state.untrainedLoss.map { Divergence.limit(untrained: $0) } ?? .infinity
    let hasGood = state.bestEpoch > 0 && !(state.bestLoss > limit)
    let divergence = Divergence(
      sign: sign, epoch: record.epoch, rate: record.rate,
      bestEpoch: hasGood ? state.bestEpoch : nil)
    try observe(
      .diverged(divergence, best: hasGood ? state.best : nil, history: state.history))
    throw divergence
  }
}
