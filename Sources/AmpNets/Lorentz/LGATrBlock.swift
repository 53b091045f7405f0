/// One block of L-GATr: x += attention(norm(x)), x += MLP(norm(x)).
///
/// arXiv:2405.14806, Sec. 3.
public struct LGATrBlock: Sendable {
  private let shape: TokenShape
  private let attended: TokenShape
  private let wide: TokenShape
  private let heads: Int
  private let tokens: Int
  private let queries: EquiLinear
  private let merge: EquiLinear
  private let pairs: EquiLinear
  private let bilinear: EquiLinear
  private let narrow: EquiLinear

  /// Adds the parameters `name.…` to `layout`.
  ///
  /// A head has max(C/heads, 1) multivectors and max(S/heads, 4) scalars; the hidden layer of the
  /// MLP has twice the width.
  public init(
    _ name: String, shape: TokenShape, heads: Int, tokens: Int, symmetry: EquiLinear.Symmetry,
    in layout: inout ParameterLayout
  ) {
    self.shape = shape
    self.heads = heads
    self.tokens = tokens
    attended = TokenShape(
      components: 16, channels: heads * max(shape.channels / heads, 1),
      scalars: heads * max(shape.scalars / heads, 4))
    wide = TokenShape(components: 16, channels: 2 * shape.channels, scalars: 2 * shape.scalars)
    func linear(_ part: String, _ from: TokenShape, _ to: TokenShape) -> EquiLinear {
      EquiLinear("\(name).\(part)", from: from, to: to, symmetry: symmetry, in: &layout)
    }
    var (triple, sides, product) = (attended, wide, wide)
    triple.channels *= 3
    triple.scalars *= 3
    sides.channels *= 2
    sides.scalars = 0
    product.scalars = shape.scalars
    queries = linear("attention.in", shape, triple)
    merge = linear("attention.out", attended, shape)
    pairs = linear("mlp.pairs", shape, sides)
    bilinear = linear("mlp.product", product, wide)
    narrow = linear("mlp.out", wide, shape)
  }

  /// Draws the initial weights.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    queries.initialize(&parameters, using: &rng)
    merge.initialize(&parameters, .small, using: &rng)
    let half = wide.channels
    pairs.initialize(&parameters, outputs: 0..<half, using: &rng)
    pairs.initialize(&parameters, .almostUnitScalar, outputs: half..<2 * half, using: &rng)
    bilinear.initialize(&parameters, using: &rng)
    narrow.initialize(&parameters, using: &rng)
  }

  /// Applies the block to tokens.
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    let between = attention(tape.normalize(x, shape: shape), addedTo: x, on: tape)
    return perceptron(tape.normalize(between, shape: shape), addedTo: between, on: tape)
  }

  /// Attention: queries, keys and values, each normalised per head, and a linear map of the heads.
  private func attention<S: Scalar>(
    _ x: Tape<S>.Variable, addedTo base: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    var triple = attended
    triple.channels *= 3
    triple.scalars *= 3
    let qkv = tape.normalize(queries(x, on: tape), shape: triple, groups: 3 * heads)
    let values = tape.attention(qkv, shape: attended, heads: heads, tokens: tokens)
    return merge(values, addedTo: base, on: tape)
  }

  /// Geometric products of two linear maps, normalised, gated and mapped back.
  private func perceptron<S: Scalar>(
    _ x: Tape<S>.Variable, addedTo base: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    var product = wide
    product.scalars = shape.scalars
    let z = tape.geometricProduct(pairs(x, on: tape), scalarsOf: x, shape: product)
    let y = tape.normalize(bilinear(z, on: tape), shape: wide)
    return narrow(tape.gate(y, shape: wide), addedTo: base, on: tape)
  }
}
