/// A multilayer perceptron: dense layers, each followed by the same activation, and a linear head.
public struct MLP: SequentialNetwork, ActivatedNetwork {
  private let stack: DenseStack
  /// The parameters of all layers.
  public let layout: ParameterLayout

  /// The hidden layers, first to last.
  public var layers: [DenseLayer] { stack.layers }

  /// The linear last layer.
  public var head: DenseLayer { stack.head }

  /// The number of features of a point.
  public var inputs: Int { (layers.first ?? head).weight.rows }

  /// A network inputs → hidden… → outputs.
  public init(
    inputs: Int, hidden: [Int] = [128, 128, 128], outputs: Int, activation: LayerActivation
  ) {
    var layout = ParameterLayout()
    stack = DenseStack(
      inputs: inputs, hidden: hidden, outputs: outputs, activation: activation, in: &layout)
    self.layout = layout
  }

  /// Uniform in ±1/√inputs, layer by layer.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    stack.initialize(&parameters, using: &rng)
  }

  /// The last hidden layer, (points, hidden.last).
  public func hidden<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    stack.hidden(x, on: tape)
  }

  /// The activations of the hidden layers on `range`.
  public func activationCurves<S: Scalar>(
    _ parameters: Parameters<S>, over range: ClosedRange<Double>, strongest _: Int
  ) -> [ActivationCurves] {
    stack.activationCurves(parameters, over: range)
  }
}

extension Architecture {
  /// Dense layers on the four-momenta.
  public static let mlp = Architecture(
    name: "mlp", summary: "multilayer perceptron on the four-momenta",
    features: "momenta", activation: .relu, schedule: .oneCycle
  ) { options, features in
    MLP(
      inputs: features, hidden: options.hidden, outputs: options.outputs,
      activation: options.activation)
  }

  /// Dense layers on four-momenta and Lorentz invariants.
  public static let mlpI = Architecture(
    name: "mlp-i", summary: "multilayer perceptron on four-momenta and Lorentz invariants",
    features: "momenta+invariants", activation: .relu, schedule: .oneCycle,
    build: Architecture.mlp.build)

  /// The perceptron with learned rational activations.
  public static let groupKAN = Architecture(
    name: "groupkan", summary: "multilayer perceptron with learned rational activations",
    features: "momenta", activation: .rational(groups: 4), schedule: .oneCycle,
    build: Architecture.mlp.build)
}
