/// A layer of a Kolmogorov–Arnold network: y_j = Σ_i φ_ij(x_i) with a learned function per edge.
///
/// arXiv:2412.12069, Eq. 45, and arXiv:2404.19756:
/// φ(x) = base · SiLU(x) + scale · Σ_m c_m B_m(x), with B-splines B_m on a uniform grid. Where x lies
/// more than `order` intervals outside the grid, all splines vanish and SiLU acts alone.
public struct KANLayer: Sendable, Equatable {
  /// The weights of SiLU, (inputs, outputs).
  public let base: ParameterView
  /// The coefficients c, (inputs · splines, outputs), all splines of an input together.
  public let coefficients: ParameterView
  /// The scales, (inputs, outputs).
  public let scale: ParameterView
  /// The range of the grid for each input.
  public let ranges: [ClosedRange<Double>]

  package let knots: SplineKnots

  /// Adds `name.base`, `name.spline` and `name.scale` to `layout`.
  ///
  /// - Parameters:
  ///   - name: the beginning of the names in the layout.
  ///   - ranges: the range of the grid for each input.
  ///   - outputs: the number of outputs.
  ///   - grid: the number of intervals of a grid.
  ///   - order: the polynomial order of the splines, 1 to 5.
  ///   - layout: gets the parameters of the layer.
  public init(
    _ name: String, ranges: [ClosedRange<Double>], outputs: Int, grid: Int, order: Int,
    in layout: inout ParameterLayout
  ) {
    let inputs = ranges.count
    self.ranges = ranges
    knots = SplineKnots(cells: grid, order: order, ranges: ranges)
    base = layout.add(name + ".base", rows: inputs, columns: outputs, isMatrix: false)
    coefficients = layout.add(
      name + ".spline", rows: inputs * knots.splines, columns: outputs, isMatrix: false)
    scale = layout.add(name + ".scale", rows: inputs, columns: outputs, isMatrix: false)
  }

  /// Applies the layer to x (points, inputs).
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    tape.splineProduct(
      tape.splineBasis(x, knots), base: base, coefficients: coefficients, scale: scale)
  }

  /// Base weights uniform in ±1/√inputs, scales 1/√inputs, coefficients uniform in ±0.1.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    let bound = 1 / Double(base.rows).squareRoot()
    for i in base.range { parameters.values[i] = S((2 * rng.uniform() - 1) * bound) }
    for i in coefficients.range { parameters.values[i] = S((2 * rng.uniform() - 1) * 0.1) }
    for i in scale.range { parameters.values[i] = S(bound) }
  }
}
