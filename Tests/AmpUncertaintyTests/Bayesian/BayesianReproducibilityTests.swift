import AmpUncertainty
import XCTest

private struct Stop: Error {}

/// The same data, options and seed give the same posterior to the bit, noise included.
final class BayesianReproducibilityTests: XCTestCase {
  private func set<S: Scalar>(_ count: Int, seed: UInt64, as _: S.Type) -> TrainingSet<S> {
    var random = Philox(seed: seed, purpose: .other)
    let inputs = (0..<4 * count).map { _ in S(random.normal()) }
    return TrainingSet(
      inputs: inputs, targets: (0..<count).map { tanh(Double(inputs[4 * $0])) + random.normal() })
  }

  private func assertReproducible<S: Scalar>(
    _ optimizer: OptimizerChoice, as _: S.Type
  ) throws {
    let label = "\(optimizer) \(S.precisionName)"
    var options = TrainingOptions(
      epochs: 6, batch: 100, optimizer: optimizer, schedule: .oneCycle, seed: 1)
    options.shards = 7  // of 15 points, and a last one of 10
    func trainer(_ method: Bayesian = Bayesian()) -> Trainer<S> {
      Trainer(
        MLP(inputs: 4, hidden: [24, 16], outputs: 2, activation: .gelu),
        objective: HeteroscedasticGaussian(), options: options, method: method)
    }
    let (training, validation) = (set(310, seed: 1, as: S.self), set(130, seed: 2, as: S.self))
    func run(
      from state: TrainingState<S>? = nil, threads: Int, _ method: Bayesian = Bayesian(),
      observe: (TrainingEvent<S>) throws -> Void = { _ in }
    ) throws -> TrainingState<S> {
      try trainer(method).run(
        from: state ?? trainer(method).start(), training: training, validation: validation,
        threads: threads, observe: observe)
    }
    func assertEqual(_ a: TrainingState<S>, _ b: TrainingState<S>, _ label: String) {
      XCTAssertEqual(a.parameters, b.parameters, label)
      XCTAssertEqual(a.best, b.best, label)
      XCTAssertEqual(a.optimizer, b.optimizer, label)
      XCTAssertEqual(a.history.map(\.validation), b.history.map(\.validation), label)
      XCTAssertEqual(a.history.map(\.training), b.history.map(\.training), label)
    }

    let reference = try run(threads: 1)
    XCTAssertEqual(reference.step, 18)
    let start = trainer().start().parameters
    for view in reference.parameters.layout.views {
      XCTAssertNotEqual(reference.parameters[view], start[view], "\(label), \(view.name)")
    }
    for threads in 2...3 {
      assertEqual(try run(threads: threads), reference, "\(label), \(threads) threads")
    }
    XCTAssertNotEqual(
      try run(threads: 1, Bayesian(priorWidth: 0.1)).parameters, reference.parameters, label)
    for epochs in [1, 4] {
      var snapshot: TrainingState<S>?
      XCTAssertThrowsError(
        try run(threads: 2) {
          if case .epoch(let record, _, let state) = $0, record.epoch == epochs {
            snapshot = state()
            throw Stop()
          }
        }
      ) { XCTAssert($0 is Stop) }
      assertEqual(
        try run(from: try XCTUnwrap(snapshot), threads: 1), reference,
        "\(label), stopped after \(epochs) epochs")
    }
  }

  func testAdamInSinglePrecision() throws { try assertReproducible(.adam, as: Float.self) }
  func testAdamInDoublePrecision() throws { try assertReproducible(.adam, as: Double.self) }
  func testSOAPInSinglePrecision() throws { try assertReproducible(.soap, as: Float.self) }
}
