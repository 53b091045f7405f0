/// A linear map of four-vectors, the same for all four components, and of scalars with a bias.
public struct SlimLinear: Sendable {
  private let vectors: ParameterView
  private let scalars: ParameterView
  private let bias: ParameterView
  private let mixing: ChannelMixing

  /// Adds the parameters `name.…` to `layout`.
  public init(
    _ name: String, from input: TokenShape, to output: TokenShape, in layout: inout ParameterLayout
  ) {
    let vectors = layout.add("\(name).vectors", rows: input.channels, columns: output.channels)
    let scalars = layout.add("\(name).scalars", rows: input.scalars, columns: output.scalars)
    let bias = layout.add("\(name).bias", rows: 1, columns: output.scalars)
    let paths = (0..<4).map {
      ChannelMixing.Path(
        vectors, from: input.row(ofComponent: $0), to: output.row(ofComponent: $0))
    }
    (self.vectors, self.scalars, self.bias) = (vectors, scalars, bias)
    mixing = ChannelMixing(
      inputs: input.rows, outputs: output.rows,
      paths: paths + [
        ChannelMixing.Path(scalars, from: input.firstScalar, to: output.firstScalar)
      ], biases: [(view: bias, target: output.firstScalar)])
  }

  /// Applies the map to tokens, and adds `base`, where there is one.
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, addedTo base: Tape<S>.Variable? = nil, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    tape.mix(x, by: mixing, addedTo: base)
  }

  /// Draws weights uniform in ±factor/√inputs and a bias in ±1/√inputs.
  public func initialize<S: Scalar>(
    _ parameters: inout Parameters<S>, factor: Double = 1, using rng: inout Philox
  ) {
    for (view, inputs, factor) in [
      (vectors, vectors.rows, factor), (scalars, scalars.rows, factor), (bias, scalars.rows, 1),
    ] {
      let bound = factor / Double(inputs).squareRoot()
      for i in view.range { parameters.values[i] = S((2 * rng.uniform() - 1) * bound) }
    }
  }
}

/// One block of L-GATr-slim: attention and gated linear units on four-vectors and scalars.
public struct SlimBlock: Sendable {
  private let shape: TokenShape
  private let attended: TokenShape
  private let wide: TokenShape
  private let heads: Int
  private let tokens: Int
  private let queries: SlimLinear
  private let merge: SlimLinear
  private let units: SlimLinear
  private let narrow: SlimLinear

  /// Adds the parameters `name.…` to `layout`.
  ///
  /// A head has max(C/heads, 1) vectors and max(S/heads, 4) scalars; the hidden layer of the MLP
  /// has twice the width.
  public init(
    _ name: String, shape: TokenShape, heads: Int, tokens: Int, in layout: inout ParameterLayout
  ) {
    self.shape = shape
    self.heads = heads
    self.tokens = tokens
    attended = TokenShape(
      components: 4, channels: heads * max(shape.channels / heads, 1),
      scalars: heads * max(shape.scalars / heads, 4))
    wide = TokenShape(components: 4, channels: 2 * shape.channels, scalars: 2 * shape.scalars)
    func linear(_ part: String, _ from: TokenShape, _ to: TokenShape) -> SlimLinear {
      SlimLinear("\(name).\(part)", from: from, to: to, in: &layout)
    }
    var (triple, gated) = (attended, wide)
    triple.channels *= 3
    triple.scalars *= 3
    gated.channels *= 3
    gated.scalars *= 2
    queries = linear("attention.in", shape, triple)
    merge = linear("attention.out", attended, shape)
    units = linear("mlp.in", shape, gated)
    narrow = linear("mlp.out", wide, shape)
  }

  /// Draws the initial weights.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    queries.initialize(&parameters, factor: 0.1, using: &rng)
    merge.initialize(&parameters, factor: 0.1, using: &rng)
    units.initialize(&parameters, using: &rng)
    narrow.initialize(&parameters, using: &rng)
  }

  /// Applies the block to tokens.
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    var triple = attended
    triple.channels *= 3
    triple.scalars *= 3
    let qkv = tape.normalize(
      queries(tape.normalize(x, shape: shape), on: tape), shape: triple, groups: 3 * heads)
    let between = merge(
      tape.attention(qkv, shape: attended, heads: heads, tokens: tokens), addedTo: x, on: tape)
    let z = tape.gatedUnit(
      units(tape.normalize(between, shape: shape), on: tape), shape: wide)
    return narrow(z, addedTo: between, on: tape)
  }
}
