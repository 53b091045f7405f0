/// A network as a value: its shape, not its weights.
///
/// To add an architecture, conform to this protocol in a file of its own and add one line to
/// ``Architecture/all``.
public protocol Network: Sendable {
  /// The names and shapes of all parameters.
  var layout: ParameterLayout { get }

  /// The number of features of a point.
  var inputs: Int { get }

  /// The last layer, whose outputs the likelihood reads.
  var head: DenseLayer { get }

  /// Draws the initial parameters.
  func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox)

  /// The last hidden layer for x (points, inputs), what the head is applied to.
  func hidden<S: Scalar>(_ x: Tape<S>.Variable, on tape: Tape<S>) -> Tape<S>.Variable
}

extension Network {
  /// The number of outputs of a point.
  public var outputs: Int { head.weight.columns }

  /// The outputs (points, outputs) for x (points, inputs).
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    head(hidden(x, on: tape), on: tape)
  }

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
