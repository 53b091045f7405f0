import AmpNets
import XCTest

private struct Stop: Error {}

/// The same data, options and seed give the same weights to the bit.
final class ReproducibilityTests: XCTestCase {
  private func trainer<S: Scalar>(
    _ optimizer: OptimizerChoice, seed: UInt64, batch: Int = 100, shards: Int = 7, as _: S.Type
  ) -> Trainer<S> {
    var options = TrainingOptions(
      epochs: 6, batch: batch, optimizer: optimizer, schedule: .oneCycle, weightDecay: 1e-3,
      seed: seed)
    options.shards = shards  // 7 of 100 points: 15 each, and a last one of 10
    return Trainer(
      MLP(inputs: 4, hidden: [24, 16], outputs: 1, activation: .gelu), objective: SquaredError(),
      options: options)
  }

  private func run<S: Scalar>(
    _ trainer: Trainer<S>, from state: TrainingState<S>? = nil, threads: Int,
    observe: (TrainingEvent<S>) throws -> Void = { _ in }
  ) throws -> TrainingState<S> {
    try trainer.run(
      from: state ?? trainer.start(), training: trainingSet(310, width: 4, seed: 1),
      validation: trainingSet(130, width: 4, seed: 2), threads: threads, observe: observe)
  }

  private func assertEqual<S: Scalar>(
    _ a: TrainingState<S>, _ b: TrainingState<S>, _ label: String
  ) {
    XCTAssertEqual(a.parameters, b.parameters, label)
    XCTAssertEqual(a.best, b.best, label)
    XCTAssertEqual(a.bestLoss, b.bestLoss, label)
    XCTAssertEqual(a.bestEpoch, b.bestEpoch, label)
    XCTAssertEqual(a.epoch, b.epoch, label)
    XCTAssertEqual(a.step, b.step, label)
    XCTAssertEqual(a.optimizer, b.optimizer, label)
    XCTAssertEqual(a.history.map(\.validation), b.history.map(\.validation), label)
    XCTAssertEqual(a.history.map(\.training), b.history.map(\.training), label)
    XCTAssertEqual(a.history.map(\.rate), b.history.map(\.rate), label)
  }

  private func assertReproducible<S: Scalar>(
    _ optimizer: OptimizerChoice, as _: S.Type
  ) throws {
    let label = "\(optimizer) \(S.precisionName)"
    let trainer = trainer(optimizer, seed: 1, as: S.self)
    let reference = try run(trainer, threads: 1)
    XCTAssertEqual(reference.step, 18)
    XCTAssertNotEqual(reference.parameters, trainer.start().parameters, label)
    for threads in 1...3 {
      assertEqual(
        try run(trainer, threads: threads), reference, "\(label), \(threads) threads")
    }
    let other = try run(self.trainer(optimizer, seed: 2, as: S.self), threads: 1)
    XCTAssertNotEqual(other.parameters, reference.parameters, label)

    for epochs in [1, 4] {
      var snapshot: TrainingState<S>?
      XCTAssertThrowsError(
        try run(trainer, threads: 2) {
          if case .epoch(let record, _, let state) = $0, record.epoch == epochs {
            snapshot = state()
            throw Stop()
          }
        }
      ) { XCTAssert($0 is Stop) }
      let stopped = try XCTUnwrap(snapshot)
      XCTAssertEqual(stopped.epoch, epochs)
      assertEqual(
        try run(trainer, from: stopped, threads: 1), reference,
        "\(label), stopped after \(epochs) epochs")
    }
  }

  /// 150 points of a shard are two blocks.
  func testShardsOfSeveralBlocks() throws {
    let trainer = trainer(.adam, seed: 1, batch: 300, shards: 2, as: Float.self)
    let reference = try run(trainer, threads: 1)
    XCTAssertEqual(reference.step, 6)
    assertEqual(try run(trainer, threads: 2), reference, "2 threads")
  }

  func testAdamInSinglePrecision() throws { try assertReproducible(.adam, as: Float.self) }
  func testAdamInDoublePrecision() throws { try assertReproducible(.adam, as: Double.self) }
  func testSOAPInSinglePrecision() throws { try assertReproducible(.soap, as: Float.self) }
  func testSOAPInDoublePrecision() throws { try assertReproducible(.soap, as: Double.self) }
}
