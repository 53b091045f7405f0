/// An affine map with an activation: f(x·W + b) for x (points, inputs).
///
/// W has shape (inputs, outputs), b has shape (1, outputs). Initial values are uniform in
/// ±1/√inputs for both, as in PyTorch's `nn.Linear`.
public struct DenseLayer: Sendable, Equatable {
  /// W, (inputs, outputs).
  public let weight: ParameterView
  /// b, (1, outputs).
  public let bias: ParameterView
  /// f.
  public let activation: Activation

  /// Adds the parameters `name.weight` and `name.bias` to `layout`.
  public init(
    _ name: String, inputs: Int, outputs: Int, activation: Activation = .identity,
    in layout: inout ParameterLayout
  ) {
    weight = layout.add(name + ".weight", rows: inputs, columns: outputs)
    bias = layout.add(name + ".bias", rows: 1, columns: outputs)
    self.activation = activation
  }

  /// Applies the layer to x (points, inputs).
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    tape.dense(x, weight: weight, bias: bias, activation: activation)
  }

  /// Draws the initial weights and biases.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    let bound = 1 / Double(weight.rows).squareRoot()
    for view in [weight, bias] {
      for i in view.range { parameters.values[i] = S((2 * rng.uniform() - 1) * bound) }
    }
  }
}
