import AmpUncertainty
import TestSupport
import XCTest

/// Several ranks together train the same weights as one process, to the bit.
final class RanksReproducibilityTests: XCTestCase {
  private func assertSame<S: Scalar>(
    _ method: any LearningMethod, _ optimizer: OptimizerChoice, ranks counts: [Int],
    batch: Int = 100, shards: Int = 8, as _: S.Type
  ) throws {
    @Sendable func run(_ ranks: any Ranks, threads: Int) throws -> TrainingState<S> {
      let trainer = ensembleTrainer(
        method, optimizer: optimizer, epochs: 3, batch: batch, shards: shards, ranks: ranks,
        as: S.self)
      return try trainer.run(
        from: trainer.start(), training: normalPoints(310, seed: 1),
        validation: normalPoints(330, seed: 2), threads: threads)
    }
    let reference = try run(SingleRank(), threads: 2)
    for count in counts {
      let label = "\(method), \(optimizer), \(S.precisionName), \(count) ranks"
      let states = try ThreadRanks.run(count) { try run($0, threads: 1 + $0.rank % 2) }
      XCTAssertEqual(states.count, count)
      for state in states {
        XCTAssertEqual(state.parameters, reference.parameters, label)
        XCTAssertEqual(state.best, reference.best, label)
        XCTAssertEqual(state.optimizer, reference.optimizer, label)
        XCTAssertEqual(
          state.history.map(\.validation), reference.history.map(\.validation), label)
        XCTAssertEqual(state.history.map(\.training), reference.history.map(\.training), label)
      }
    }
  }

  func testOneNetwork() throws {
    try assertSame(Deterministic(), .adam, ranks: [1, 2, 4, 8], as: Float.self)
    try assertSame(Deterministic(), .soap, ranks: [2, 4], as: Double.self)
  }

  func testBayesian() throws {
    try assertSame(Bayesian(), .adam, ranks: [2, 4], as: Double.self)
  }

  /// 150 points of a shard are two blocks.
  func testShardsOfSeveralBlocks() throws {
    for method in [Deterministic(), Bayesian(), Ensemble(members: 3)] as [any LearningMethod] {
      try assertSame(method, .adam, ranks: [2], batch: 300, shards: 2, as: Float.self)
    }
  }

  func testEnsembles() throws {
    try assertSame(Ensemble(members: 5), .soap, ranks: [2, 3, 7], as: Float.self)
    for space in RepulsionSpace.allCases {
      let method = RepulsiveEnsemble(members: 5, beta: 10, space: space, priorWidth: 1)
      try assertSame(method, .adam, ranks: [2, 3, 4], as: Double.self)
    }
  }

  func testSharesThatAreNoBranchOfTheTreeAreRefused() throws {
    _ = try ThreadRanks.run(3) { ranks in
      XCTAssertThrowsError(try Deterministic().check(ranks, shards: 8))
      Ensemble(members: 2).check(ranks, shards: 8)
    }
    _ = try ThreadRanks.run(4) { ranks in
      XCTAssertNoThrow(try Deterministic().check(ranks, shards: 8))
      XCTAssertThrowsError(try Deterministic().check(ranks, shards: 12))
    }
  }

  func testASurrogatePredictsTheSame() throws {
    let network = MLP(inputs: 4, hidden: [12, 8], outputs: 2, activation: .gelu)
    let parameters: Parameters<Float> = network.initialParameters(seed: 3, member: 0)
    let inputs: [Float] = normalPoints(1000, seed: 4).inputs
    let reference = Evaluator(network, parameters, crew: Crew(threads: 1))(inputs)
    for outputs in try ThreadRanks.run(
      3, { Evaluator(network, parameters, crew: Crew(threads: 2), ranks: $0)(inputs) })
    {
      XCTAssertEqual(outputs, reference)
    }
  }
}
