import AmpUncertainty
import TestSupport
import Testing

@Suite struct EnsembleTrainingTests {
  private func run<S: Scalar>(
    _ trainer: Trainer<S>, from start: TrainingState<S>? = nil, threads: Int = 2
  ) throws -> TrainingState<S> {
    try trainer.run(
      from: start ?? trainer.start(), training: normalPoints(310, seed: 1),
      validation: normalPoints(130, seed: 2), threads: threads)
  }

  /// To the bit, by any optimiser, for members taken whole and members that are shared.
  @Test(arguments: [OptimizerChoice.adam, .soap], 1...4)
  func membersWithoutRepulsionAreSingleFits(optimizer: OptimizerChoice, threads: Int) throws {
    try expectSingleFits(optimizer, batch: 100, shards: 7, threads: threads)
  }

  /// 150 points of a shard are two blocks.
  @Test(arguments: 1...2) func membersOfSeveralBlocksAreSingleFits(threads: Int) throws {
    try expectSingleFits(.adam, batch: 300, shards: 2, threads: threads)
  }

  private func expectSingleFits(
    _ optimizer: OptimizerChoice, batch: Int, shards: Int, threads: Int
  ) throws {
    func trainer(_ method: any LearningMethod) -> Trainer<Float> {
      ensembleTrainer(method, optimizer: optimizer, batch: batch, shards: shards)
    }
    let ensemble = Ensemble(members: 3)
    let together = trainer(ensemble)
    let state = try run(together, threads: threads)
    var losses: [Double] = []
    for member in 0..<3 {
      let single = trainer(SingleNetwork())
      var start = single.start()
      start.parameters = single.initialParameters(member: UInt32(member))
      let alone = try run(single, from: start)
      #expect(
        ensemble.network(member, from: state.parameters, of: together.network) == alone.parameters)
      losses.append(try #require(alone.history.last?.validation))
    }
    #expect(Set(losses).count == 3)
    let validation = try #require(state.history.last?.validation)
    #expect(validation == losses.reduce(0, +) / 3)
  }

  @Test func repulsionOfZeroAndRepulsionOfOneMemberAreNone() throws {
    let plain = try run(ensembleTrainer(Ensemble(members: 3), as: Double.self))
    for space in RepulsionSpace.allCases {
      let zero = RepulsiveEnsemble(members: 3, beta: 0, space: space, priorWidth: nil)
      #expect(try run(ensembleTrainer(zero, as: Double.self)).parameters == plain.parameters)
    }
    let single = try run(ensembleTrainer(SingleNetwork(), as: Double.self))
    for space in RepulsionSpace.allCases {
      let one = RepulsiveEnsemble(members: 1, beta: 5, space: space, priorWidth: nil)
      let state = try run(ensembleTrainer(one, as: Double.self))
      #expect(state.parameters.values == single.parameters.values)
    }
  }

  /// The same losses point by point: h = 0, no force, no NaN.
  @Test(arguments: RepulsionSpace.allCases)
  func equalMembersStayEqual(space: RepulsionSpace) throws {
    let method = RepulsiveEnsemble(members: 4, beta: 10, space: space, priorWidth: 1)
    let trainer = ensembleTrainer(method, as: Float.self)
    var start = trainer.start()
    let one = trainer.initialParameters(member: 2).values
    start.parameters.values = (0..<4).flatMap { _ in one }
    let state = try run(trainer, from: start)
    let members = (0..<4).map {
      method.network($0, from: state.parameters, of: trainer.network)
    }
    #expect(members.allSatisfy { $0 == members[0] })
    #expect(members[0].values.allSatisfy(\.isFinite) && members[0].values != one)
  }

  /// The spread of what the members say grows with β, in both spaces.
  @Test(arguments: RepulsionSpace.allCases)
  func repulsionSpreadsTheMembers(space: RepulsionSpace) throws {
    func spread(_ beta: Double) throws -> Double {
      let method = RepulsiveEnsemble(members: 4, beta: beta, space: space, priorWidth: nil)
      let trainer = ensembleTrainer(method, objective: SquaredError(), epochs: 40, as: Double.self)
      let state = try run(trainer)
      let points = normalPoints(200, seed: 9, as: Double.self)
      let outputs = (0..<4).map { member -> [Double] in
        let parameters = method.network(member, from: state.parameters, of: trainer.network)
        return Evaluator(trainer.network, PackedParameters(parameters), threads: 1)(points.inputs)
      }
      let weights = (0..<4).map {
        method.network($0, from: state.parameters, of: trainer.network).values
      }
      let vectors = space == .function ? outputs : weights
      var sum = 0.0
      for vector in vectors {
        for (a, b) in zip(vector, vectors[0]) { sum += (a - b) * (a - b) }
      }
      return sum
    }
    let (none, some, much) = (try spread(0), try spread(10), try spread(100))
    #expect(none < some && some < much, "\(none), \(some), \(much)")
  }

  /// Tapes that wait and passes made anew give the same bits.
  @Test func theBudgetOfTapesChangesNothing() throws {
    let method = RepulsiveEnsemble(members: 3, beta: 20, space: .function, priorWidth: 1)
    let trainer = ensembleTrainer(method, as: Float.self)
    let data = normalPoints(310, seed: 1, as: Float.self)
    func result(budget: Int, threads: Int) -> [Float] {
      let learner = EnsembleLearner(
        method, trainer, parameters: trainer.start().parameters, data, threads: threads,
        tapeBudget: budget)
      let order = (0..<310).map { Int32($0) }
      for number in 1...6 {
        _ = learner(order, from: 30 * number, rows: 100, number: number, rate: 1e-2)
      }
      return learner.values
    }
    let reference = result(budget: .max, threads: 1)
    for (budget, threads) in [(0, 1), (0, 2), (300_000, 1), (300_000, 3), (.max, 2)] {
      #expect(result(budget: budget, threads: threads) == reference, "\(budget), \(threads)")
    }
  }

  @Test func fewerPointsThanShardsTrainAsWell() throws {
    let method = RepulsiveEnsemble(members: 2, beta: 1, space: .function, priorWidth: 1)
    let trainer = ensembleTrainer(method, as: Double.self)
    let few = normalPoints(4, seed: 1, as: Double.self)
    let state = try trainer.run(
      from: trainer.start(), training: few, validation: few, threads: 3)
    #expect(state.step == 5 && state.parameters.values.allSatisfy { $0.isFinite })
  }
}
