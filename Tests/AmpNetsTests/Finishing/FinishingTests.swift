import AmpNets
import TestSupport
import Testing

/// Gauss–Newton steps after training.
@Suite struct FinishingTests {
  private func network(_ hidden: [Int], inputs: Int = 3, outputs: Int = 1) -> MLP {
    MLP(inputs: inputs, hidden: hidden, outputs: outputs, activation: .gelu)
  }

  private func finisher<S: Scalar>(
    _ network: MLP, _ options: Finishing, _ data: TrainingSet<S>, weights: [Double]? = nil,
    seed: UInt64 = 1, threads: Int = 1
  ) -> GaussNewton<S> {
    GaussNewton(
      network, network.initialParameters(seed: seed), options: options, data: data,
      weights: weights ?? data.targets.map { _ in 1 }, seed: seed, threads: threads)
  }

  /// J by the tape, a point at a time, against products made from layers.
  @Test(arguments: [LayerActivation.gelu, .silu, .tanh, .relu])
  func
    productsByLayersAreThoseOfTheExplicitJacobian(_ activation: LayerActivation)
  {
    let (points, network) = (
      150, MLP(inputs: 3, hidden: [7, 4], outputs: 1, activation: activation)
    )
    let data: TrainingSet<Double> = trainingSet(points, width: 3, seed: 5)
    let parameters: Parameters<Double> = network.initialParameters(seed: 2)
    let evaluator = Evaluator(network, PackedParameters(parameters), threads: 1)
    let means = evaluator(data.inputs)
    let weights = (0..<points).map { 0.5 + Double($0) / 100 }
    // The gradient of ½(μ − y)² is that of μ where y = μ − 1.
    let shifted = TrainingSet(inputs: data.inputs, targets: means.map { $0 - 1 })
    let pass = BlockPass(network, SquaredError(), PackedParameters(parameters), rows: 1)
    let explicit = (0..<points).map { point in
      var gradient = [Double](repeating: 0, count: network.layout.count + 32)
      _ = [Int32(point)].withUnsafeBufferPointer {
        pass.differentiate(
          $0, of: shifted, with: PackedParameters(parameters), weight: weights[point],
          gradient: &gradient)
      }
      return Array(gradient.prefix(network.layout.count))
    }

    let jacobian = SampleJacobian(
      sizes: [3, 7, 4, 1],
      activations: network.layers.compactMap(\.activation.fixed) + [.identity], points: points,
      crew: Crew(threads: 2))
    // The layout of the network is that of the Jacobian, layer by layer.
    jacobian.parameters.fill(with: parameters.values)
    let direction = (0..<network.layout.count).map { Double($0 % 7) - 3 }
    jacobian.direction.fill(with: direction)
    jacobian.weights.fill(with: weights)
    for point in 0..<points {
      for j in 0..<3 { jacobian.features(of: point)[j] = data.inputs[3 * point + j] }
    }
    jacobian.forward()
    jacobian.product()
    expectClose(jacobian.means.array, means, absolute: 1e-13)
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    expectClose(
      jacobian.along.array, explicit.map { dot($0, direction) }, absolute: 1e-11)
    let gram = jacobian.gram
    for (a, b) in [(0, 0), (3, 100), (127, 128), (40, 149), (128, 149), (149, 149)] {
      let value = gram.tile(a / 128, b / 128)[a % 128 * 128 + b % 128]
      expectClose([value], [dot(explicit[a], explicit[b])], absolute: 1e-11, "\(a), \(b)")
    }

    let coefficients = (0..<points).map { Double($0 % 5) - 1.5 }
    jacobian.step(coefficients, momentum: 0.5, rate: 0.1)
    let expected = (0..<network.layout.count).map { k in
      0.5 * direction[k] + zip(explicit, coefficients).reduce(0) { $0 + $1.0[k] * $1.1 }
    }
    expectClose(jacobian.direction.array, expected, absolute: 1e-10)
    expectClose(
      jacobian.parameters.array, zip(parameters.values, expected).map { $0 + 0.1 * $1 },
      absolute: 1e-10)
  }

  @Test(arguments: [1, 100, 128, 129, 300]) func tiledSystemsAreSolved(_ order: Int) throws {
    var random = Philox(seed: 7, purpose: .other)
    let root = (0..<order * order).map { _ in random.normal() }
    var full = [Double](repeating: 0, count: order * order)
    let matrix = TiledMatrix(order: order)
    for i in 0..<order {
      for j in 0..<order {
        full[i * order + j] =
          (0..<order).reduce(i == j ? 1 : 0) { $0 + root[i * order + $1] * root[j * order + $1] }
        if i / 128 <= j / 128 {
          matrix.tile(i / 128, j / 128)[i % 128 * 128 + j % 128] = full[i * order + j]
        }
      }
    }
    let right = (0..<order).map { _ in random.normal() }
    try matrix.factor(Crew(threads: 3))
    var x = right
    matrix.solve(&x)
    let expected = try Double.cholesky(full, order: order).solve(right)
    expectClose(x, expected, absolute: 1e-9)
  }

  @Test func stepsAgreeWithNumPyOnAnExplicitJacobian() throws {
    let reference = try ReferenceTensors("finishing.safetensors")
    let options = Finishing(epochs: 3, damping: 1e-3, largestWeight: 1.5)
    let weights = options.weights(reference["deviation"])
    expectClose(weights, reference["weights"], absolute: 1e-14)
    let network = network([5, 4], outputs: 2)
    var parameters = Parameters<Double>(
      network.layout, values: (0..<network.layout.count).map { Double($0) })
    let head = network.head.positions(output: 0)
    let before = network.head.positions(output: 1).map { parameters.values[$0] }
    let positions = Array(0..<network.layout.count - 10) + head
    for (position, value) in zip(positions, reference["start"]) {
      parameters.values[position] = value
    }
    let newton = GaussNewton(
      network, parameters, options: options,
      data: TrainingSet(inputs: reference["x"], targets: reference["y"]), weights: weights,
      seed: 0, threads: 2)
    let losses = (0..<3).map { newton(step: $0) ?? .nan }
    expectClose(losses, reference["losses"], relative: 1e-8)
    let after = newton.parameters.values
    expectClose(positions.map { after[$0] }, reference["final"], absolute: 1e-7)
    // ln σ² is left as it was.
    #expect(network.head.positions(output: 1).map { after[$0] } == before)
  }

  @Test func aLinearModelIsSolvedInOneUndampedStep() {
    let truth: [Double] = [0.5, -1, 2, 0.25]
    var random = Philox(seed: 3, purpose: .other)
    let inputs = (0..<5 * 4).map { _ in random.normal() }
    let targets = (0..<5).map { p in
      3 + (0..<4).reduce(0.0) { $0 + truth[$1] * inputs[4 * p + $1] }
    }
    let newton = finisher(
      network([], inputs: 4), Finishing(epochs: 1, rate: 1, momentum: 0, damping: 0),
      TrainingSet(inputs: inputs, targets: targets))
    #expect(newton(step: 0) != nil)
    expectClose(newton.parameters.values, truth + [3], absolute: 1e-10)
  }

  @Test(arguments: 1...5) func theResidualFalls(_ seed: UInt64) throws {
    let data: TrainingSet<Double> = trainingSet(600, width: 3, noise: 0, seed: seed)
    let options = Finishing(epochs: 40, batch: 100)
    let newton = finisher(network([12, 12]), options, data, seed: seed)
    let residuals = try (0..<options.steps(points: 600)).map { try #require(newton(step: $0)) }
    #expect(residuals.count == 240)
    let first: Double = residuals.prefix(6).reduce(0, +)
    let last: Double = residuals.suffix(6).reduce(0, +)
    #expect(last < 1e-4 * first)
  }

  @Test func theBitsAreThoseOfAnyNumberOfThreads() {
    func bits<S: Scalar>(_ threads: Int, _: S.Type) -> [S] {
      let data: TrainingSet<S> = trainingSet(700, width: 3, seed: 4)
      let newton = finisher(
        network([70, 20]), Finishing(epochs: 2, batch: 300), data, threads: threads)
      for step in 0..<4 { _ = newton(step: step) }
      return newton.parameters.values
    }
    for threads in 2...3 {
      #expect(bits(threads, Float.self) == bits(1, Float.self))
      #expect(bits(threads, Double.self) == bits(1, Double.self))
    }
  }

  @Test func equalPointsAndDataThatAreNotFiniteAreSurvived() {
    let same = TrainingSet<Double>(
      inputs: [Double](repeating: 1, count: 300), targets: [Double](repeating: 2, count: 100))
    let newton = finisher(network([4]), Finishing(epochs: 50, damping: 0), same)
    for step in 0..<50 { #expect(newton(step: step) != nil) }
    expectClose(
      Evaluator(network([4]), PackedParameters(newton.parameters), threads: 1)([1, 1, 1]), [2],
      absolute: 1e-4)
    let broken = TrainingSet<Double>(inputs: [.nan, 0, 0, 1, 1, 1], targets: [0, 1])
    #expect(finisher(network([4]), Finishing(epochs: 1), broken)(step: 0) == nil)
  }

  @Test func weightsHaveMeanOneAndALimit() {
    let options = Finishing(epochs: 1)
    expectClose(options.weights([1, 2]), [4.0 / 3, 2.0 / 3], absolute: 1e-15)
    #expect(options.weights([Double](repeating: 1, count: 99) + [1e-9]).max() == 4)
    #expect(options.weights([0, 0]) == [1, 1])
  }

  @Test func onlyStacksWithFixedActivationsAreFinished() {
    let rational = MLP(inputs: 2, hidden: [4], outputs: 2, activation: .rational(groups: 2))
    #expect(!rational.hasFixedActivations)
    #expect(network([4]).hasFixedActivations)
  }
}

extension LayerActivation {
  fileprivate var fixed: Activation? {
    if case .fixed(let activation) = self { return activation }
    return nil
  }
}
