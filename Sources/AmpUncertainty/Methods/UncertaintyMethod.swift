/// How the uncertainty of the weights is trained, kept and sampled: the statistical uncertainty.
///
/// To add a method, conform a value to `PosteriorMethod` in a file of its own and add its type to
/// `UncertaintyMethod.kinds`.
public struct UncertaintyMethod: Sendable, Equatable, Codable {
  package let base: any PosteriorMethod

  package init(_ base: any PosteriorMethod) { self.base = base }

  /// All methods.
  package static let kinds: [any PosteriorMethod.Type] = [
    Deterministic.self, Ensemble.self, RepulsiveEnsemble.self, Bayesian.self, Laplace.self,
  ]

  /// The names of all methods.
  public static var names: [String] { kinds.map { $0.name } }

  /// One network: no statistical uncertainty.
  public static var deterministic: UncertaintyMethod { UncertaintyMethod(Deterministic()) }

  /// The name in options and files.
  public var name: String { type(of: base).name }

  /// Whether heads that `likelihood` reads can be fitted again after training.
  public func canRefitHeads(with likelihood: AnyLikelihood) -> Bool {
    base.canRefitHeads && likelihood.base is HeteroscedasticGaussian
  }

  private enum Key: CodingKey { case kind }

  /// Decodes the method that `kind` names.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .kind)
    base = try choose(name, among: UncertaintyMethod.kinds, of: "uncertainty") { $0.name }
      .init(from: decoder)
  }

  /// Encodes kind and numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .kind)
    try base.encode(to: encoder)
  }

  /// Whether both are the same method with the same numbers.
  public static func == (a: UncertaintyMethod, b: UncertaintyMethod) -> Bool {
    func equals<M: PosteriorMethod>(_ a: M) -> Bool { a == b.base as? M }
    return equals(a.base)
  }
}

/// A method of training that knows how to draw networks from what it has trained.
package protocol PosteriorMethod: LearningMethod, Codable, Equatable {
  /// The name in options and files, for example `repulsive`.
  static var name: String { get }

  /// Whether the head of every network can be fitted again after training, see ``HeadRefit``.
  var canRefitHeads: Bool { get }

  /// Whether it trains one network with fixed weights, which ``Finishing`` can go on with.
  var canBeFinished: Bool { get }

  /// The options that it was made from, its own defaults included.
  var options: UncertaintyOptions { get }

  /// The number of networks that a prediction averages over, unless told otherwise.
  var samples: Int { get }

  /// Throws an ``AmpError`` if `network` cannot be trained like this.
  func check(_ network: any Network) throws

  /// Throws an ``AmpError`` if batches of so many shards cannot be trained by `ranks` together.
  func check(_ ranks: any Ranks, shards: Int) throws(AmpError)

  /// The largest number of networks there are; nil if any number can be drawn.
  var available: Int? { get }

  /// The names and shapes of what a model file holds; that of training unless overridden.
  func storedLayout(for network: any Network) -> ParameterLayout

  /// What a model file holds, made from what was trained.
  func finish<S: Scalar>(_ trained: Parameters<S>, _ context: FinishContext<S>) throws
    -> Parameters<S>

  /// The parameters of `network` number `sample`, drawn from the `stored` ones.
  ///
  /// Drawn numbers depend on `sample` and on the seed that the method keeps, on nothing else.
  func network<S: Scalar>(
    _ sample: Int, from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S>

  /// ``network(_:from:of:)`` for any number of samples, what they have in common being computed once.
  func networks<S: Scalar>(
    from stored: Parameters<S>, of network: any Network
  ) -> (_ sample: Int) -> Parameters<S>

  /// The one network in the middle of the `stored` posterior; nil where there is no such network.
  func meanNetwork<S: Scalar>(
    from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S>?

  /// What was trained, with the heads that `refit` has fitted to `data`.
  func refittingHeads<S: Scalar>(
    of trained: Parameters<S>, by refit: HeadRefit, to data: TrainingSet<S>, threads: Int
  ) -> Parameters<S>
}

/// What a method may need to finish after training.
package struct FinishContext<S: Scalar> {
  /// The network.
  package let network: any Network
  /// The likelihood.
  package let likelihood: any Likelihood
  /// The training points.
  package let data: TrainingSet<S>
  /// The threads to use.
  package let threads: Int

  package init(
    network: any Network, likelihood: any Likelihood, data: TrainingSet<S>, threads: Int
  ) {
    self.network = network
    self.likelihood = likelihood
    self.data = data
    self.threads = threads
  }
}

extension PosteriorMethod {
  package func networks<S: Scalar>(
    from stored: Parameters<S>, of network: any Network
  ) -> (_ sample: Int) -> Parameters<S> {
    { self.network($0, from: stored, of: network) }
  }

  package var canRefitHeads: Bool { false }

  package var canBeFinished: Bool { false }

  package var options: UncertaintyOptions { UncertaintyOptions() }

  package func check(_ network: any Network) throws {}

  package func check(_ ranks: any Ranks, shards: Int) throws(AmpError) {
    guard !TreeSum<Double>.fits(ranks.count, shards: shards) else { return }
    throw AmpError(
      "the \(shards) shards of a batch cannot be shared by \(ranks.count) processes",
      in: "mpirun",
      remedy: "Use 2, 4 or 8 processes, and all cores of a machine with --threads.")
  }

  package func meanNetwork<S: Scalar>(
    from stored: Parameters<S>, of network: any Network
  ) -> Parameters<S>? { nil }

  package func storedLayout(for network: any Network) -> ParameterLayout { layout(for: network) }

  package func finish<S: Scalar>(
    _ trained: Parameters<S>, _ context: FinishContext<S>
  ) throws -> Parameters<S> { trained }

  package func refittingHeads<S: Scalar>(
    of trained: Parameters<S>, by refit: HeadRefit, to data: TrainingSet<S>, threads: Int
  ) -> Parameters<S> { trained }
}
