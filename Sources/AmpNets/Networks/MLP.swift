/// A multilayer perceptron: dense layers, each followed by the same activation, and a linear head.
public struct MLP: Network {
  /// The hidden layers, first to last.
  public let layers: [DenseLayer]
  /// The linear last layer.
  public let head: DenseLayer
  /// The parameters of all layers.
  public let layout: ParameterLayout

  /// The number of features of a point.
  public var inputs: Int { (layers.first ?? head).weight.rows }

  /// A network inputs → hidden… → outputs.
  public init(inputs: Int, hidden: [Int] = [128, 128, 128], outputs: Int, activation: Activation) {
    var layout = ParameterLayout()
    var width = inputs
    var layers: [DenseLayer] = []
    for (i, outputs) in hidden.enumerated() {
      layers.append(
        DenseLayer(
          "layer\(i)", inputs: width, outputs: outputs, activation: activation, in: &layout))
      width = outputs
    }
    self.layers = layers
    head = DenseLayer("layer\(hidden.count)", inputs: width, outputs: outputs, in: &layout)
    self.layout = layout
  }

  /// Uniform in ±1/√inputs, layer by layer.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    for layer in layers + [head] { layer.initialize(&parameters, using: &rng) }
  }

  /// The last hidden layer, (points, hidden.last).
  public func hidden<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    layers.reduce(x) { $1($0, on: tape) }
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
}
