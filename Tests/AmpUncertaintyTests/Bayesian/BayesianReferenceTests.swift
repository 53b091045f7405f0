import AmpUncertainty
import TestSupport
import Testing

/// A small Bayesian network against PyTorch in Double, with the same weights and deviates.
@Suite struct BayesianReferenceTests {
  let reference: ReferenceTensors
  let network = MLP(inputs: 4, hidden: [6, 5], outputs: 2, activation: .gelu)
  let points = 13

  init() throws { reference = try ReferenceTensors("bayesian_reference.safetensors") }

  var parameters: Parameters<Double> {
    let layout = Bayesian().layout(for: network)
    return Parameters(layout, values: layout.views.flatMap { reference[$0.name] })
  }

  var posterior: WeightPosterior {
    WeightPosterior(precision: 1 / (0.7 * 0.7), points: 50, seed: 5)
  }

  @Test func deviatesAreThoseOfPhiloxAndBoxMuller() {
    var stream = NormalStream(seed: 1 << 40 + 17, purpose: .posterior, member: 9, step: 1)
    expectClose(
      stream.next(70, as: Double.self) + stream.next(104, as: Double.self),
      Array(reference["normals/f64"][..<70] + reference["normals/f64"][96...]), absolute: 3e-15,
      "two portions, the second from the next chunk")
    stream = NormalStream(seed: 1 << 40 + 17, purpose: .posterior, member: 9, step: 1)
    expectClose(
      stream.next(200, as: Float.self).map(Double.init), reference["normals/f32"],
      absolute: 2e-6)
  }

  @Test func lossAndGradientsAreThoseOfPyTorch() {
    let packed = PackedParameters(parameters)
    let tape = Tape(packed, differentiates: true)
    tape.noise = posterior.noise(part: 0, step: 3)
    let y = network(tape.input(Tensor(reference["x"], shape: [points, 4])), on: tape)
    let outputs = tape.value(of: y).elements
    expectClose(outputs, reference["output"], absolute: 1e-12, "outputs")
    var gradient = [Double](repeating: 0, count: 2 * points)
    let loss = HeteroscedasticGaussian().loss(
      outputs: outputs, targets: reference["y"], rows: points, weight: 1 / Double(points),
      gradient: &gradient)
    expectClose(loss / Double(points), reference["likelihood"][0], relative: 1e-12, "likelihood")

    tape.setGradient(Tensor(gradient, shape: [points, 2]), of: y)
    let gradients = AlignedBuffer<Double>(packed.layout.count)
    tape.backward(from: y, parameterGradients: gradients.pointer)
    var divergence = 0.0
    for view in packed.layout.views {
      divergence += posterior.pull(view, of: packed, gradient: gradients.pointer + view.offset)
      let expected = reference["gradient/\(view.name)"]
      let largest = expected.map { abs($0) }.max() ?? 0
      expectClose(
        Array(gradients.array[view.range]), expected, absolute: 1e-11 * largest, view.name)
    }
    expectClose(divergence, reference["divergence"][0], relative: 1e-13, "divergence")
    expectClose(posterior.divergence(of: packed), divergence, relative: 1e-15)
  }
}
