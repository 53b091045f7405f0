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
  public let activation: LayerActivation
  /// The coefficients a of a rational f, (groups, 6), and b, (groups, 5).
  private let rational: (numerator: ParameterView, denominator: ParameterView)?

  /// Adds the parameters `name.weight` and `name.bias` to `layout`.
  ///
  /// A rational activation adds `name.numerator` and `name.denominator`.
  public init(
    _ name: String, inputs: Int, outputs: Int, activation: LayerActivation = .identity,
    in layout: inout ParameterLayout
  ) {
    weight = layout.add(name + ".weight", rows: inputs, columns: outputs)
    bias = layout.add(name + ".bias", rows: 1, columns: outputs, isMatrix: false)
    self.activation = activation
    if case .rational(let groups, _) = activation {
      rational = (
        layout.add(name + ".numerator", rows: groups, columns: 6, isMatrix: false),
        layout.add(name + ".denominator", rows: groups, columns: 5, isMatrix: false)
      )
    } else {
      rational = nil
    }
  }

  /// Applies the layer to x (points, inputs).
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    if case .fixed(let activation) = activation {
      return tape.dense(x, weight: weight, bias: bias, activation: activation)
    }
    let z = tape.dense(x, weight: weight, bias: bias)
    return rational.map {
      tape.rational(z, numerator: $0.numerator, denominator: $0.denominator)
    } ?? z
  }

  /// Draws the initial weights and biases, and sets a rational function to its start.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    let bound = 1 / Double(weight.rows).squareRoot()
    for view in [weight, bias] {
      for i in view.range { parameters.values[i] = S((2 * rng.uniform() - 1) * bound) }
    }
    parameters = restarted(parameters)
  }

  /// Where the weights and the bias of an output stand among the parameters.
  package func positions(output: Int) -> [Int] {
    (0..<weight.rows).map { weight.offset + $0 * weight.columns + output } + [bias.offset + output]
  }

  /// The coefficients of a learned activation; none for a fixed one.
  var coefficients: [ParameterView] { rational.map { [$0.numerator, $0.denominator] } ?? [] }

  /// `parameters` with a learned activation as it is before training.
  func restarted<S: Scalar>(_ parameters: Parameters<S>) -> Parameters<S> {
    guard case .rational(let groups, let start) = activation else { return parameters }
    var parameters = parameters
    for (view, values) in zip(coefficients, [start.numerator, start.denominator]) {
      let all = (0..<groups).flatMap { _ in values.map { S($0) } }
      parameters.values.replaceSubrange(view.range, with: all)
    }
    return parameters
  }

  /// Whether two layers are the same function of the same parameters.
  public static func == (a: DenseLayer, b: DenseLayer) -> Bool {
    a.weight == b.weight && a.bias == b.bias && a.activation == b.activation
  }
}
