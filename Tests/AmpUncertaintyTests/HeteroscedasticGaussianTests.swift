import AmpUncertainty
import Foundation
import TestSupport
import Testing

@Suite struct HeteroscedasticGaussianTests {
  let likelihood = HeteroscedasticGaussian()

  @Test func smallCaseIsExact() {
    // μ = 1, σ = 2, y = 4: ½·(3/2)² + ln 2 + ½ ln 2π.
    let loss = likelihood.loss(
      outputs: [1, log(4)], targets: [4], rows: 1, weight: 1, gradient: nil)
    expectClose(loss, 1.125 + log(2) + 0.5 * log(2 * .pi), relative: 1e-15)
    expectClose(likelihood.deviation(log(4)), 2, relative: 1e-15)
    #expect(likelihood.deviation(1000) == exp(5.5) && likelihood.deviation(-1000) == exp(-15))
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func gradientIsTheSlopeOfTheLoss(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let rows = 5
    let outputs = (0..<2 * rows).map { _ in 2 * random.normal() }
    let targets = (0..<rows).map { _ in random.normal() }
    var gradient = [Double](repeating: .nan, count: 2 * rows)
    _ = likelihood.loss(
      outputs: outputs, targets: targets, rows: rows, weight: 0.25, gradient: &gradient)
    for i in outputs.indices {
      func loss(_ shift: Double) -> Double {
        var outputs = outputs
        outputs[i] += shift
        return likelihood.loss(
          outputs: outputs, targets: targets, rows: rows, weight: 0.25, gradient: nil)
      }
      let slope = 0.25 * (loss(1e-5) - loss(-1e-5)) / 2e-5
      expectClose(gradient[i], slope, relative: 1e-6, absolute: 1e-6)
    }
  }

  @Test func outsideTheRangeTheVarianceHasNoGradient() {
    for logVariance in [-31.0, 11.5] {
      var gradient = [Double.nan, .nan]
      _ = likelihood.loss(
        outputs: [0.5, logVariance], targets: [0], rows: 1, weight: 1, gradient: &gradient)
      #expect(gradient[0] > 0 && gradient[1] == 0)
    }
  }

  @Test func outputsThatAreNaNHaveNoFiniteLoss() {
    for outputs in [[Double.nan, 0], [0, .nan]] {
      let loss = likelihood.loss(
        outputs: outputs, targets: [0], rows: 1, weight: 1, gradient: nil)
      #expect(!loss.isFinite)
    }
  }

  /// y = sin 2x + σ(x)·ε with σ from 0.05 to 0.4: the network finds both curves.
  @Test(arguments: [OptimizerChoice.adam, .soap])
  func functionAndItsNoiseAreLearned(optimizer: OptimizerChoice) throws {
    func deviation(_ x: Double) -> Double { 0.05 + 0.35 * (x + 1) / 2 }
    func sample(_ count: Int, seed: UInt64) -> TrainingSet<Float> {
      var random = Philox(seed: seed, purpose: .other)
      let x = (0..<count).map { _ in 2 * random.uniform() - 1 }
      return TrainingSet(
        inputs: x.map { Float($0) },
        targets: x.map { sin(2 * $0) + deviation($0) * random.normal() })
    }
    let trainer = Trainer<Float>(
      MLP(inputs: 1, hidden: [32, 32], outputs: 2, activation: .gelu), objective: likelihood,
      options: TrainingOptions(epochs: 40, batch: 128, optimizer: optimizer, rate: 5e-3))
    let state = try trainer.run(
      from: trainer.start(), training: sample(4096, seed: 1), validation: sample(1024, seed: 2),
      threads: 1)
    let x = stride(from: -0.9, through: 0.9, by: 0.1).map { $0 }
    let evaluate = Evaluator(trainer.network, PackedParameters(state.best), threads: 1)
    let outputs = evaluate(x.map { Float($0) })
    for (i, x) in x.enumerated() {
      // A tenth of the noise for the mean, a quarter for the width: 4096 points give better.
      expectClose(
        outputs[2 * i], sin(2 * x), absolute: 0.02 + 0.2 * deviation(x), "mean at \(x)")
      expectClose(
        likelihood.deviation(outputs[2 * i + 1]), deviation(x), relative: 0.25, "σ at \(x)")
    }
  }
}
