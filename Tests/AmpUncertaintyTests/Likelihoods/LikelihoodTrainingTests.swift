import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Each likelihood learns a one-dimensional law that it is made for.
struct LikelihoodTrainingTests {
  /// `count` points of x in (−1, 1) with y drawn by `draw`.
  private func sample(
    _ count: Int, seed: UInt64, _ draw: (Double, inout Philox) -> Double
  ) -> TrainingSet<Float> {
    var random = Philox(seed: seed, purpose: .other)
    let x = (0..<count).map { _ in 2 * random.uniform() - 1 }
    return TrainingSet(inputs: x.map { Float($0) }, targets: x.map { draw($0, &random) })
  }

  /// The loss on other points and the outputs at `x` after training on 4096 points.
  private func train(
    _ likelihood: any Likelihood, at x: [Double] = [-0.8, -0.4, 0, 0.4, 0.8], epochs: Int = 40,
    _ draw: (Double, inout Philox) -> Double
  ) throws -> (loss: Double, outputs: [[Double]]) {
    let trainer = Trainer<Float>(
      MLP(inputs: 1, hidden: [32, 32], outputs: likelihood.outputs, activation: .gelu),
      objective: likelihood,
      options: TrainingOptions(epochs: epochs, batch: 128, optimizer: .adam, rate: 5e-3))
    let state = try trainer.run(
      from: trainer.start(), training: sample(4096, seed: 1, draw),
      validation: sample(4096, seed: 2, draw), threads: 1)
    let evaluate = Evaluator(trainer.network, PackedParameters(state.best), threads: 1)
    return (state.bestLoss, x.map { evaluate([Float($0)]) })
  }

  /// y = ±(0.6 + 0.3x) with noise 0.1: no single Gaussian describes it.
  @Test(arguments: [2, 3, 5])
  func mixtureFindsTwoModes(components: Int) throws {
    func draw(_ x: Double, _ random: inout Philox) -> Double {
      (0.6 + 0.3 * x) * (random.uniform() < 0.5 ? -1 : 1) + 0.1 * random.normal()
    }
    let mixture = try GaussianMixture(components: components)
    let (loss, outputs) = try train(mixture, at: [-0.5, 0, 0.5], draw)
    // The entropy is ln 2 + ½ ln(2πe·0.01) = −0.19 where the modes do not overlap.
    let entropy = log(2) + 0.5 * log(2 * Double.pi * 0.01) + 0.5
    #expect(loss < entropy + 0.04, "loss \(loss), entropy \(entropy)")
    for (x, point) in zip([-0.5, 0, 0.5], outputs) {
      let mode = 0.6 + 0.3 * x
      func density(_ y: Double) -> Double { exp(-mixture.loss(point, [y])) }
      // The true density at a mode is ½/(√2π·0.1) = 2.
      expectClose(density(mode), 2, relative: 0.25, "upper mode at \(x)")
      expectClose(density(-mode), 2, relative: 0.25, "lower mode at \(x)")
      #expect(density(0) < 0.15, "between the modes at \(x)")
      expectClose(mixture.cumulative(0, point), 0.5, absolute: 0.05)
      let moments = mixture.moments(point)
      expectClose(moments.systematic, mode * mode + 0.01, relative: 0.1)
    }
  }

  /// Noise that follows Student's t with three degrees of freedom, width 0.1.
  @Test func studentTFindsHeavyTails() throws {
    func draw(_ x: Double, _ random: inout Philox) -> Double {
      let chiSquare = (0..<3).reduce(0.0) { sum, _ in
        let z = random.normal()
        return sum + z * z
      }
      return sin(2 * x) + 0.1 * random.normal() / (chiSquare / 3).squareRoot()
    }
    let student = StudentT()
    let (loss, outputs) = try train(student, draw)
    let (gaussian, _) = try train(HeteroscedasticGaussian(), draw)
    // Entropy 1.7735 + ln 0.1; a Gaussian of the same variance loses 0.195 at best.
    expectClose(loss, 1.7735 + log(0.1), absolute: 0.08)
    #expect(loss < gaussian - 0.1, "\(loss), Gaussian \(gaussian)")
    for (x, point) in zip([-0.8, -0.4, 0, 0.4, 0.8], outputs) {
      expectClose(point[0], sin(2 * x), absolute: 0.04)
      expectClose(exp(0.5 * point[1]), 0.1, relative: 0.25)
      #expect((2.05...5).contains(student.freedom(point)), "ν at \(x): \(student.freedom(point))")
    }
  }

  /// Gaussian noise 0.05 + 0.1(x + 1): the marginal density has the right width everywhere.
  @Test func evidentialLearnsFunctionAndTotalWidth() throws {
    func deviation(_ x: Double) -> Double { 0.05 + 0.1 * (x + 1) }
    func draw(_ x: Double, _ random: inout Philox) -> Double {
      sin(2 * x) + deviation(x) * random.normal()
    }
    let evidential = EvidentialGaussian()
    let (_, outputs) = try train(evidential, draw)
    for (x, point) in zip([-0.8, -0.4, 0, 0.4, 0.8], outputs) {
      expectClose(point[0], sin(2 * x), absolute: 0.02 + 0.2 * deviation(x))
      let (low, high) = (sin(2 * x) - deviation(x), sin(2 * x) + deviation(x))
      let within = evidential.cumulative(high, point) - evidential.cumulative(low, point)
      expectClose(within, 0.683, absolute: 0.1, "within ±σ at \(x)")
      let moments = evidential.moments(point)
      #expect(moments.systematic > 0 && moments.statistical > 0)
    }
  }

  @Test func squaredErrorLearnsTheMean() throws {
    let (loss, outputs) = try train(SquaredError()) { x, random in
      sin(2 * x) + 0.1 * random.normal()
    }
    expectClose(loss, 0.005, relative: 0.1)
    for (x, point) in zip([-0.8, -0.4, 0, 0.4, 0.8], outputs) {
      expectClose(point[0], sin(2 * x), absolute: 0.04)
    }
  }
}
