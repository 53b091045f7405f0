/// L-GATr-slim: the Lorentz-equivariant transformer on four-vectors and scalars alone.
///
/// Products of vectors enter through attention and through the gates of its linear units. The
/// scalars of all tokens are averaged, and the linear head reads them.
public struct LGATrSlim: DenseHeadNetwork {
  /// The map from one vector and the one-hot type to the hidden channels.
  public let embedding: SlimLinear
  /// The blocks, first to last.
  public let blocks: [SlimBlock]
  /// The linear map of the averaged scalars.
  public let head: DenseLayer
  /// The parameters of all layers.
  public let layout: ParameterLayout
  private let types: [Int]
  private let input: TokenShape
  private let shape: TokenShape

  /// Products like E² − p² of normalised vectors cancel to a ten thousandth.
  public var amplifiesRounding: Bool { true }

  /// The number of features of a point.
  public var inputs: Int { 4 * types.count }

  /// A network for `particles` momenta.
  public init(particles: Int, width: LorentzWidth, outputs: Int) {
    var layout = ParameterLayout()
    let types = width.types(of: particles)
    self.types = types
    input = TokenShape(components: 4, channels: 1, scalars: (types.max() ?? 0) + 1)
    let shape = TokenShape(components: 4, channels: width.channels, scalars: width.scalars)
    self.shape = shape
    embedding = SlimLinear("in", from: input, to: shape, in: &layout)
    var blocks: [SlimBlock] = []
    for i in 0..<width.blocks {
      blocks.append(
        SlimBlock("block\(i)", shape: shape, heads: width.heads, tokens: particles, in: &layout))
    }
    self.blocks = blocks
    head = DenseLayer("out", inputs: shape.scalars, outputs: outputs, in: &layout)
    self.layout = layout
  }

  /// Uniform in ±1/√inputs, a tenth of it in attention, as the reference.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    embedding.initialize(&parameters, using: &rng)
    for block in blocks { block.initialize(&parameters, using: &rng) }
    head.initialize(&parameters, using: &rng)
  }

  /// The averaged scalars, (points, scalars), for momenta (points, 4·particles).
  public func hidden<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    let embedded = embedding(tape.tokens(x, shape: input, types: types), on: tape)
    let tokens = blocks.reduce(embedded) { $1($0, on: tape) }
    return tape.pool(
      tokens, shape: shape, rows: [shape.firstScalar..<shape.rows], tokens: types.count,
      points: x.rows)
  }
}

extension Architecture {
  /// L-GATr-slim; products of vectors alone make it several times cheaper than ``lgatr``.
  public static let lgatrSlim = Architecture(
    name: "lgatr-slim", summary: "Lorentz-equivariant transformer on four-vectors and scalars",
    features: "lorentz", activation: .gelu, schedule: .cosine,
    sizes: Sizes(lorentz: .lgatrSlim)
  ) { options, features in
    LGATrSlim(
      particles: features / 4,
      width: try (options.lorentz ?? .lgatrSlim).checked(particles: features / 4, components: 4),
      outputs: options.outputs)
  }
}
