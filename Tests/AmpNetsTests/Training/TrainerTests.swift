import AmpNets
import TestSupport
import Testing

@Suite struct TrainerTests {
  let training = trainingSet(256, width: 2, seed: 1, as: Double.self)
  let validation = trainingSet(64, width: 2, seed: 2, as: Double.self)

  func trainer(_ options: TrainingOptions) -> Trainer<Double> {
    Trainer(
      MLP(inputs: 2, hidden: [16, 16], outputs: 1, activation: .gelu), objective: SquaredError(),
      options: options)
  }

  func run(_ options: TrainingOptions) throws -> TrainingState<Double> {
    let trainer = trainer(options)
    return try trainer.run(
      from: trainer.start(), training: training, validation: validation, threads: 1)
  }

  /// A step on one batch of all points is plain Adam on the gradient of the mean loss.
  @Test func oneStepIsAdamOnTheMeanGradient() throws {
    let trainer = trainer(TrainingOptions(epochs: 1, batch: 256, schedule: .constant))
    let start = trainer.start()
    let tape = Tape(start.parameters)
    let y = trainer.network(tape.input(Tensor(training.inputs, shape: [256, 2])), on: tape)
    let residuals = zip(tape.value(of: y).elements, training.targets).map { ($0 - $1) / 256 }
    tape.setGradient(Tensor(residuals, shape: [256, 1]), of: y)
    // Adam's first step: m̂ = g and √v̂ = |g|.
    let expected = zip(start.parameters.values, tape.backward(from: y).values).map {
      $0 - 1e-3 * $1 / (abs($1) + 1e-8)
    }
    let state = try run(trainer.options)
    expectClose(state.parameters.values, expected, absolute: 1e-9)
    let loss = residuals.reduce(0) { $0 + $1 * $1 * 128 }
    expectClose(state.history[0].training, loss, relative: 1e-12)
    #expect(state.step == 1 && state.epoch == 1)
  }

  @Test func smoothFunctionIsLearned() throws {
    let state = try run(TrainingOptions(epochs: 60, batch: 32, rate: 1e-2))
    // The noise alone leaves ½·0.1²; the targets' variance is ten times as large and more.
    #expect(state.bestLoss < 0.009 && state.bestLoss > 0.003)
  }

  @Test func bestParametersAreThoseOfTheLowestValidationLoss() throws {
    let trainer = trainer(TrainingOptions(epochs: 40, batch: 16, rate: 5e-2, schedule: .constant))
    var (snapshots, best) = ([Parameters<Double>](), [Bool]())
    let state = try trainer.run(
      from: trainer.start(), training: training, validation: validation, threads: 2
    ) {
      if case .epoch(_, let isBest, let state) = $0 {
        snapshots.append(state().parameters)
        best.append(isBest)
      }
    }
    let losses = state.history.map(\.validation)
    let lowest = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    #expect(lowest < 39, "the last epoch must not be the best for this to say anything")
    #expect(state.bestLoss == losses[lowest] && state.bestEpoch == lowest + 1)
    #expect(state.best == snapshots[lowest] && state.parameters == snapshots[39])
    #expect(best == losses.indices.map { i in losses[..<i].allSatisfy { $0 > losses[i] } })
    let evaluate = Evaluator(trainer.network, PackedParameters(state.best), threads: 1)
    let loss = trainer.objective.meanLoss(evaluate(validation.inputs), validation.targets)
    #expect(loss == state.bestLoss)
  }

  @Test func patienceStopsAfterThatManyEpochsWithoutABetterLoss() throws {
    let options = TrainingOptions(
      epochs: 500, batch: 16, rate: 5e-2, schedule: .constant, patience: 4)
    let state = try run(options)
    #expect(state.epoch < 500 && state.epoch == state.bestEpoch + 4)
    #expect(state.history.count == state.epoch)
  }

  @Test(arguments: OptimizerChoice.allCases)
  func divergenceIsThrown(optimizer: OptimizerChoice) {
    #expect(throws: Divergence.self) {
      try run(
        TrainingOptions(
          epochs: 20, batch: 32, optimizer: optimizer, rate: 1e200, schedule: .constant))
    }
  }

  /// A network of ReLUs must not swallow a NaN.
  @Test(arguments: LayerActivation.names)
  func featuresThatAreNaNAreADivergence(name: String) throws {
    let activation = try LayerActivation(parsing: name)
    let trainer = Trainer<Float>(
      MLP(inputs: 2, hidden: [8], outputs: 1, activation: activation), objective: SquaredError(),
      options: TrainingOptions(epochs: 1, batch: 32))
    let good = trainingSet(64, width: 2, seed: 1, as: Float.self)
    var inputs = good.inputs
    inputs[7] = .nan
    #expect(throws: Divergence.self) {
      try trainer.run(
        from: trainer.start(), training: TrainingSet(inputs: inputs, targets: good.targets),
        validation: good, threads: 1)
    }
  }

  @Test func batchesLargerThanTheDataAreTheData() throws {
    let large = try run(TrainingOptions(epochs: 3, batch: 100_000))
    let whole = try run(TrainingOptions(epochs: 3, batch: 256))
    #expect(large.step == 3)
    expectClose(large.parameters.values, whole.parameters.values, absolute: 1e-12)
  }

  @Test func zeroEpochsReturnTheStart() throws {
    let trainer = trainer(TrainingOptions(epochs: 0))
    let state = try run(trainer.options)
    #expect(state.parameters == trainer.start().parameters && state.best == state.parameters)
    #expect(state.epoch == 0 && state.step == 0 && state.history.isEmpty)
    #expect(state.bestLoss == .infinity)
  }

  @Test func whatTheObserverThrowsEndsTheTraining() {
    struct Stop: Error {}
    let trainer = trainer(TrainingOptions(epochs: 5))
    #expect(throws: Stop.self) {
      try trainer.run(
        from: trainer.start(), training: training, validation: validation, threads: 1
      ) { _ in throw Stop() }
    }
  }

  @Test func networksThatDoNotFitTheLossTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Trainer<Float>(
        MLP(inputs: 2, outputs: 2, activation: .relu), objective: SquaredError(),
        options: TrainingOptions(epochs: 1))
    }
  }

  @Test func moreShardsThanTheTreeHoldsTrap() async {
    await #expect(processExitsWith: .failure) {
      var options = TrainingOptions(epochs: 1)
      options.shards = 65
      let trainer = Trainer<Float>(
        MLP(inputs: 2, hidden: [4], outputs: 1, activation: .relu), objective: SquaredError(),
        options: options)
      let data = trainingSet(64, width: 2, seed: 1, as: Float.self)
      _ = try trainer.run(from: trainer.start(), training: data, validation: data, threads: 1)
    }
  }
}
