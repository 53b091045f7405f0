import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// The divergence from the prior, and local reparametrisation against sampled weights.
@Suite struct WeightPosteriorTests {
  static let seeds = 0..<64 as Range<UInt64>

  /// A layer of n × m weights with λ, its view, and a certain matrix.
  func layer(_ random: inout Philox, _ n: Int, _ m: Int, level: Double = -1) -> (
    ParameterView, ParameterView, Parameters<Double>
  ) {
    var layout = ParameterLayout()
    let weight = layout.add("w", rows: n, columns: m)
    let bias = layout.add("b", rows: 1, columns: m, isMatrix: false)
    layout.addLogVariance(of: weight)
    var parameters = Parameters<Double>(layout)
    for i in parameters.values.indices { parameters.values[i] = random.normal() }
    for i in (n + 1) * m..<layout.count { parameters.values[i] += level }
    return (weight, bias, parameters)
  }

  @Test func divergenceOfOneWeightByHand() {
    var layout = ParameterLayout()
    layout.addLogVariance(of: layout.add("w", rows: 1, columns: 1))
    let packed = PackedParameters(Parameters<Double>(layout, values: [3, log(0.25)]))
    let posterior = WeightPosterior(precision: 0.5, points: 10, seed: 0)
    let expected = 0.5 * (0.5 * (9 + 0.25) - log(0.25) - 1 - log(0.5))
    expectClose(10 * posterior.divergence(of: packed), expected, relative: 1e-14)
    // q = p has none.
    let same = PackedParameters(Parameters<Double>(layout, values: [0, log(2)]))
    expectClose(posterior.divergence(of: same), 0, absolute: 1e-16)
  }

  /// KL = E_q[ln q − ln p], with 200 000 draws.
  @Test func divergenceIsTheMonteCarloMeanOfTheLogRatio() {
    var random = Philox(seed: 3, purpose: .other)
    let (weight, _, parameters) = layer(&random, 3, 2)
    let (mu, lambda) = (parameters[weight].elements, Array(parameters.values.suffix(6)))
    let (precision, draws) = (1 / (0.8 * 0.8), 200_000)
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<draws {
      var ratio = 0.0
      for (m, l) in zip(mu, lambda) {
        let xi = random.normal()
        let w = m + exp(0.5 * l) * xi
        ratio += -0.5 * (xi * xi + l) + 0.5 * (precision * w * w - log(precision))
      }
      sum += ratio
      squares += ratio * ratio
    }
    let mean = sum / Double(draws)
    let error = ((squares / Double(draws) - mean * mean) / Double(draws)).squareRoot()
    let posterior = WeightPosterior(precision: precision, points: 1, seed: 0)
    expectClose(posterior.divergence(of: PackedParameters(parameters)), mean, absolute: 4 * error)
  }

  @Test(arguments: seeds)
  func gradientOfTheDivergenceIsItsFiniteDifference(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (_, _, parameters) = layer(&random, random.whole(1...5), random.whole(1...9))
    let posterior = WeightPosterior(precision: 0.3 + random.uniform(), points: 7, seed: 0)
    let packed = PackedParameters(parameters)
    let gradient = AlignedBuffer<Double>(parameters.layout.count)
    for view in parameters.layout.views {
      _ = posterior.pull(view, of: packed, gradient: gradient.pointer + view.offset)
    }
    let slopes = parameters.values.indices.map { i in
      let values = [1e-5, -1e-5].map { change in
        var moved = parameters
        moved.values[i] += change
        return posterior.divergence(of: PackedParameters(moved))
      }
      return (values[0] - values[1]) / 2e-5
    }
    expectClose(
      Array(gradient.array.prefix(slopes.count)), slopes, relative: 1e-7, absolute: 1e-9)
  }

  /// Mean and variance of many noisy outputs against those of as many networks with drawn weights.
  @Test func localReparametrisationIsWeightSamplingInMeanAndVariance() {
    var random = Philox(seed: 8, purpose: .other)
    let network = MLP(inputs: 5, hidden: [], outputs: 3, activation: .identity)
    let method = Bayesian()
    var parameters = Parameters<Double>(method.layout(for: network))
    for i in parameters.values.indices { parameters.values[i] = random.normal() }
    let (x, draws) = ((0..<5).map { _ in random.normal() }, 40_000)
    func moments(_ outputs: (Int) -> [Double]) -> [(mean: Double, variance: Double)] {
      let all = (0..<draws).map(outputs)
      return (0..<3).map { j in
        let mean = all.reduce(0) { $0 + $1[j] } / Double(draws)
        return (mean, all.reduce(0) { $0 + ($1[j] - mean) * ($1[j] - mean) } / Double(draws - 1))
      }
    }
    let tape = Tape(parameters, differentiates: false)
    tape.noise = NormalStream(seed: 1, purpose: .step, member: 0)
    let rows = Tensor((0..<draws).flatMap { _ in x }, shape: [draws, 5])
    let noisy = tape.value(of: network(tape.input(rows), on: tape)).elements
    let local = moments { Array(noisy[3 * $0..<3 * $0 + 3]) }
    let sampled = moments { draw in
      let tape = Tape(
        method.network(draw, from: parameters, of: network), differentiates: false)
      return tape.value(of: network(tape.input(Tensor(x, shape: [1, 5])), on: tape)).elements
    }
    for (j, (a, b)) in zip(local, sampled).enumerated() {
      let weights = network.head.weight
      let exact = (0..<5).reduce(0.0) {
        let lambda = parameters.layout.logVariance(of: weights)?.offset ?? 0
        return $0 + x[$1] * x[$1] * exp(parameters.values[lambda + 3 * $1 + j])
      }
      let error = (exact / Double(draws)).squareRoot()
      expectClose(a.mean, b.mean, absolute: 6 * error, "mean of output \(j)")
      // The variance of a Gaussian sample is known to √(2/draws).
      for variance in [a.variance, b.variance] {
        expectClose(
          variance, exact, relative: 5 * (2 / Double(draws)).squareRoot(), "variance \(j)")
      }
    }
  }

  /// Every gradient of a noisy layer with the deviates held fixed; some points have no inputs.
  @Test(arguments: seeds)
  func gradientsOfANoisyLayerAreFiniteDifferences(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n, m) = (random.whole(1...9), random.whole(1...11), random.whole(1...11))
    let (weight, bias, parameters) = layer(&random, n, m)
    var x = (0..<rows * n).map { _ in random.normal() }
    if seed % 4 == 0 { for i in 0..<n { x[i] = 0 } }
    let factors = (0..<rows * m).map { _ in random.normal() }
    let activation = [Activation.tanh, .gelu, .identity][Int(seed % 3)]
    func run(_ parameters: Parameters<Double>, _ x: [Double]) -> (
      tape: Tape<Double>, x: Tape<Double>.Variable, y: Tape<Double>.Variable
    ) {
      let tape = Tape(parameters)
      tape.noise = NormalStream(seed: seed, purpose: .step, member: 2)
      let input = tape.input(Tensor(x, shape: [rows, n]), needsGradient: true)
      // Twice the same weights, so that gradients must add up.
      let once = tape.dense(input, weight: weight, bias: bias, activation: activation)
      let twice = tape.dense(input, weight: weight, bias: bias)
      return (tape, input, tape.add(once, twice))
    }
    func loss(_ parameters: Parameters<Double>, _ x: [Double]) -> Double {
      let (tape, _, y) = run(parameters, x)
      return zip(tape.value(of: y).elements, factors).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (tape, input, y) = run(parameters, x)
    tape.setGradient(Tensor(factors, shape: [rows, m]), of: y)
    let gradients = tape.backward(from: y)
    let h = 1e-5
    let slopes = parameters.values.indices.map { i in
      var (up, down) = (parameters, parameters)
      up.values[i] += h
      down.values[i] -= h
      return (loss(up, x) - loss(down, x)) / (2 * h)
    }
    expectClose(gradients.values, slopes, relative: 1e-6, absolute: 1e-6, "parameters")
    let kinked = seed % 4 == 0 ? n : 0  // √v has a kink where all inputs vanish
    let inputSlopes = (kinked..<rows * n).map { i in
      var (up, down) = (x, x)
      up[i] += h
      down[i] -= h
      return (loss(parameters, up) - loss(parameters, down)) / (2 * h)
    }
    let inputGradients = tape.gradient(of: input).elements
    expectClose(
      Array(inputGradients[kinked...]), inputSlopes, relative: 1e-5, absolute: 1e-5, "inputs")
    #expect(inputGradients.allSatisfy { $0.isFinite })
  }

  /// λ beyond its range is brought back, and a weight of the smallest variance is as good as certain.
  @Test func logVarianceStaysInItsRange() {
    var random = Philox(seed: 2, purpose: .other)
    var (weight, _, parameters) = layer(&random, 4, 3)
    for i in parameters.values.indices.suffix(12) { parameters.values[i] = -1e3 }
    let certain = PackedParameters(parameters)
    let view = parameters.layout.logVariance(of: weight)
    #expect(certain.weights.array.suffix(12).allSatisfy { $0 == -30 } && view?.count == 12)
    parameters.values[parameters.values.count - 1] = 1e9
    #expect(PackedParameters(parameters).weights.array.last == 11)
    let single = PackedParameters(parameters.converted(to: Float.self))
    #expect(single.weights.array.suffix(2) == [-30, 11])
  }
}

extension Philox {
  /// A whole number in the range, uniformly.
  fileprivate mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }
}
