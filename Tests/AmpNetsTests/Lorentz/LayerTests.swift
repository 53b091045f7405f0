import AmpNets
import TestSupport
import Testing

/// A layer between token matrices under test, with its shapes.
struct TokenLayer: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var input: TokenShape
  var output: TokenShape
  var layout = ParameterLayout()
  var apply: @Sendable (Tape<Double>.Variable, Tape<Double>) -> Tape<Double>.Variable

  static let mv = TokenShape(components: 16, channels: 4, scalars: 8)
  static let vectors = TokenShape(components: 4, channels: 4, scalars: 8)
  static let tokens = 5

  static func qkv(_ shape: TokenShape) -> TokenShape {
    TokenShape(
      components: shape.components, channels: 3 * shape.channels, scalars: 3 * shape.scalars)
  }

  static func linear(_ symmetry: EquiLinear.Symmetry) -> TokenLayer {
    let output = TokenShape(components: 16, channels: 3, scalars: 5)
    var layout = ParameterLayout()
    let linear = EquiLinear("l", from: mv, to: output, symmetry: symmetry, in: &layout)
    return TokenLayer(
      testDescription: "linear, \(symmetry)", input: mv, output: output, layout: layout
    ) { linear($0, on: $1) }
  }

  static let all: [TokenLayer] = {
    var slim = ParameterLayout()
    let narrow = TokenShape(components: 4, channels: 3, scalars: 5)
    let slimLinear = SlimLinear("l", from: vectors, to: narrow, in: &slim)
    var block = ParameterLayout()
    let lgatr = LGATrBlock(
      "b", shape: mv, heads: 2, tokens: tokens, symmetry: .connected, in: &block)
    return [
      linear(.connected), linear(.full),
      TokenLayer(testDescription: "slim linear", input: vectors, output: narrow, layout: slim) {
        slimLinear($0, on: $1)
      },
      TokenLayer(testDescription: "norm", input: mv, output: mv) {
        $1.normalize($0, shape: mv, groups: 2)
      },
      TokenLayer(testDescription: "joint norm", input: vectors, output: vectors) {
        $1.normalize($0, shape: vectors, groups: 2)
      },
      TokenLayer(testDescription: "attention", input: qkv(mv), output: mv) {
        $1.attention($0, shape: mv, heads: 2, tokens: tokens)
      },
      TokenLayer(testDescription: "slim attention", input: qkv(vectors), output: vectors) {
        $1.attention($0, shape: vectors, heads: 2, tokens: tokens)
      },
      TokenLayer(
        testDescription: "product", input: TokenShape(components: 16, channels: 4, scalars: 0),
        output: TokenShape(components: 16, channels: 2, scalars: 0)
      ) {
        $1.geometricProduct(
          $0, scalarsOf: $0, shape: TokenShape(components: 16, channels: 2, scalars: 0))
      },
      TokenLayer(testDescription: "gate", input: mv, output: mv) { $1.gate($0, shape: mv) },
      TokenLayer(
        testDescription: "gated unit", input: TokenShape(components: 4, channels: 6, scalars: 6),
        output: TokenShape(components: 4, channels: 2, scalars: 3)
      ) { $1.gatedUnit($0, shape: TokenShape(components: 4, channels: 2, scalars: 3)) },
      TokenLayer(testDescription: "block", input: mv, output: mv, layout: block) {
        lgatr($0, on: $1)
      },
    ]
  }()
}

struct LorentzLayerTests {
  /// One panel of 16 points for each token.
  func matrix(_ x: [Double], _ shape: TokenShape) -> Tensor<Double> {
    Tensor(x, shape: [TokenLayer.tokens * shape.rows, TokenShape.lanes])
  }

  func count(_ shape: TokenShape) -> Int { TokenLayer.tokens * shape.rows * TokenShape.lanes }

  /// Λx, panel by panel.
  func transformed(
    _ x: [Double], _ shape: TokenShape, by lambda: LorentzTransformation
  ) -> [Double] {
    let size = shape.rows * TokenShape.lanes
    return stride(from: 0, to: x.count, by: size).flatMap {
      lambda(Array(x[$0..<$0 + size]), shape: shape, columns: TokenShape.lanes)
    }
  }

  func parameters(_ layer: TokenLayer, _ rng: inout Philox) -> Parameters<Double> {
    Parameters(layer.layout, values: normals(layer.layout.count, &rng).map { 0.4 * $0 })
  }

  /// The largest |f(Λx) − Λf(x)|.
  func violation(of layer: TokenLayer, seed: UInt64) -> Double {
    var rng = Philox(seed: seed, purpose: .other)
    let tape = Tape(parameters(layer, &rng))
    let lambda = LorentzTransformation(using: &rng)
    let x = normals(count(layer.input), &rng)
    func run(_ x: [Double]) -> [Double] {
      let input = tape.input(matrix(x, layer.input))
      return tape.value(of: layer.apply(input, tape)).elements
    }
    let direct = run(transformed(x, layer.input, by: lambda))
    let moved = transformed(run(x), layer.output, by: lambda)
    return zip(direct, moved).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? 0
  }

  @Test(arguments: TokenLayer.all, 0..<4 as Range<UInt64>)
  func layersAreEquivariant(layer: TokenLayer, seed: UInt64) {
    #expect(violation(of: layer, seed: seed) < 1e-9)
  }

  @Test func aMapThatMixesGradesIsNotEquivariant() {
    var wrong = TokenLayer.linear(.connected)
    let view = wrong.layout.views[1]
    let mv = TokenLayer.mv
    let mixing = ChannelMixing(
      inputs: mv.rows, outputs: 3 * 16,
      paths: (0..<16).map {
        ChannelMixing.Path(
          view, from: mv.row(ofComponent: $0), to: 3 * $0, negative: $0 == 3)
      }, biases: [])
    wrong.output = TokenShape(components: 16, channels: 3, scalars: 0)
    wrong.apply = { $1.mix($0, by: mixing) }
    #expect(violation(of: wrong, seed: 0) > 1e-2)
  }

  @Test(arguments: TokenLayer.all, 0..<4 as Range<UInt64>)
  func gradientsAreThoseOfFiniteDifferences(layer: TokenLayer, seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let start = parameters(layer, &rng)
    let x = normals(count(layer.input), &rng)
    let seeds = normals(count(layer.output), &rng)
    func run(_ parameters: Parameters<Double>, _ x: [Double], gradients: Bool)
      -> (value: Double, input: [Double], weights: [Double])
    {
      let tape = Tape(parameters)
      let input = tape.input(matrix(x, layer.input), needsGradient: true)
      let y = layer.apply(input, tape)
      let sum = zip(tape.value(of: y).elements, seeds).reduce(0) { $0 + $1.0 * $1.1 }
      if !gradients { return (sum, [], []) }
      tape.setGradient(matrix(seeds, layer.output), of: y)
      let weights = tape.backward(from: y).values
      return (sum, tape.gradient(of: input).elements, weights)
    }
    let exact = run(start, x, gradients: true)
    // Along random directions in inputs and in weights.
    let (dx, dw) = (normals(x.count, &rng), normals(start.values.count, &rng))
    let h = 1e-6
    func moved(_ sign: Double, input: Bool) -> Double {
      var weights = start
      if !input { weights.values = zip(weights.values, dw).map { $0 + sign * h * $1 } }
      let at = input ? zip(x, dx).map { $0 + sign * h * $1 } : x
      return run(weights, at, gradients: false).value
    }
    let scale = exact.input.reduce(1) { $0 + $1 * $1 }.squareRoot()
    let along = zip(exact.input, dx).reduce(0) { $0 + $1.0 * $1.1 }
    expectClose(
      along, (moved(1, input: true) - moved(-1, input: true)) / (2 * h), absolute: 1e-6 * scale)
    if dw.isEmpty { return }
    let weightScale = exact.weights.reduce(1) { $0 + $1 * $1 }.squareRoot()
    let alongWeights = zip(exact.weights, dw).reduce(0) { $0 + $1.0 * $1.1 }
    expectClose(
      alongWeights, (moved(1, input: false) - moved(-1, input: false)) / (2 * h),
      absolute: 1e-6 * weightScale)
  }
}
