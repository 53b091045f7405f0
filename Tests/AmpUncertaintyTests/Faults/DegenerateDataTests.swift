import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Degenerate data give a surrogate with finite numbers, or an error that names the cause.
@Suite struct DegenerateDataTests {
  @Test(arguments: UncertaintyChoice.all.map(\.name), DegenerateData.allCases)
  func surrogatesStayFinite(uncertainty: String, data: DegenerateData) throws {
    let fit = try smallFit(uncertainty)
    let result = try fit.run(data.training, validation: data.validation)
    try expectSound(result.surrogate, "\(data), best")
    try expectSound(result.last, "\(data), last")
    let losses = result.history.flatMap { [$0.training, $0.validation] }
    #expect(!losses.contains { !$0.isFinite })
    // What all points say is what is predicted for them, within 5 % or what is said to be uncertain.
    if let amplitude = data.amplitude {
      let prediction = try result.surrogate.predict(data.training.momenta)
      for (i, value) in prediction.logMean.enumerated() {
        let allowed = 0.05 + 3 * (prediction.logTotal?[i] ?? 0)
        #expect(abs(value - log(amplitude)) < allowed, "\(exp(value)) for \(amplitude)")
      }
    }
  }

  @Test(
    arguments: [OptimizerChoice.adam, .adamw, .soap], [Fit.Precision.float32, .float64])
  func optimisersFinishingAndRefitStayFinite(
    optimizer: OptimizerChoice, precision: Fit.Precision
  ) throws {
    for data in DegenerateData.allCases {
      var fit = try smallFit("heteroscedastic", optimizer: optimizer, precision: precision)
      fit.finishing.epochs = 8
      fit.refitsHead = true
      let result = try fit.run(data.training, validation: data.validation)
      try expectSound(result.surrogate, "\(data)")
    }
  }

  /// Where ln σ² is far beyond its clamp there is no gradient, but neither a number that is not finite.
  @Test(arguments: [-1e6, -60, 60, 1e6])
  func sigmaBeyondItsClampStaysThere(start: Double) throws {
    let likelihood = HeteroscedasticGaussian()
    let network = MLP(inputs: 4, hidden: [8], outputs: 2, activation: .gelu)
    let trainer = Trainer<Float>(
      network, objective: likelihood, options: TrainingOptions(epochs: 40, batch: 64, rate: 1e-2))
    var state = trainer.start()
    let bias = network.head.positions(output: 1).last ?? 0
    state.parameters.values[bias] = Float(start)
    let points = normalPoints(300, seed: 1, as: Float.self)
    state = try trainer.run(from: state, training: points, validation: points, threads: 1)
    #expect(state.parameters.values[bias] == Float(start))
    #expect(!state.parameters.values.contains { !$0.isFinite })
    // Half of λ at the clamp, and the squared residuals with its weight.
    let clamp = start < 0 ? -30.0 : 11
    let last = try #require(state.history.last?.validation)
    #expect(last > 0.5 * clamp && last.isFinite)
    let outputs = Evaluator(network, state.best, crew: Crew(threads: 1))(points.inputs)
    outputs.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      expectClose(likelihood.moments(base).systematic, exp(clamp), relative: 1e-14)
    }
    // The mean is learned nevertheless.
    #expect(state.bestLoss < (state.untrainedLoss ?? 0))
  }

  @Test func batchesLargerThanTheDataAreTheData() throws {
    let data = DegenerateData.hugeRange
    var (large, whole) = (try smallFit("heteroscedastic"), try smallFit("heteroscedastic"))
    (large.training.batch, whole.training.batch) = (1_000_000, 64)
    // In shards of another size sums are rounded otherwise.
    large.precision = .float64
    whole.precision = .float64
    let a = try large.run(data.training, validation: data.validation).surrogate
    let b = try whole.run(data.training, validation: data.validation).surrogate
    let points = data.training.momenta
    expectClose(try a.predict(points).logMean, try b.predict(points).logMean, absolute: 1e-4)
  }

  @Test(arguments: UncertaintyChoice.all.map(\.name))
  func zeroEpochsAreTheUntrainedNetwork(uncertainty: String) throws {
    let data = DegenerateData.oneValidationPoint
    let result = try smallFit(uncertainty, epochs: 0).run(
      data.training, validation: data.validation)
    #expect(result.bestEpoch == 0 && result.history.isEmpty)
    try expectSound(result.surrogate, "untrained")
  }

  @Test func pointsThatCannotBeLearnedFromAreNamed() throws {
    let data = DegenerateData.oneValidationPoint
    func refusal(
      _ change: (inout AmplitudeTable, inout AmplitudeTable) -> Void
    ) throws -> String {
      var (training, validation) = (data.training, data.training)
      change(&training, &validation)
      let fit = try smallFit("heteroscedastic", epochs: 1)
      return try #require(
        #expect(throws: AmpError.self) { try fit.run(training, validation: validation) }
      ).description
    }
    for bad in [0, -1, Double.nan, .infinity] {
      #expect(try refusal { training, _ in training.amplitudes[7] = bad }.contains("row 7"))
    }
    #expect(try refusal { training, _ in training = training.rows([]) }.contains("training point"))
    #expect(try refusal { _, held in held = held.rows([]) }.contains("no validation points"))
    let infinite = try refusal { _, held in
      var components = held.momenta.components
      components[4 * 20 + 1] = .infinity
      held.momenta = Momenta(components, particles: 5)
    }
    #expect(infinite.contains("validation points, row 4"), "\(infinite)")
  }
}
