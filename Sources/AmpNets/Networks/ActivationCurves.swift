// The functions of one number inside a network, as it computes them: arXiv:2412.12069, Fig. 2.

/// The activation functions of one layer, or the functions on its edges, as curves.
public struct ActivationCurves: Sendable, Equatable {
  /// What the functions are.
  public enum Kind: Sendable, Equatable {
    /// One function without parameters, the same for all channels: it is not learned.
    case fixed(LayerActivation)
    /// A learned rational function for each group of channels, which started as the given one.
    case rational(start: RationalStart)
    /// Learned splines on edges, the strongest of so many, each from another input.
    case splines(edges: Int)
  }

  /// One function.
  public struct Curve: Sendable, Equatable {
    /// `group 1`, or `4 → 17` for the edge from input 4 to output 17; both count from 1.
    public var name: String
    /// Where it is evaluated, in ascending order.
    public var x: [Double]
    /// Its values there.
    public var values: [Double]
    /// The values before training, where they are the same for every training.
    public var start: [Double]?
    /// The range of its spline grid, outside of which splines fade out.
    public var grid: ClosedRange<Double>?
  }

  /// The name of the layer in model files, for example `type1.layer0`.
  public var layer: String
  /// What the functions are.
  public var kind: Kind
  /// The functions.
  public var curves: [Curve]
}

/// A network with functions of one number in it: activations, or functions on edges.
public protocol ActivatedNetwork: Network {
  /// The functions of each layer, first to last, at 241 points each.
  ///
  /// Each is computed by the rule that runs in the network. Functions without a range of their own
  /// are given on `range`; of splines on edges, the `strongest` of a layer on a little more than
  /// their grids, see ``KAN/activationCurves(_:over:strongest:)``.
  func activationCurves<S: Scalar>(
    _ parameters: Parameters<S>, over range: ClosedRange<Double>, strongest: Int
  ) -> [ActivationCurves]
}

extension ActivationCurves {
  /// 241 points spread evenly over `range`.
  static func points(over range: ClosedRange<Double>) -> [Double] {
    let length = range.upperBound - range.lowerBound
    return (0...240).map { range.lowerBound + length * (Double($0) / 240) }
  }
}

// MARK: - Dense layers

extension DenseLayer {
  /// The activation of each group on `range`, at 241 points; nil for a linear layer.
  public func activationCurves<S: Scalar>(
    _ parameters: Parameters<S>, over range: ClosedRange<Double>
  ) -> ActivationCurves? {
    if activation == .identity { return nil }
    let x = ActivationCurves.points(over: range)
    let name = String(weight.name.dropLast(".weight".count))
    guard case .rational(let groups, let start) = activation else {
      return ActivationCurves(
        layer: name, kind: .fixed(activation),
        curves: [
          .init(name: activation.description, x: x, values: functions(parameters, at: x)[0])
        ])
    }
    let (values, before) = (
      functions(parameters, at: x), functions(restarted(parameters), at: x)
    )
    return ActivationCurves(
      layer: name, kind: .rational(start: start),
      curves: (0..<groups).map {
        .init(name: "group \($0 + 1)", x: x, values: values[$0], start: before[$0])
      })
  }

  /// The activation of each group at x: what follows the affine map, with that map the identity.
  private func functions<S: Scalar>(_ parameters: Parameters<S>, at x: [Double]) -> [[Double]] {
    let groups = if case .rational(let groups, _) = activation { groups } else { 1 }
    var layout = ParameterLayout()
    let layer = DenseLayer(
      "layer", inputs: 1, outputs: groups, activation: activation, in: &layout)
    var own = Parameters<S>(layout)
    for i in layer.weight.range { own.values[i] = 1 }
    for (view, source) in zip(layer.coefficients, coefficients) { own[view] = parameters[source] }
    let tape = Tape(own, differentiates: false)
    let y = tape.value(
      of: layer(tape.input(Tensor(x.map { S($0) }, shape: [x.count, 1])), on: tape))
    return (0..<groups).map { group in
      x.indices.map { Double(y.elements[$0 * groups + group]) }
    }
  }
}

extension DenseStack {
  func activationCurves<S: Scalar>(
    _ parameters: Parameters<S>, over range: ClosedRange<Double>
  ) -> [ActivationCurves] {
    (layers + [head]).compactMap { $0.activationCurves(parameters, over: range) }
  }
}

// MARK: - Edges of a Kolmogorov–Arnold network

extension KAN: ActivatedNetwork {
  /// The functions φ on the `strongest` edges of each layer, a quarter of their grids beyond these.
  ///
  /// Of the edges of an input only the strongest is taken: the others often look like it.
  /// The strength of an edge is the standard deviation of φ over its grid: what it adds to a node
  /// beside a constant where the grid is spread as the values are.
  public func activationCurves<S: Scalar>(
    _ parameters: Parameters<S>, over _: ClosedRange<Double>, strongest: Int
  ) -> [ActivationCurves] {
    layers.map { layer in
      var found: [(strength: Double, curve: ActivationCurves.Curve)] = []
      for (i, range) in layer.ranges.enumerated() {
        let margin = (range.upperBound - range.lowerBound) / 4
        let x = ActivationCurves.points(
          over: range.lowerBound - margin...range.upperBound + margin)
        let inside = x.indices.filter { range.contains(x[$0]) }
        let edges = layer.edges(parameters, from: i, at: x).enumerated().map { j, values in
          let mean = inside.reduce(0) { $0 + values[$1] } / Double(inside.count)
          let square = inside.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) }
          return (
            strength: (square / Double(inside.count)).squareRoot(),
            curve: ActivationCurves.Curve(
              name: "\(i + 1) → \(j + 1)", x: x, values: values, grid: range)
          )
        }
        found += edges.max { $0.strength < $1.strength }.map { [$0] } ?? []
      }
      found = Array(found.sorted { $0.strength > $1.strength }.prefix(max(0, strongest)))
      return ActivationCurves(
        layer: String(layer.base.name.dropLast(".base".count)),
        kind: .splines(edges: layer.base.count), curves: found.map(\.curve))
    }
  }
}

extension KANLayer {
  /// φ at x for the edges from input `i` to each output: the layer with this input alone.
  fileprivate func edges<S: Scalar>(
    _ parameters: Parameters<S>, from i: Int, at x: [Double]
  ) -> [[Double]] {
    let outputs = base.columns
    var layout = ParameterLayout()
    let layer = KANLayer(
      "edges", ranges: [ranges[i]], outputs: outputs, grid: knots.cells, order: knots.order,
      in: &layout)
    var own = Parameters<S>(layout)
    for (view, source) in [
      (layer.base, base), (layer.coefficients, coefficients), (layer.scale, scale),
    ] {
      let from = source.offset + i * view.count
      own.values.replaceSubrange(view.range, with: parameters.values[from..<from + view.count])
    }
    let tape = Tape(own, differentiates: false)
    let y = tape.value(
      of: layer(tape.input(Tensor(x.map { S($0) }, shape: [x.count, 1])), on: tape))
    return (0..<outputs).map { j in x.indices.map { Double(y.elements[$0 * outputs + j]) } }
  }
}
