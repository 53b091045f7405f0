import AmpNets

/// A perceptron with shortcuts: h ← h + f(h·W + b), so that a layer starts near the identity.
public struct ResidualMLP: DenseHeadNetwork {
  /// Brings the features to the width of the blocks.
  public let entry: DenseLayer
  /// The blocks, all of one width.
  public let blocks: [DenseLayer]
  /// The linear last layer.
  public let head: DenseLayer
  /// The parameters of all layers.
  public let layout: ParameterLayout

  /// The number of features of a point.
  public var inputs: Int { entry.weight.rows }

  /// A network inputs → width → … → width → outputs.
  public init(inputs: Int, width: Int, blocks: Int, outputs: Int, activation: LayerActivation) {
    var layout = ParameterLayout()
    entry = DenseLayer(
      "entry", inputs: inputs, outputs: width, activation: activation, in: &layout)
    self.blocks = (0..<blocks).map {
      DenseLayer("block\($0)", inputs: width, outputs: width, activation: activation, in: &layout)
    }
    head = DenseLayer("head", inputs: width, outputs: outputs, in: &layout)
    self.layout = layout
  }

  /// Uniform in ±1/√inputs, layer by layer.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    for layer in [entry] + blocks + [head] { layer.initialize(&parameters, using: &rng) }
  }

  /// What the head is applied to, (points, width).
  public func hidden<S: Scalar>(_ x: Tape<S>.Variable, on tape: Tape<S>) -> Tape<S>.Variable {
    blocks.reduce(entry(x, on: tape)) { h, block in tape.add(h, block(h, on: tape)) }
  }
}

extension Architecture {
  /// Dense layers with shortcuts on the four-momenta.
  public static let residual = Architecture(
    name: "residual", summary: "perceptron with shortcuts on the four-momenta",
    features: "momenta", activation: .gelu, schedule: .cosine
  ) { options, features in
    ResidualMLP(
      inputs: features, width: options.hidden.first ?? 128, blocks: options.hidden.count,
      outputs: options.outputs, activation: options.activation)
  }
}
