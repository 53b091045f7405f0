import AmpNets
import TestSupport
import Testing

@Suite struct SOAPTests {
  let reference: ReferenceTensors

  init() throws { reference = try ReferenceTensors("mlp_reference.safetensors") }

  /// The weights after all steps of the reference's gradients, view by view.
  func final<S: Scalar>(_: S.Type) -> [(name: String, values: [Double])] {
    let layout = MLP(inputs: 8, hidden: [8, 8], outputs: 8, activation: .gelu).layout
    let optimizer = SOAP<S>(layout, learnEvery: 1, refreshEvery: 10)
    return layout.views.map { view in
      var weights: [S] = reference.values("optimizer/soap/start/\(view.name)")
      let gradients: [S] = reference.values("optimizer/soap/gradients/\(view.name)")
      for step in 0..<gradients.count / view.count {
        let gradient = Array(gradients[step * view.count..<(step + 1) * view.count])
        optimizer.update(view, step: step + 1, rate: 3e-3, gradient: gradient, weights: &weights)
      }
      return (view.name, weights.map { Double($0) })
    }
  }

  @Test func soapAgreesWithTheReferenceOverTwoRefreshes() {
    for (name, values) in final(Double.self) {
      expectClose(values, reference["optimizer/soap/final/\(name)"], absolute: 1e-10, name)
    }
  }

  @Test func singlePrecisionStaysNearDouble() {
    for (single, double) in zip(final(Float.self), final(Double.self)) {
      expectClose(single.values, double.values, absolute: 1e-3, single.name)
    }
  }

  /// A gradient u·vᵀ with one step behind it: in its eigenbasis Adam's first step has size 1, so
  /// the update is −rate · u·vᵀ/|u||v|, times the bias correction one.
  @Test func firstUpdateOfARankOneGradientIsItsDirection() {
    var layout = ParameterLayout()
    let view = layout.add("w", rows: 2, columns: 2)
    let optimizer: any Optimizer<Double> = OptimizerChoice.soap.make(for: layout, weightDecay: 0)
    let gradient: [Double] = [3 * 0.6, 3 * 0.8, 4 * 0.6, 4 * 0.8]  // |u| = 5, |v| = 1
    var weights: [Double] = [1, 1, 1, 1]
    optimizer.update(view, step: 1, rate: 0.1, gradient: gradient, weights: &weights)
    #expect(weights == [1, 1, 1, 1])
    optimizer.update(view, step: 2, rate: 0.1, gradient: gradient, weights: &weights)
    expectClose(weights, gradient.map { 1 - 0.1 * $0 / 5 }, absolute: 1e-6)
  }

  @Test func weightDecayShrinksTheWeights() {
    var layout = ParameterLayout()
    let views = [layout.add("w", rows: 2, columns: 2), layout.add("b", rows: 1, columns: 2)]
    let zero = [Double](repeating: 0, count: 4)
    for choice in OptimizerChoice.allCases {
      let optimizer: any Optimizer<Double> = choice.make(for: layout, weightDecay: 0.5)
      for view in views {
        var weights = [Double](repeating: 1, count: view.count)
        for step in 1...3 {
          optimizer.update(view, step: step, rate: 0.1, gradient: zero, weights: &weights)
        }
        // SOAP's first step leaves matrices as they are.
        let steps = choice == .soap && view.rows > 1 ? 2 : 3
        expectClose(
          weights, [Double](repeating: power(0.95, steps), count: view.count), relative: 1e-14,
          "\(choice) \(view.name)")
      }
    }
  }
}
