import AmpCore
import TestSupport
import Testing

/// A computation on a tape, of inputs and parameters.
struct Graph {
  typealias Body = (Tape<Double>, [Tape<Double>.Variable]) -> Tape<Double>.Variable
  var inputs: [Tensor<Double>]
  var parameters: Parameters<Double>
  var body: Body

  /// Creates a graph with standard normal parameters.
  init(
    _ inputs: [Tensor<Double>], _ layout: ParameterLayout, _ random: inout Philox,
    _ body: @escaping Body
  ) {
    self.inputs = inputs
    parameters = Parameters(layout, values: random.normals(layout.count))
    self.body = body
  }

  /// Σ weights ∘ output, on a tape that does not differentiate.
  func loss(_ weights: [Double]) -> Double {
    let tape = Tape(parameters, differentiates: false)
    let output = tape.value(of: body(tape, inputs.map { tape.input($0) }))
    return zip(output.elements, weights).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Expects the tape's gradients of Σ weights ∘ output to be central finite differences.
  ///
  /// Runs the tape twice, so that what a first pass leaves behind cannot matter.
  func expectGradients(
    wanted: [Bool]? = nil, _ random: inout Philox, _ label: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let tape = Tape(parameters)
    var variables: [Tape<Double>.Variable] = []
    var (weights, gradients) = ([Double](), Parameters<Double>(parameters.layout))
    for _ in 0..<2 {
      tape.reset()
      variables = inputs.enumerated().map {
        tape.input($1, needsGradient: wanted?[$0] ?? true)
      }
      let output = body(tape, variables)
      if weights.isEmpty { weights = random.normals(output.rows * output.columns) }
      tape.setGradient(Tensor(weights, shape: [output.rows, output.columns]), of: output)
      gradients = tape.backward(from: output)
    }
    func difference(_ change: (inout Graph, Double) -> Void) -> Double {
      let h = 1e-6
      var (up, down) = (self, self)
      change(&up, h)
      change(&down, -h)
      return (up.loss(weights) - down.loss(weights)) / (2 * h)
    }
    let slopes = parameters.values.indices.map { i in
      difference { $0.parameters.values[i] += $1 }
    }
    expectClose(
      gradients.values, slopes, relative: 1e-7, absolute: 3e-7, label + ", parameters",
      sourceLocation: sourceLocation)
    for (k, input) in inputs.enumerated() {
      let slopes = input.elements.indices.map { i in
        wanted?[k] ?? true ? difference { $0.inputs[k].elements[i] += $1 } : 0
      }
      expectClose(
        tape.gradient(of: variables[k]).elements, slopes, relative: 1e-7, absolute: 3e-7,
        label + ", input \(k)", sourceLocation: sourceLocation)
    }
  }
}

extension Philox {
  /// A (rows, columns) matrix of standard normal deviates.
  mutating func matrix(_ rows: Int, _ columns: Int) -> Tensor<Double> {
    Tensor(normals(rows * columns), shape: [rows, columns])
  }
}
