/// Dense layers one after the other: inputs → hidden… → outputs, the last one linear.
package struct DenseStack: Sendable, Equatable {
  package let layers: [DenseLayer]
  package let head: DenseLayer

  /// Adds the parameters `prefix` + `layer0.weight` and so on to `layout`.
  package init(
    _ prefix: String = "", inputs: Int, hidden: [Int], outputs: Int, activation: LayerActivation,
    in layout: inout ParameterLayout
  ) {
    var width = inputs
    layers = hidden.enumerated().map { i, outputs in
      defer { width = outputs }
      return DenseLayer(
        "\(prefix)layer\(i)", inputs: width, outputs: outputs, activation: activation, in: &layout)
    }
    head = DenseLayer("\(prefix)layer\(hidden.count)", inputs: width, outputs: outputs, in: &layout)
  }

  package func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    for layer in layers + [head] { layer.initialize(&parameters, using: &rng) }
  }

  /// All layers but the last.
  package func hidden<S: Scalar>(_ x: Tape<S>.Variable, on tape: Tape<S>) -> Tape<S>.Variable {
    var x = x  // `reduce` would allocate for each layer
    for layer in layers { x = layer(x, on: tape) }
    return x
  }

  package func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    head(hidden(x, on: tape), on: tape)
  }
}
