/// The Lorentz-equivariant geometric algebra transformer (arXiv:2405.14806, 2411.00446).
///
/// Every particle is a token of multivectors and scalars; at the end the invariant numbers of all
/// tokens, components 0 and 15 and the scalars, are averaged. On these the linear head does what
/// the reference network's last equivariant map does for the components it uses, the scalar part of
/// two multivectors; the weights of components that nothing reads are left out. There is no global
/// token. Activations are those of the architecture and not a choice.
public struct LGATr: DenseHeadNetwork {
  /// The map from one multivector and the one-hot type to the hidden channels.
  public let embedding: EquiLinear
  /// The blocks, first to last.
  public let blocks: [LGATrBlock]
  /// The linear map of the averaged invariants: components 0, components 15, scalars.
  public let head: DenseLayer
  /// The parameters of all layers.
  public let layout: ParameterLayout
  private let types: [Int]
  private let input: TokenShape
  private let shape: TokenShape
  private let symmetry: EquiLinear.Symmetry

  /// Products like E² − p² of normalised multivectors cancel to a ten thousandth.
  public var amplifiesRounding: Bool { true }

  /// The number of features of a point.
  public var inputs: Int { 4 * types.count }

  /// A network for `particles` momenta; eight blocks of 32 and 32 are the reference's.
  public init(
    particles: Int, width: LorentzWidth, outputs: Int,
    symmetry: EquiLinear.Symmetry = .connected
  ) {
    var layout = ParameterLayout()
    let types = width.types(of: particles)
    self.types = types
    self.symmetry = symmetry
    input = TokenShape(components: 16, channels: 1, scalars: (types.max() ?? 0) + 1)
    let shape = TokenShape(components: 16, channels: width.channels, scalars: width.scalars)
    self.shape = shape
    embedding = EquiLinear("in", from: input, to: shape, symmetry: symmetry, in: &layout)
    var blocks: [LGATrBlock] = []
    for i in 0..<width.blocks {
      blocks.append(
        LGATrBlock(
          "block\(i)", shape: shape, heads: width.heads, tokens: particles, symmetry: symmetry,
          in: &layout))
    }
    self.blocks = blocks
    head = DenseLayer(
      "out", inputs: (symmetry == .connected ? 2 : 1) * shape.channels + shape.scalars,
      outputs: outputs, in: &layout)
    self.layout = layout
  }

  /// As the reference: ±1/√C/√2 and ±1/√S/√2 in the head, see ``EquiLinear`` for the rest.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    embedding.initialize(&parameters, using: &rng)
    for block in blocks { block.initialize(&parameters, using: &rng) }
    let (channels, scalars) = (Double(shape.channels), Double(shape.scalars))
    for row in 0..<head.weight.rows {
      let isScalar = row >= head.weight.rows - shape.scalars
      let bound = 1 / (2 * (isScalar ? scalars : channels)).squareRoot()
      for j in 0..<outputs {
        parameters.values[head.weight.offset + row * outputs + j] = S(
          (2 * rng.uniform() - 1) * bound)
      }
    }
    for i in head.bias.range {
      parameters.values[i] = S((2 * rng.uniform() - 1) / (channels + scalars).squareRoot())
    }
  }

  /// The averaged invariants, (points, 2·channels + scalars), for momenta (points, 4·particles).
  public func hidden<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    let embedded = embedding(tape.tokens(x, shape: input, types: types), on: tape)
    let tokens = blocks.reduce(embedded) { $1($0, on: tape) }
    let last = shape.row(ofComponent: 15)
    let rows =
      symmetry == .connected
      ? [0..<shape.channels, last..<shape.rows]
      : [0..<shape.channels, shape.firstScalar..<shape.rows]
    return tape.pool(tokens, shape: shape, rows: rows, tokens: types.count, points: x.rows)
  }
}

extension Architecture {
  /// L-GATr, small enough for a few cores: a twentieth of the published size.
  public static let lgatr = Architecture(
    name: "lgatr", summary: "Lorentz-equivariant geometric algebra transformer",
    features: "lorentz", activation: .gelu, schedule: .cosine,
    sizes: Sizes(lorentz: .lgatr)
  ) { options, features in
    LGATr(
      particles: features / 4,
      width: try (options.lorentz ?? .lgatr).checked(particles: features / 4, components: 16),
      outputs: options.outputs)
  }
}
