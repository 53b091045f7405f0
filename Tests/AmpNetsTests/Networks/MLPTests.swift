import AmpNets
import TestSupport
import Testing

@Suite struct MLPTests {
  /// arXiv:2412.12069: 20 momentum components or 30 features into two outputs.
  @Test func parametersAreAsManyAsInThePaper() throws {
    let counts = [2_946, 19_458, 35_970, 52_482, 68_994, 85_506]
    for (layers, count) in zip(1..., counts) {
      let hidden = [Int](repeating: 128, count: layers)
      #expect(
        MLP(inputs: 20, hidden: hidden, outputs: 2, activation: .relu).layout.count == count)
    }
    for (name, count) in [("mlp", 35_970), ("mlp-i", 37_250)] {
      let architecture = try Architecture(named: name)
      let width = try FeatureSets.named(architecture.features).width(particles: 5)
      let network = try architecture.build(
        .init(activation: architecture.activation, outputs: 2), width)
      #expect(network.layout.count == count && network.inputs == width && network.outputs == 2)
    }
  }

  @Test func initialWeightsAreUniformInOneOverTheRootOfTheInputs() {
    let network = MLP(inputs: 20, outputs: 2, activation: .gelu)
    let parameters: Parameters<Double> = network.initialParameters(seed: 3)
    for layer in network.layers + [network.head] {
      let bound = 1 / Double(layer.weight.rows).squareRoot()
      for view in [layer.weight, layer.bias] {
        #expect(parameters[view].elements.allSatisfy { abs($0) < bound }, "\(view.name)")
      }
      let w = parameters[layer.weight].elements
      let n = Double(w.count)
      // Five standard errors of the mean, the variance and the extremes.
      let (mean, deviation) = moments(of: w, width: 1)
      expectClose(mean[0], 0, absolute: 5 * bound / (3 * n).squareRoot(), layer.weight.name)
      expectClose(
        deviation[0] * deviation[0], bound * bound / 3,
        absolute: 5 * bound * bound * (4 / (45 * n)).squareRoot(), layer.weight.name)
      #expect((w.map { abs($0) }.max() ?? 0) > bound * (1 - 20 / n), "\(layer.weight.name)")
    }
  }

  @Test func initialWeightsDependOnSeedAndMemberOnly() {
    let network = MLP(inputs: 4, hidden: [5], outputs: 1, activation: .relu)
    func draw(_ seed: UInt64, _ member: UInt32) -> [Double] {
      network.initialParameters(seed: seed, member: member, as: Double.self).values
    }
    let first = draw(1, 2)
    #expect(first == draw(1, 2) && first != draw(2, 2) && first != draw(1, 3))
    let single = network.initialParameters(seed: 1, member: 2, as: Float.self)
    #expect(single.values == first.map { Float($0) })
  }

  @Test func outputsAreThoseOfTheLayersByHand() {
    // relu(x·2 − 1)·3 + 0.5 for x = 0, 1, 2, in both precisions; one input and one hidden node.
    func check<S: Scalar>(_: S.Type) {
      let network = MLP(inputs: 1, hidden: [1], outputs: 1, activation: .relu)
      let tape = Tape(Parameters<S>(network.layout, values: [2, -1, 3, 0.5]))
      let y = network(tape.input(Tensor([0, 1, 2], shape: [3, 1])), on: tape)
      #expect(tape.value(of: y).elements == [0.5, 3.5, 9.5])
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func networksWithoutHiddenLayersAreAffine() {
    let network = MLP(inputs: 2, hidden: [], outputs: 1, activation: .relu)
    let tape = Tape(Parameters<Double>(network.layout, values: [2, -1, 3]))
    let y = network(tape.input(Tensor([1, 10], shape: [1, 2])), on: tape)
    #expect(tape.value(of: y).elements == [-5])
  }

  @Test(arguments: [1, 127, 128, 129, 300])
  func evaluatorGivesTheOutputsOfTheTapeForAnyThreads(points: Int) {
    let network = MLP(inputs: 3, hidden: [20, 9], outputs: 2, activation: .gelu)
    let parameters: Parameters<Float> = network.initialParameters(seed: 4)
    var random = Philox(seed: 4, purpose: .other)
    let x = (0..<3 * points).map { _ in Float(random.normal()) }
    let tape = Tape(parameters, differentiates: false)
    let input = tape.input(Tensor(x, shape: [points, 3]))
    let outputs = tape.value(of: network(input, on: tape)).elements.map { Double($0) }
    let hidden = tape.value(of: network.hidden(input, on: tape)).elements.map { Double($0) }
    for threads in 1...3 {
      let evaluate = Evaluator(network, PackedParameters(parameters), threads: threads)
      #expect(evaluate(x) == outputs)
      #expect(evaluate(x, hidden: true) == hidden)
      #expect(evaluate([]).isEmpty)
    }
  }
}
