import AmpUncertainty
import XCTest

private struct Stop: Error {}

/// The same data, options and seed give the same members to the bit.
final class EnsembleReproducibilityTests: XCTestCase {
  private func run<S: Scalar>(
    _ trainer: Trainer<S>, from state: TrainingState<S>? = nil, threads: Int,
    observe: (TrainingEvent<S>) throws -> Void = { _ in }
  ) throws -> TrainingState<S> {
    try trainer.run(
      from: state ?? trainer.start(), training: normalPoints(310, seed: 1),
      validation: normalPoints(130, seed: 2), threads: threads, observe: observe)
  }

  private func assertEqual<S: Scalar>(
    _ a: TrainingState<S>, _ b: TrainingState<S>, _ label: String
  ) {
    XCTAssertEqual(a.parameters, b.parameters, label)
    XCTAssertEqual(a.best, b.best, label)
    XCTAssertEqual(a.bestEpoch, b.bestEpoch, label)
    XCTAssertEqual(a.optimizer, b.optimizer, label)
    XCTAssertEqual(a.history.map(\.validation), b.history.map(\.validation), label)
    XCTAssertEqual(a.history.map(\.training), b.history.map(\.training), label)
  }

  private func assertReproducible<S: Scalar>(
    _ method: any EnsembleMethod, _ optimizer: OptimizerChoice, as _: S.Type
  ) throws {
    let label = "\(method), \(optimizer), \(S.precisionName)"
    let trainer = ensembleTrainer(method, optimizer: optimizer, as: S.self)
    let reference = try run(trainer, threads: 1)
    XCTAssertNotEqual(reference.parameters, trainer.start().parameters, label)
    for threads in [1, 2, 3, 5] {
      assertEqual(
        try run(trainer, threads: threads), reference, "\(label), \(threads) threads")
    }
    for epochs in [1, 3] {
      var snapshot: TrainingState<S>?
      XCTAssertThrowsError(
        try run(trainer, threads: 2) {
          if case .epoch(let record, _, let state) = $0, record.epoch == epochs {
            snapshot = state()
            throw Stop()
          }
        }
      ) { XCTAssert($0 is Stop) }
      // Through the file, as a killed run would.
      let file = try XCTUnwrap(snapshot).file()
      let stopped = try TrainingState<S>(
        file: file, layout: method.layout(for: trainer.network))
      XCTAssertEqual(stopped.epoch, epochs)
      assertEqual(
        try run(trainer, from: stopped, threads: 1), reference,
        "\(label), stopped after \(epochs) epochs")
    }
  }

  func testPlain() throws {
    try assertReproducible(Ensemble(members: 5), .adam, as: Float.self)
  }

  func testRepulsiveInFunctionSpace() throws {
    let method = RepulsiveEnsemble(members: 5, beta: 10, space: .function, priorWidth: 1)
    try assertReproducible(method, .adam, as: Float.self)
    try assertReproducible(method, .soap, as: Double.self)
  }

  func testRepulsiveInWeights() throws {
    let method = RepulsiveEnsemble(members: 3, beta: 10, space: .weights, priorWidth: 1)
    try assertReproducible(method, .soap, as: Float.self)
    try assertReproducible(method, .adam, as: Double.self)
  }
}
