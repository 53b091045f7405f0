// Fitting the grids of a Kolmogorov–Arnold network to the values that its layers see.
extension KAN {
  /// The fraction of values outside the grid, for each layer, at inputs (points, inputs).
  ///
  /// Splines fade out within `order` intervals beyond the grid, and SiLU alone remains.
  public func fractionsOutsideGrid<S: Scalar>(
    _ parameters: Parameters<S>, at inputs: [S]
  ) -> [Double] {
    var outside = [Int](repeating: 0, count: layers.count)
    visitLayerInputs(parameters, at: inputs) { layer, x in
      let ranges = layers[layer].ranges
      outside[layer] += x.indices.count { !ranges[$0 % ranges.count].contains(x[$0]) }
    }
    let points = max(1, inputs.count / self.inputs)
    return zip(outside, layers).map { Double($0) / Double(points * $1.ranges.count) }
  }

  /// The network with grids that cover the values its layers see at `inputs` (points, inputs), and
  /// parameters for which it is nearly the same function there.
  ///
  /// Per input of a layer the new grid runs between the quantiles (1 ∓ covering)/2 of its values.
  /// The new coefficients minimise Σ_x [f(x) − Σ_m c_m B_m(x)]² + ε Σ_m c_m² over the values and
  /// as many points spread evenly over the grid, where f is the old spline. The ridge ε is relative
  /// to the normal matrix, which is thereby positive definite whatever the data.
  ///
  /// Throws an ``AmpError`` if there are no inputs, or values that are not finite.
  public func fitted<S: Scalar>(
    to inputs: [S], _ parameters: Parameters<S>, covering: Double = 0.99
  ) throws -> (network: KAN, parameters: Parameters<S>) {
    precondition(covering > 0 && covering <= 1, "a grid cannot cover \(covering) of the values")
    guard !inputs.isEmpty else {
      throw AmpError(
        "there are no points to fit the grid to", remedy: "Give at least one training point.")
    }
    var (network, parameters) = (self, parameters)
    for layer in layers.indices {
      // Layers in front of this one have their new grids already.
      var x: [Double] = []
      network.visitLayerInputs(parameters, at: inputs) { if $0 == layer { x += $1 } }
      guard x.allSatisfy(\.isFinite) else {
        throw AmpError(
          "values in front of layer \(layer) are not finite",
          remedy: "Check the features and the weights.")
      }
      let width = layers[layer].ranges.count
      let columns = (0..<width).map { i in
        stride(from: i, to: x.count, by: width).map { x[$0] }.sorted()
      }
      var ranges = network.layers.map(\.ranges)
      ranges[layer] = columns.map { range(of: $0, covering: covering) }
      let next = KAN(
        inputs: self.inputs, hidden: layers.dropLast().map(\.base.columns), outputs: outputs,
        grid: grid, order: order, ranges: ranges)
      for (i, values) in columns.enumerated() {
        parameters = try next.layers[layer].refitted(
          parameters, input: i, from: layers[layer], at: values)
      }
      network = next
    }
    return (network, parameters)
  }

  private func range(of sorted: [Double], covering: Double) -> ClosedRange<Double> {
    let tail = (1 - covering) / 2
    let last = Double(sorted.count - 1)
    let (low, high) = (
      sorted[Int((tail * last).rounded())], sorted[Int(((1 - tail) * last).rounded())]
    )
    let margin = max(0.01 * (high - low), 1e-3 * max(1, abs(low), abs(high)))
    return low - margin...high + margin
  }

  /// Hands the values in front of each layer, (points, inputs of the layer), to `visit`, a block of
  /// points after the other.
  private func visitLayerInputs<S: Scalar>(
    _ parameters: Parameters<S>, at inputs: [S], _ visit: (_ layer: Int, _ x: [Double]) -> Void
  ) {
    let points = inputs.count / self.inputs
    precondition(
      points * self.inputs == inputs.count, "\(inputs.count) features in rows of \(self.inputs)")
    let tape = Tape(parameters, differentiates: false)
    let block = 1024
    for start in stride(from: 0, to: points, by: block) {
      let rows = min(block, points - start)
      tape.reset()
      let part = Array(inputs[start * self.inputs..<(start + rows) * self.inputs])
      var x = tape.input(Tensor(part, shape: [rows, self.inputs]))
      for (i, layer) in layers.enumerated() {
        visit(i, tape.value(of: x).elements.map { Double($0) })
        if i < layers.count - 1 { x = layer(x, on: tape) }
      }
    }
  }
}

extension KANLayer {
  /// All splines of input `i` at x, (x.count, splines).
  private func basis(input i: Int, at x: [Double]) -> [Double] {
    let tape = Tape<Double>(Parameters(ParameterLayout()), differentiates: false)
    let knots = SplineKnots(cells: knots.cells, order: knots.order, ranges: [ranges[i]])
    let all = tape.value(
      of: tape.splineBasis(tape.input(Tensor(x, shape: [x.count, 1])), knots))
    let width = knots.splines + 1
    return all.elements.indices.filter { $0 % width < knots.splines }.map { all.elements[$0] }
  }

  /// Parameters whose splines of input `i` follow those of `old` at the sorted values.
  fileprivate func refitted<S: Scalar>(
    _ parameters: Parameters<S>, input i: Int, from old: KANLayer, at values: [Double]
  ) throws -> Parameters<S> {
    let (splines, outputs) = (knots.splines, base.columns)
    // A thousand of the values are enough, and the ends of the grid count as well.
    let count = min(values.count, 1000)
    let (low, high) = (ranges[i].lowerBound, ranges[i].upperBound)
    let x =
      (0..<count).map { values[$0 * values.count / count] }
      + (0..<8 * splines).map {
        low + (high - low) * (Double($0) + 0.5) / Double(8 * splines)
      }
    let (new, before) = (basis(input: i, at: x), old.basis(input: i, at: x))
    var normal = [Double](repeating: 0, count: splines * splines)
    Double.gemm(
      transposeA: true, transposeB: false, m: splines, n: splines, k: x.count, alpha: 1, new,
      lda: splines, new, ldb: splines, beta: 0, &normal, ldc: splines)
    let trace = (0..<splines).reduce(0) { $0 + normal[$1 * splines + $1] }
    for m in 0..<splines { normal[m * splines + m] += 1e-10 * trace }
    var mixed = [Double](repeating: 0, count: splines * splines)
    Double.gemm(
      transposeA: true, transposeB: false, m: splines, n: splines, k: x.count, alpha: 1, new,
      lda: splines, before, ldb: splines, beta: 0, &mixed, ldc: splines)
    let factor = try Double.cholesky(normal, order: splines)
    var result = parameters
    let offset = coefficients.offset + i * splines * outputs
    for j in 0..<outputs {
      let c = (0..<splines).map { Double(parameters.values[offset + $0 * outputs + j]) }
      let right = (0..<splines).map { m in
        (0..<splines).reduce(0) { $0 + mixed[m * splines + $1] * c[$1] }
      }
      for (m, value) in factor.solve(right).enumerated() {
        result.values[offset + m * outputs + j] = S(value)
      }
    }
    return result
  }
}
