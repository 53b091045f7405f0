/// The most general Lorentz-equivariant linear map between tokens.
///
/// arXiv:2405.14806, Sec. 3.
///
///     y_o = Σ_i Σ_k ( v_k(i,o) <x_i>_k + w_k(i,o) <x_i>_k e0123 )
///
/// over input channels i and grades k: ten matrices (inputs, outputs) for the connected subgroup
/// SO⁺(1,3), the five v_k alone for the full Lorentz group. Scalars mix with the components 0 and
/// 15 (0 alone for the full group), which are invariant.
public struct EquiLinear: Sendable {
  /// The symmetry that a map respects.
  public enum Symmetry: Sendable {
    /// Rotations and boosts, SO⁺(1,3).
    case connected
    /// Rotations, boosts, parity and time reversal, O(1,3).
    case full
  }

  /// How the initial weights are drawn; all are uniform.
  public enum Start: Sendable {
    /// Keeps or slightly reduces the variance.
    case usual
    /// A tenth of that.
    case small
    /// Half of that, with biases of the invariant components around one.
    case almostUnitScalar
  }

  /// The paths of all weights.
  public let mixing: ChannelMixing
  private let maps: [ParameterView]
  private let toInvariants: [ParameterView]
  private let fromInvariants: [ParameterView]
  private let scalars: ParameterView?
  private let invariantBiases: [ParameterView]
  private let scalarBias: ParameterView?
  private let channels: (inputs: Int, outputs: Int)

  /// Adds the parameters `name.…` to `layout`; traps unless both shapes are of multivectors and the
  /// input has scalars.
  public init(
    _ name: String, from input: TokenShape, to output: TokenShape,
    symmetry: Symmetry = .connected, in layout: inout ParameterLayout
  ) {
    precondition(
      input.components == 16 && output.components == 16 && input.scalars > 0,
      "an equivariant map from \(input) to \(output)")
    func add(_ part: String, _ rows: Int, _ columns: Int) -> ParameterView {
      layout.add("\(name).\(part)", rows: rows, columns: columns)
    }
    typealias Path = ChannelMixing.Path
    let invariants = symmetry == .connected ? [0, 15] : [0]
    channels = (input.channels, output.channels)
    maps =
      (0..<5).map { add("grade\($0)", input.channels, output.channels) }
      + (symmetry == .connected
        ? (0..<5).map { add("dual\($0)", input.channels, output.channels) } : [])
    toInvariants = invariants.map { add("scalars-to-\($0)", input.scalars, output.channels) }
    invariantBiases = invariants.map { add("bias-of-\($0)", 1, output.channels) }
    var paths: [Path] = []
    for i in 0..<16 {
      let (grade, source) = (SpacetimeAlgebra.grade[i], input.row(ofComponent: i))
      paths.append(Path(maps[grade], from: source, to: output.row(ofComponent: i)))
      if symmetry == .connected {
        paths.append(
          Path(
            maps[5 + grade], from: source, to: output.row(ofComponent: 15 - i),
            negative: SpacetimeAlgebra.dualSigns[i] < 0))
      }
    }
    for (i, view) in zip(invariants, toInvariants) {
      paths.append(Path(view, from: input.firstScalar, to: output.row(ofComponent: i)))
    }
    var biases = zip(invariants, invariantBiases).map {
      (view: $1, target: output.row(ofComponent: $0))
    }
    if output.scalars > 0 {
      fromInvariants = invariants.map { add("\($0)-to-scalars", input.channels, output.scalars) }
      let scalars = add("scalars", input.scalars, output.scalars)
      let bias = add("bias-of-scalars", 1, output.scalars)
      for (i, view) in zip(invariants, fromInvariants) {
        paths.append(Path(view, from: input.row(ofComponent: i), to: output.firstScalar))
      }
      paths.append(Path(scalars, from: input.firstScalar, to: output.firstScalar))
      biases.append((view: bias, target: output.firstScalar))
      (self.scalars, scalarBias) = (scalars, bias)
    } else {
      fromInvariants = []
      (scalars, scalarBias) = (nil, nil)
    }
    mixing = ChannelMixing(inputs: input.rows, outputs: output.rows, paths: paths, biases: biases)
  }

  /// Applies the map to tokens, and adds `base`, where there is one.
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, addedTo base: Tape<S>.Variable? = nil, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    tape.mix(x, by: mixing, addedTo: base)
  }

  /// Draws initial weights as the reference implementation does.
  ///
  /// With f = 1, 0.1 or 0.5 by `start` and C, S the input channels and scalars: maps ±f/√C, those
  /// into invariant components and from scalars to them a √2 less, biases ±1/√(S + C), for scalar
  /// outputs ±f/√fan/√2. `outputs` restricts the draw to some output channels.
  public func initialize<S: Scalar>(
    _ parameters: inout Parameters<S>, _ start: Start = .usual, outputs: Range<Int>? = nil,
    using rng: inout Philox
  ) {
    let factor = start == .usual ? 1 : start == .small ? 0.1 : 0.5
    let scalarFactor = start == .small ? 0.1 : 1.0
    let root = 2.0.squareRoot()
    let range = outputs ?? 0..<channels.outputs
    func draw(_ view: ParameterView, _ bound: Double, shift: Double = 0, in range: Range<Int>) {
      for i in 0..<view.rows {
        for j in range {
          parameters.values[view.offset + i * view.columns + j] = S(
            shift + (2 * rng.uniform() - 1) * bound)
        }
      }
    }
    let inputs = Double(channels.inputs)
    for (k, view) in maps.enumerated() {
      let halved = k == 0 || k == maps.count - 1
      draw(view, factor / inputs.squareRoot() / (halved ? root : 1), in: range)
    }
    let scalars = Double(toInvariants[0].rows)
    for (view, bias) in zip(toInvariants, invariantBiases) {
      draw(view, factor / scalars.squareRoot() / root, in: range)
      draw(
        bias, 1 / (scalars + inputs).squareRoot(), shift: start == .almostUnitScalar ? 1 : 0,
        in: range)
    }
    guard let mixed = self.scalars, let scalarBias else { return }
    let fan = inputs * Double(fromInvariants.count)
    for view in fromInvariants {
      draw(view, scalarFactor / fan.squareRoot() / root, in: 0..<view.columns)
    }
    draw(mixed, scalarFactor / scalars.squareRoot() / root, in: 0..<mixed.columns)
    draw(scalarBias, scalarFactor / (fan + scalars).squareRoot(), in: 0..<scalarBias.columns)
  }
}
