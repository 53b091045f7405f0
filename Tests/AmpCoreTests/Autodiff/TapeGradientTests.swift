import AmpCore
import TestSupport
import Testing

/// Every rule of the tape against central finite differences in Double.
@Suite struct TapeGradientTests {
  static let seeds = 0..<64 as Range<UInt64>

  @Test(arguments: seeds)
  func dense(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n, m) = (random.whole(1...9), random.whole(1...11), random.whole(1...11))
    for (name, activation) in Activation.named + [("steep", .leakyReLU(slope: 0.3))] {
      var layout = ParameterLayout()
      let weight = layout.add("w", rows: n, columns: m)
      let bias = layout.add("b", rows: 1, columns: m)
      Graph([random.matrix(rows, n)], layout, &random) { tape, x in
        tape.dense(x[0], weight: weight, bias: bias, activation: activation)
      }.expectGradients(&random, "dense with \(name)")
    }
  }

  @Test(arguments: seeds)
  func denseWithoutBias(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n, m) = (random.whole(1...9), random.whole(1...20), random.whole(1...20))
    var layout = ParameterLayout()
    let weight = layout.add("w", rows: n, columns: m)
    _ = layout.add("unused", rows: 2, columns: 3)
    Graph([random.matrix(rows, n)], layout, &random) { tape, x in
      tape.dense(x[0], weight: weight, bias: nil, activation: .tanh)
    }.expectGradients(&random, "dense without bias")
  }

  @Test(arguments: seeds)
  func elementwise(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n) = (random.whole(1...9), random.whole(1...20))
    let inputs = [random.matrix(rows, n), random.matrix(rows, n)]
    let none = ParameterLayout()
    Graph(inputs, none, &random) { $0.add($1[0], $1[1]) }.expectGradients(&random, "add")
    Graph(inputs, none, &random) { $0.multiply($1[0], $1[1]) }
      .expectGradients(&random, "multiply")
    for (name, activation) in Activation.named {
      Graph([inputs[0]], none, &random) { $0.apply(activation, to: $1[0]) }
        .expectGradients(&random, "apply \(name)")
    }
  }

  @Test(arguments: seeds)
  func columns(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n, m) = (random.whole(1...9), random.whole(1...20), random.whole(1...20))
    let inputs = [random.matrix(rows, n), random.matrix(rows, m)]
    let start = random.whole(0...n - 1)
    let range = start..<random.whole(start + 1...n)
    let none = ParameterLayout()
    Graph(inputs, none, &random) { $0.concatenate($1[0], $1[1]) }
      .expectGradients(&random, "concatenate")
    Graph([inputs[0]], none, &random) { $0.columns(range, of: $1[0]) }
      .expectGradients(&random, "columns")
  }

  /// A variable used again adds to its gradient, whichever rule asks for it.
  @Test(arguments: seeds)
  func theSameVariableUsedTwice(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n) = (random.whole(1...9), random.whole(2...11))
    let x = random.matrix(rows, n)
    let none = ParameterLayout()
    Graph([x], none, &random) { $0.add($1[0], $1[0]) }.expectGradients(&random, "x + x")
    Graph([x], none, &random) { $0.multiply($1[0], $1[0]) }.expectGradients(&random, "x ∘ x")
    Graph([x], none, &random) { tape, x in tape.concatenate(x[0], x[0]) }
      .expectGradients(&random, "x beside x")
    Graph([x], none, &random) { tape, x in
      let overlap = tape.add(
        tape.columns(0..<n - 1, of: x[0]), tape.columns(1..<n, of: x[0]))
      return tape.concatenate(tape.multiply(x[0], tape.apply(.gelu, to: x[0])), overlap)
    }.expectGradients(&random, "x in four rules")
  }

  @Test(arguments: seeds)
  func parametersUsedTwice(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n) = (random.whole(1...9), random.whole(1...11))
    var layout = ParameterLayout()
    let weight = layout.add("w", rows: n, columns: n)
    let bias = layout.add("b", rows: 1, columns: n)
    Graph([random.matrix(rows, n)], layout, &random) { tape, x in
      let hidden = tape.dense(x[0], weight: weight, bias: bias, activation: .silu)
      let residual = tape.add(x[0], hidden)
      return tape.dense(residual, weight: weight, bias: bias, activation: .tanh)
    }.expectGradients(&random, "one layer applied twice")
  }

  /// A layer directly behind another hands its gradient back through the activation of that one; with
  /// a node between them it does not, and the bits are the same.
  @Test(arguments: seeds)
  func denseDirectlyBehindDense(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n) = (random.whole(1...30), random.whole(9...80))
    var layout = ParameterLayout()
    let weights = (0..<3).map { layout.add("w\($0)", rows: n, columns: n) }
    let bias = layout.add("b", rows: 1, columns: n)
    let values = (0..<layout.count).map { _ in random.normal() / Double(n).squareRoot() }
    let (x, c) = (random.matrix(rows, n), random.matrix(rows, n))
    for (name, activation) in Activation.named {
      func gradients(apart: Bool) -> (parameters: [Double], input: [Double]) {
        let tape = Tape(Parameters(layout, values: values))
        func layer(_ x: Tape<Double>.Variable, _ weight: Int, _ bias: ParameterView?)
          -> Tape<Double>.Variable
        {
          if apart { _ = tape.input(Tensor(shape: [1, 1])) }
          return tape.dense(x, weight: weights[weight], bias: bias, activation: activation)
        }
        let input = tape.input(x, needsGradient: true)
        // The first has three users; weights and bias are shared.
        let one = layer(input, 0, bias)
        let two = layer(one, 1, bias)
        let four = layer(layer(two, 2, nil), 1, bias)
        let sum = tape.add(tape.multiply(one, four), two)
        tape.setGradient(c, of: sum)
        let parameters = tape.backward(from: sum).values
        return (parameters, tape.gradient(of: input).elements)
      }
      let (together, apart) = (gradients(apart: false), gradients(apart: true))
      #expect(together.parameters == apart.parameters, "\(name)")
      #expect(together.input == apart.input, "\(name)")
      #expect(together.input.contains { $0 != 0 }, "\(name)")
    }
  }

  @Test func aTapeGoesBackTwice() {
    var random = Philox(seed: 3, purpose: .other)
    var layout = ParameterLayout()
    let weights = (0..<2).map { layout.add("w\($0)", rows: 5, columns: 5) }
    let bias = layout.add("b", rows: 1, columns: 5)
    let values = (0..<layout.count).map { _ in random.normal() }
    let (x, c) = (random.matrix(7, 5), random.matrix(7, 5))
    func gradients(after: Bool) -> [Double] {
      let tape = Tape(Parameters(layout, values: values))
      let hidden = tape.dense(
        tape.input(x), weight: weights[0], bias: bias, activation: .relu)
      let output = tape.dense(hidden, weight: weights[1], bias: nil)
      if after {
        tape.setGradient(c, of: output)
        _ = tape.backward(from: output)
      }
      tape.setGradient(c, of: hidden)
      return tape.backward(from: hidden).values
    }
    #expect(gradients(after: true) == gradients(after: false))
  }

  @Test(arguments: seeds)
  func inputsThatWantNoGradient(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n) = (random.whole(1...9), random.whole(1...11))
    var layout = ParameterLayout()
    let weight = layout.add("w", rows: n, columns: n)
    let inputs = [random.matrix(rows, n), random.matrix(rows, n)]
    for wanted in [[true, false], [false, true], [false, false]] {
      Graph(inputs, layout, &random) { tape, x in
        let y = tape.dense(x[0], weight: weight, bias: nil, activation: .gelu)
        let z = tape.concatenate(tape.add(x[1], y), tape.multiply(y, x[1]))
        return tape.concatenate(z, tape.apply(.tanh, to: tape.columns(0..<1, of: x[1])))
      }.expectGradients(wanted: wanted, &random, "wanted \(wanted)")
    }
  }

  @Test(arguments: seeds)
  func noGradientPassesThroughStopGradient(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, n) = (random.whole(1...9), random.whole(1...11))
    let (x, c) = (random.matrix(rows, n), random.matrix(rows, n))
    let tape = Tape(Parameters<Double>(ParameterLayout()))
    let variable = tape.input(x, needsGradient: true)
    let product = tape.multiply(variable, tape.stopGradient(tape.apply(.tanh, to: variable)))
    tape.setGradient(c, of: product)
    _ = tape.backward(from: product)
    let tanh = tape.value(of: tape.apply(.tanh, to: variable))
    let expected = zip(c.elements, tanh.elements).map { $0 * $1 }
    expectClose(tape.gradient(of: variable).elements, expected, absolute: 1e-15)
    let values = zip(x.elements, tanh.elements).map { $0 * $1 }
    expectClose(tape.value(of: product).elements, values, absolute: 1e-15)
  }
}
