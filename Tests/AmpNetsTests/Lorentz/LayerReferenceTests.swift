import AmpNets
import TestSupport
import Testing

/// Single layers against the package of L-GATr's authors.
struct LayerReferenceTests {
  typealias Apply = (Tape<Double>.Variable, Tape<Double>) -> Tape<Double>.Variable

  /// Outputs, and gradients of Σ output²/2, on two tokens of 16 points.
  private func check(
    _ name: String, _ parameters: Parameters<Double> = Parameters(ParameterLayout()),
    _ apply: Apply
  ) throws {
    let reference = try ReferenceTensors("lgatr_layers.safetensors")
    let tape = Tape(parameters)
    let x = reference["\(name)/x"]
    let input = tape.input(
      Tensor(x, shape: [x.count / TokenShape.lanes, TokenShape.lanes]), needsGradient: true)
    let y = apply(input, tape)
    let output = tape.value(of: y)
    expectClose(output.elements, reference["\(name)/output"], absolute: 1e-10, "output")
    tape.setGradient(output, of: y)
    _ = tape.backward(from: y)
    expectClose(
      tape.gradient(of: input).elements, reference["\(name)/gradient"], absolute: 1e-10,
      "gradient")
  }

  @Test func theLinearMapIsThatOfThePackage() throws {
    var layout = ParameterLayout()
    let linear = EquiLinear(
      "l", from: TokenShape(components: 16, channels: 2, scalars: 3),
      to: TokenShape(components: 16, channels: 3, scalars: 4), in: &layout)
    let reference = try ReferenceTensors("lgatr_layers.safetensors")
    var parameters = Parameters<Double>(layout)
    for view in layout.views {
      parameters[view] = Tensor(
        reference["linear/parameters/\(view.name)"], shape: [view.rows, view.columns])
    }
    try check("linear", parameters) { linear($0, on: $1) }
  }

  @Test func theNormIsThatOfThePackage() throws {
    try check("norm") {
      $1.normalize($0, shape: TokenShape(components: 16, channels: 3, scalars: 4))
    }
  }

  @Test func theGeometricProductIsThatOfThePackage() throws {
    try check("product") {
      $1.geometricProduct(
        $0, scalarsOf: $0, shape: TokenShape(components: 16, channels: 2, scalars: 0))
    }
  }

  @Test func attentionIsThatOfThePackage() throws {
    try check("attention") {
      $1.attention(
        $0, shape: TokenShape(components: 16, channels: 2, scalars: 4), heads: 2, tokens: 2)
    }
  }

  @Test func theGateIsThatOfThePackage() throws {
    try check("gate") { $1.gate($0, shape: TokenShape(components: 16, channels: 3, scalars: 4)) }
  }
}
