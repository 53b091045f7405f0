/// A network as a value: its shape, not its weights.
///
/// To add an architecture, conform to this protocol (or to ``DenseHeadNetwork``, if the last layer
/// is dense) in a file of its own and add one line to ``Architecture/all``.
public protocol Network: Sendable {
  /// The names and shapes of all parameters.
  var layout: ParameterLayout { get }

  /// The number of features of a point.
  var inputs: Int { get }

  /// The number of outputs of a point, which the likelihood reads.
  var outputs: Int { get }

  /// Draws the initial parameters.
  func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox)

  /// Whether it takes differences of nearly equal numbers, so that predictions need double precision.
  ///
  /// Training does not: there rounding is noise like that of the batches.
  var amplifiesRounding: Bool { get }

  /// The weights, one column per output, that multiply all of an output but its bias.
  var outputWeights: [ParameterView] { get }

  /// The outputs (points, outputs) for x (points, inputs).
  func callAsFunction<S: Scalar>(_ x: Tape<S>.Variable, on tape: Tape<S>) -> Tape<S>.Variable
}

/// A network that ends in a dense layer, whose row for ln σ² can be fitted again.
public protocol DenseHeadNetwork: Network {
  /// The last layer, whose outputs the likelihood reads.
  var head: DenseLayer { get }

  /// The last hidden layer for x (points, inputs), what the head is applied to.
  func hidden<S: Scalar>(_ x: Tape<S>.Variable, on tape: Tape<S>) -> Tape<S>.Variable
}

extension DenseHeadNetwork {
  /// The number of outputs of the head.
  public var outputs: Int { head.weight.columns }

  /// The weights of the head.
  public var outputWeights: [ParameterView] { [head.weight] }

  /// The outputs (points, outputs) for x (points, inputs).
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    head(hidden(x, on: tape), on: tape)
  }
}

extension Network {
  /// Most networks do not.
  public var amplifiesRounding: Bool { false }

  /// Fresh parameters for `seed` and ensemble member `member`.
  public func initialParameters<S: Scalar>(
    seed: UInt64, member: UInt32 = 0, as type: S.Type = S.self
  ) -> Parameters<S> {
    var rng = Philox(seed: seed, purpose: .weights, member: member)
    var parameters = Parameters<S>(layout)
    initialize(&parameters, using: &rng)
    return parameters
  }
}
