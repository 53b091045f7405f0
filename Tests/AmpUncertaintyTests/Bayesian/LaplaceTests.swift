import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// The Laplace approximation where it is exact, and its Fisher matrix by finite differences.
@Suite struct LaplaceTests {
  let network = MLP(inputs: 3, hidden: [], outputs: 2, activation: .identity)
  let points = 40
  let order = 4
  let priorWidth = 0.8
  let logVariance = -1.3

  /// A linear regression with known noise: the row of ln σ² is a constant.
  func regression() -> (parameters: Parameters<Double>, data: TrainingSet<Double>) {
    var random = Philox(seed: 6, purpose: .other)
    let inputs = (0..<3 * points).map { _ in random.normal() }
    let targets = (0..<points).map { i in
      inputs[3 * i] - 2 * inputs[3 * i + 1] + 0.4 + 0.5 * random.normal()
    }
    var parameters = Parameters<Double>(network.layout)
    for i in 0..<3 { parameters.values[2 * i] = random.normal() }
    parameters.values[network.head.bias.offset + 1] = logVariance
    return (parameters, TrainingSet(inputs: inputs, targets: targets))
  }

  /// 1/σ_p² + Σ f h hᵀ, by loops.
  func precision(_ data: TrainingSet<Double>, _ factor: Double) -> [Double] {
    var matrix = [Double](repeating: 0, count: order * order)
    for i in 0..<order { matrix[i * order + i] = 1 / (priorWidth * priorWidth) }
    for n in 0..<points {
      let h = data.inputs[3 * n..<3 * n + 3] + [1]
      for (i, a) in h.enumerated() {
        for (j, b) in h.enumerated() { matrix[i * order + j] += factor * a * b }
      }
    }
    return matrix
  }

  func finished() throws -> (stored: Parameters<Double>, data: TrainingSet<Double>) {
    let (parameters, data) = regression()
    let context = FinishContext(
      network: network, likelihood: HeteroscedasticGaussian(), data: data, threads: 2)
    return (try Laplace(priorWidth: priorWidth).finish(parameters, context), data)
  }

  @Test func covarianceOfALinearRegressionIsThatOfTheExactPosterior() throws {
    let (stored, data) = try finished()
    let layout = Laplace(priorWidth: priorWidth).storedLayout(for: network)
    #expect(stored.layout == layout && layout.count == 8 + 2 * 16)
    for (output, factor) in [exp(-logVariance), 0.5].enumerated() {
      let root = Array(stored.values[layout.views[2 + output].range])
      let covariance = Double.product(
        root, root, rows: order, inner: order, columns: order, transposeB: true)
      let unit = Double.product(
        precision(data, factor), covariance, rows: order, inner: order, columns: order)
      for i in 0..<order {
        for j in 0..<order {
          expectClose(unit[i * order + j], i == j ? 1 : 0, absolute: 1e-12, "output \(output)")
        }
      }
    }
  }

  /// x·Σ·x of the predicted mean, from 20 000 drawn networks.
  @Test func drawnNetworksSpreadAsTheExactPosterior() throws {
    let (stored, data) = try finished()
    let x = [0.7, -1.1, 0.3, 1]
    let solution = try Double.cholesky(precision(data, exp(-logVariance)), order: order).solve(x)
    let variance = zip(x, solution).reduce(0) { $0 + $1.0 * $1.1 }
    let positions = [0, 2, 4, network.head.bias.offset]
    let draws = 20_000
    let center = zip(x, positions).reduce(0) { $0 + $1.0 * stored.values[$1.1] }
    let outputs = (0..<draws).map { sample in
      let drawn = Laplace().network(sample, from: stored, of: network).values
      return zip(x, positions).reduce(0) { $0 + $1.0 * drawn[$1.1] }
    }
    let mean = outputs.reduce(0, +) / Double(draws)
    let spread = outputs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1)
    expectClose(mean, center, absolute: 5 * (variance / Double(draws)).squareRoot())
    expectClose(spread, variance, relative: 5 * (2 / Double(draws)).squareRoot())
  }

  /// With residuals of exactly ±σ the loss itself has the expected Fisher matrix as its curvature.
  @Test func curvatureOfTheLossIsTheFisherMatrix() throws {
    var (parameters, data) = regression()
    var targets: [Double] = []
    for i in 0..<points {
      let mean = (0..<3).reduce(parameters.values[network.head.bias.offset]) {
        $0 + data.inputs[3 * i + $1] * parameters.values[2 * $1]
      }
      targets.append(mean + (i % 2 == 0 ? 1 : -1) * exp(0.5 * logVariance))
    }
    data = TrainingSet(inputs: data.inputs, targets: targets)
    func loss(_ parameters: Parameters<Double>) -> Double {
      let outputs = Evaluator(network, PackedParameters(parameters), threads: 1)(data.inputs)
      return HeteroscedasticGaussian().meanLoss(outputs, targets) * Double(points)
    }
    let h = 1e-4
    for (output, factor) in [exp(-logVariance), 0.5].enumerated() {
      let positions = [0, 2, 4, network.head.bias.offset].map { $0 + output }
      let expected = precision(data, factor)
      for (i, position) in positions.enumerated() {
        let values = [h, 0, -h].map { change in
          var moved = parameters
          moved.values[position] += change
          return loss(moved)
        }
        let curvature = (values[0] - 2 * values[1] + values[2]) / (h * h)
        expectClose(
          curvature + 1 / (priorWidth * priorWidth), expected[i * order + i], relative: 1e-5)
      }
    }
  }

  @Test func otherLikelihoodsAndBrokenWeightsAreRefused() throws {
    var (parameters, data) = regression()
    parameters.values[0] = .nan
    parameters.values[network.head.bias.offset + 1] = .nan
    let context = FinishContext(
      network: network, likelihood: HeteroscedasticGaussian(), data: data, threads: 1)
    #expect(throws: AmpError.self) { try Laplace().finish(parameters, context) }
    parameters.values[0] = 0
    data = TrainingSet(inputs: data.inputs.map { _ in .infinity }, targets: data.targets)
    let infinite = FinishContext(
      network: network, likelihood: HeteroscedasticGaussian(), data: data, threads: 1)
    #expect(throws: AmpError.self) { try Laplace().finish(parameters, infinite) }
  }
}
