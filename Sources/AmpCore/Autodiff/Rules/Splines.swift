// A layer of a Kolmogorov–Arnold network as two nodes: all basis functions of all inputs, and a
// product with their weights.

/// Uniform intervals between two ends for each input, `order` more beyond either end.
package struct SplineKnots: Sendable, Equatable {
  /// The number of intervals between the ends.
  package var cells: Int
  /// The polynomial order of the splines, 1 to 5.
  package var order: Int
  /// The lower end for each input.
  package var low: [Double]
  /// One over the length of an interval for each input.
  package var perLength: [Double]

  /// The number of splines of an input.
  package var splines: Int { cells + order }

  package init(cells: Int, order: Int, ranges: [ClosedRange<Double>]) {
    precondition(cells > 0 && (1...5).contains(order), "\(cells) intervals of order \(order)")
    self.cells = cells
    self.order = order
    low = ranges.map(\.lowerBound)
    perLength = ranges.map { Double(cells) / ($0.upperBound - $0.lowerBound) }
  }
}

extension Tape {
  /// All splines of each column of x, then its SiLU: (rows, columns · (splines + 1)).
  package func splineBasis(_ x: Variable, _ knots: SplineKnots) -> Variable {
    precondition(
      knots.low.count == x.columns, "knots for \(knots.low.count) inputs, given \(x.columns)")
    let (inputs, width) = (x.columns, knots.splines + 1)
    let index = push(
      SplineBasis.self, rows: x.rows, columns: inputs * width, needsGradient: needsGradient(x))
    nodes[index].operands.0 = x.index
    nodes[index].numbers.0 = width
    nodes[index].configuration = knots
    let saved = nodes[index].needsGradient ? save(for: index) : nil
    let grid = scratch(2 * inputs)
    nodes[index].spread = grid
    S.narrow(rows: 1, columns: inputs, knots.low, to: grid, stride: inputs)
    S.narrow(rows: 1, columns: inputs, knots.perLength, to: grid + inputs, stride: inputs)
    let (node, input) = (nodes[index], nodes[x.index])
    S.splineBasis(
      rows: x.rows, inputs: inputs, cells: knots.cells, order: knots.order, input.value,
      xStride: input.stride, low: grid, perLength: grid + inputs, value: node.value,
      derivative: saved, stride: node.stride)
    return variable(index)
  }

  /// Σ_i [base_ij SiLU(x_i) + scale_ij Σ_m coefficients_imj B_m(x_i)] from the basis of x.
  ///
  /// `base` and `scale` are (inputs, outputs), `coefficients` (inputs · splines, outputs).
  package func splineProduct(
    _ basis: Variable, base: ParameterView, coefficients: ParameterView, scale: ParameterView
  ) -> Variable {
    let (inputs, outputs) = (base.rows, base.columns)
    let depth = inputs + coefficients.rows
    precondition(
      basis.columns == depth && coefficients.rows % inputs == 0
        && coefficients.columns == outputs && scale.rows == inputs && scale.columns == outputs,
      "\(basis.columns) basis functions for \(coefficients.name) of \(coefficients.rows) rows")
    let index = push(SplineProduct.self, rows: basis.rows, columns: outputs)
    nodes[index].operands.0 = basis.index
    (nodes[index].weight, nodes[index].bias) = (coefficients, base)
    nodes[index].scale = scale
    let weight = scratch(depth * outputs)
    S.foldSplines(
      inputs: inputs, splines: coefficients.rows / inputs, outputs: outputs,
      base: weights.values(of: base), coefficients: weights.values(of: coefficients),
      scale: weights.values(of: scale), weight: weight)
    nodes[index].saved = weight
    let (node, input) = (nodes[index], nodes[basis.index])
    S.product(
      rows: node.rows, columns: outputs, depth: depth, input.value, aRow: input.stride,
      aColumn: 1, weight, stride: outputs, node.value, cStride: node.stride, accumulate: false)
    return variable(index)
  }
}

private enum SplineBasis: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let knots = node.configuration as? SplineKnots else { return nil }
    let inputs = knots.low.count
    // Where the first pass left them: the knots in the precision of the network.
    guard let grid = node.spread else { return nil }
    let (input, inputStride) = (
      tape.nodes[node.operands.0].value, tape.nodes[node.operands.0].stride
    )
    let (rows, value, stride) = (node.rows, node.value, node.stride)
    let (cells, order) = (knots.cells, knots.order)
    return {
      S.splineBasis(
        rows: rows, inputs: inputs, cells: cells, order: order, input, xStride: inputStride,
        low: grid, perLength: grid + inputs, value: value, derivative: nil, stride: stride)
    }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let gradient = node.gradient, let derivative = node.saved else { return }
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
    S.pullBackSplineBasis(
      rows: node.rows, inputs: tape.nodes[node.operands.0].columns, width: node.numbers.0,
      gradient: gradient, derivative: derivative, stride: node.stride, xGradient: memory,
      xStride: stride, accumulate: adds)
  }
}

private enum SplineProduct: DifferentiationRule {
  /// The weights are folded once: steps are for parameters that stay as they are.
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let first = node.saved else { return nil }
    let basis = tape.nodes[node.operands.0]
    let (depth, columns) = (basis.columns, node.columns)
    let weight = tape.kept(first, count: depth * columns)
    let (rows, input, inputStride) = (node.rows, basis.value, basis.stride)
    let (value, stride) = (node.value, node.stride)
    return {
      S.product(
        rows: rows, columns: columns, depth: depth, input, aRow: inputStride, aColumn: 1,
        weight.pointer, stride: columns, value, cStride: stride, accumulate: false)
    }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let coefficients = node.weight, let base = node.bias, let scale = node.scale,
      let weight = node.saved, let gradient = node.gradient
    else { return }
    let basis = tape.nodes[node.operands.0]
    let (depth, outputs) = (basis.columns, base.columns)
    let weightGradient = tape.scratch(depth * outputs)
    S.productTransposed(
      rows: depth, columns: outputs, depth: node.rows, basis.value, aStride: basis.stride,
      gradient, bStride: node.stride, weightGradient, cStride: outputs, accumulate: false)
    S.unfoldSplines(
      inputs: base.rows, splines: coefficients.rows / base.rows, outputs: outputs,
      gradient: weightGradient, coefficients: tape.weights.values(of: coefficients),
      scale: tape.weights.values(of: scale), baseGradient: tape.clearedGradient(of: base),
      coefficientGradient: tape.clearedGradient(of: coefficients),
      scaleGradient: tape.clearedGradient(of: scale))
    if basis.needsGradient {
      let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
      let panels = tape.scratch((depth + S.panel - 1) / S.panel * S.panel * outputs)
      S.pack(
        depth: outputs, columns: depth, weight, kStride: 1, jStride: outputs, into: panels)
      S.productPacked(
        rows: node.rows, columns: depth, depth: outputs, gradient, stride: node.stride, panels,
        bias: nil, memory, cStride: stride, accumulate: adds)
    }
  }
}
