import AmpUncertainty
import TestSupport
import Testing

/// Networks, loss, gradients and optimisers against PyTorch in Double.
@Suite struct PyTorchReferenceTests {
  let reference: ReferenceTensors
  let points = 17

  init() throws { reference = try ReferenceTensors("mlp_reference.safetensors") }

  static let cases: [(name: String, activation: LayerActivation)] = [
    ("relu", .relu), ("leaky_relu", .leakyReLU()), ("gelu", .gelu), ("silu", .silu),
    ("tanh", .tanh), ("clamped_above", .gelu), ("clamped_below", .gelu),
  ]

  func network(_ activation: LayerActivation) -> MLP {
    MLP(inputs: 6, hidden: [8, 8], outputs: 2, activation: activation)
  }

  func parameters(_ prefix: String, _ network: MLP) -> Parameters<Double> {
    var parameters = Parameters<Double>(network.layout)
    for view in network.layout.views {
      parameters.values.replaceSubrange(view.range, with: reference["\(prefix)/\(view.name)"])
    }
    return parameters
  }

  /// Agreement to 1e-12 of the largest element.
  func expect(_ values: [Double], _ references: [Double], _ label: String) {
    let largest = references.map { abs($0) }.max() ?? 0
    expectClose(values, references, absolute: 1e-12 * largest, label)
  }

  @Test(arguments: cases.indices)
  func outputsLossAndGradientsAgree(index: Int) {
    let (name, activation) = PyTorchReferenceTests.cases[index]
    let network = network(activation)
    let tape = Tape(parameters(name, network))
    let x = tape.input(Tensor(reference["\(name)/x"], shape: [points, 6]), needsGradient: true)
    let y = network(x, on: tape)
    let outputs = tape.value(of: y).elements
    expect(outputs, reference["\(name)/output"], "\(name), outputs")

    var gradient = [Double](repeating: .nan, count: 2 * points)
    let loss = HeteroscedasticGaussian().loss(
      outputs: outputs, targets: reference["\(name)/y"], rows: points, weight: 1 / Double(points),
      gradient: &gradient)
    expectClose(loss / Double(points), reference["\(name)/loss"][0], relative: 1e-12, name)

    tape.setGradient(Tensor(gradient, shape: [points, 2]), of: y)
    let gradients = tape.backward(from: y)
    for view in network.layout.views {
      expect(
        gradients[view].elements, reference["\(name)/gradient/\(view.name)"],
        "\(name), gradient of \(view.name)")
    }
    expect(
      tape.gradient(of: x).elements, reference["\(name)/gradient/x"], "\(name), gradient of x")
  }

  @Test func clampedCasesAreClamped() {
    let above = reference["clamped_above/output"].enumerated().filter { $0.offset % 2 == 1 }
    #expect(above.contains { $0.element > 11 } && above.contains { $0.element < 11 })
    let below = reference["clamped_below/output"].enumerated().filter { $0.offset % 2 == 1 }
    #expect(below.contains { $0.element < -30 } && below.contains { $0.element > -30 })
  }

  /// 25 steps on the batch of all points, through the trainer.
  @Test(arguments: [(OptimizerChoice.adam, 0.0), (.adamw, 0.01)])
  func adamAgreesOverTwentyFiveSteps(optimizer: OptimizerChoice, weightDecay: Double) throws {
    let network = network(.gelu)
    let trainer = Trainer<Double>(
      network, objective: HeteroscedasticGaussian(),
      options: TrainingOptions(
        epochs: 25, batch: points, optimizer: optimizer, rate: 1e-3, schedule: .constant,
        weightDecay: weightDecay))
    var start = trainer.start()
    start.parameters = parameters("gelu", network)
    let data = TrainingSet<Double>(inputs: reference["gelu/x"], targets: reference["gelu/y"])
    let state = try trainer.run(from: start, training: data, validation: data, threads: 2)
    let final = parameters("optimizer/\(optimizer.rawValue)", network)
    #expect(state.step == 25)
    expectClose(state.parameters.values, final.values, absolute: 1e-10, optimizer.rawValue)
  }
}
