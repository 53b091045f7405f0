import AmpNets
import TestSupport
import Testing

/// Output and gradients of a network for one cotangent, in one precision.
struct NetworkGradients<S: Scalar> {
  let output: [Double]
  let parameters: [Double]
  let inputs: [Double]

  init(
    _ network: any Network, _ parameters: [Double], x: [Double], cotangent: [Double],
    as type: S.Type = S.self
  ) {
    let rows = x.count / network.inputs
    let tape = Tape<S>(Parameters(network.layout, values: parameters.map { S($0) }))
    // Twice over the same memory: nothing may depend on what a pass leaves behind.
    var result: ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<2 {
      tape.reset()
      let input = tape.input(
        Tensor(x.map { S($0) }, shape: [rows, network.inputs]), needsGradient: true)
      let y = network(input, on: tape)
      let output = tape.value(of: y).elements.map { Double($0) }
      tape.setGradient(
        Tensor(cotangent.map { S($0) }, shape: [rows, network.outputs]), of: y)
      let gradients = tape.backward(from: y).values.map { Double($0) }
      result = (output, gradients, tape.gradient(of: input).elements.map { Double($0) })
    }
    (output, self.parameters, inputs) = result
  }
}

/// Expects Σ output·cotangent to change along a random direction of parameters and inputs as the
/// gradients say.
func expectFiniteDifferences(
  _ network: any Network, rows: Int, seed: UInt64, spread: Double = 1, tolerance: Double = 1e-6,
  _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  var rng = Philox(seed: seed, purpose: .other)
  func normals(_ count: Int) -> [Double] { (0..<count).map { _ in rng.normal() } }
  let initial: Parameters<Double> = network.initialParameters(seed: seed)
  let parameters = zip(initial.values, normals(initial.values.count)).map { $0 + 0.1 * $1 }
  let x = normals(rows * network.inputs).map { spread * $0 }
  let cotangent = normals(rows * network.outputs)
  let (direction, xDirection) = (normals(parameters.count), normals(x.count))
  func value(_ h: Double) -> Double {
    let moved = NetworkGradients<Double>(
      network, zip(parameters, direction).map { $0 + h * $1 },
      x: zip(x, xDirection).map { $0 + h * $1 }, cotangent: cotangent)
    return zip(moved.output, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
  }
  let exact = NetworkGradients<Double>(network, parameters, x: x, cotangent: cotangent)
  let slope =
    zip(exact.parameters, direction).reduce(0) { $0 + $1.0 * $1.1 }
    + zip(exact.inputs, xDirection).reduce(0) { $0 + $1.0 * $1.1 }
  let h = 1e-6
  let size = (exact.parameters + exact.inputs).reduce(0) { $0 + $1 * $1 }.squareRoot()
  expectClose(
    (value(h) - value(-h)) / (2 * h), slope, absolute: tolerance * (1 + size), label,
    sourceLocation: sourceLocation)
}
