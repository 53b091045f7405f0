import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// On a curve with noise, σ_stat is large where there are no data and small where there are many.
@Suite struct StatisticalUncertaintyTests {
  /// Trains on y = sin 3x + noise for |x| < 1 and returns σ_stat at `x`.
  func statistical(_ method: UncertaintyMethod, points: Int, at x: [Double]) throws -> [Double] {
    var random = Philox(seed: 4, purpose: .other)
    func data(_ count: Int) -> TrainingSet<Double> {
      let inputs = (0..<count).map { _ in 2 * random.uniform() - 1 }
      return TrainingSet(
        inputs: inputs, targets: inputs.map { sin(3 * $0) + 0.1 * random.normal() })
    }
    let network = MLP(inputs: 1, hidden: [32], outputs: 2, activation: .tanh)
    let (training, validation, likelihood) = (data(points), data(200), HeteroscedasticGaussian())
    let trainer = Trainer<Double>(
      network, objective: likelihood,
      options: TrainingOptions(epochs: 400_000 / points, batch: 100, rate: 5e-3),
      method: method.base)
    let state = try trainer.run(
      from: trainer.start(), training: training, validation: validation, threads: 2)
    let stored = try method.base.finish(
      state.parameters,
      FinishContext(network: network, likelihood: likelihood, data: training, threads: 1))
    let samples = 64
    let means = (0..<samples).map { sample in
      let drawn = method.base.network(sample, from: stored, of: network)
      let outputs = Evaluator(network, PackedParameters(drawn), threads: 1)(x)
      return x.indices.map { outputs[2 * $0] }
    }
    return x.indices.map { i in
      let mean = means.reduce(0) { $0 + $1[i] } / Double(samples)
      let squares = means.reduce(0) { $0 + ($1[i] - mean) * ($1[i] - mean) }
      return (squares / Double(samples - 1)).squareRoot()
    }
  }

  @Test(arguments: [UncertaintyMethod.bayesian(), .bayesian(layers: .last), .laplace()])
  func spreadGrowsOutsideTheDataAndShrinksWithTheirNumber(method: UncertaintyMethod) throws {
    let x = [-0.6, 0, 0.6, 2.5]
    let few = try statistical(method, points: 100, at: x)
    let many = try statistical(method, points: 4000, at: x)
    for (label, spread) in [("few", few), ("many", many)] {
      let inside = spread[..<3].max() ?? 0
      // Independent weights (mean field) are known to show less of it than a full covariance.
      let least = method.name == "laplace" ? 2 : 1.2
      #expect(spread[3] > least * inside, "\(method.name), \(label): \(spread)")
    }
    for i in 0..<3 { #expect(many[i] < 0.6 * few[i], "\(method.name): \(few) \(many)") }
    #expect(many[..<3].allSatisfy { $0 > 1e-4 && $0 < 0.05 }, "\(many)")
  }
}
