/// What a user can choose about an uncertainty, beside its name; nil leaves it to the method.
public struct UncertaintyOptions: Sendable, Equatable, Codable {
  /// The name of the likelihood of an ensemble or a posterior: `none` for no learned width.
  public var likelihood: String?
  /// The components of a mixture.
  public var components: Int?
  /// The members of an ensemble.
  public var members: Int?
  /// The networks that are drawn from a posterior for a prediction.
  public var samples: Int?
  /// σ_p of the Gaussian prior of the weights.
  public var priorWidth: Double?
  /// Which layers have uncertain weights: `all` or `last`.
  public var bayesianLayers: String?
  /// The strength β of the repulsion, 1 in arXiv:2412.12069.
  public var beta: Double?
  /// Where members repel each other: `function` or `weights`.
  public var repulsion: String?

  /// Creates options that leave everything open.
  public init() {}

  /// The names of the options that are given, as `amp-cli fit` calls them.
  var given: [String] { UncertaintyOptions.all.filter { $0.isGiven(self) }.map(\.name) }

  /// The options called `names` alone.
  func only(_ names: [String]) -> UncertaintyOptions {
    UncertaintyOptions.all.reduce(into: UncertaintyOptions()) { result, option in
      if names.contains(option.name) { option.copy(self, &result) }
    }
  }

  private struct Option {
    let name: String
    let isGiven: (UncertaintyOptions) -> Bool
    let copy: (UncertaintyOptions, inout UncertaintyOptions) -> Void

    init<Value>(_ name: String, _ path: WritableKeyPath<UncertaintyOptions, Value?>) {
      self.name = name
      isGiven = { $0[keyPath: path] != nil }
      copy = { $1[keyPath: path] = $0[keyPath: path] }
    }
  }

  private static var all: [Option] {
    [
      Option("likelihood", \.likelihood), Option("components", \.components),
      Option("members", \.members), Option("samples", \.samples),
      Option("prior-width", \.priorWidth), Option("bayesian-layers", \.bayesianLayers),
      Option("beta", \.beta), Option("repulsion", \.repulsion),
    ]
  }
}

/// A way to learn uncertainties under the name by which options call it.
///
/// The one place that turns a name into a likelihood and a method: to add one, write its entry like
/// ``heteroscedastic`` beside the likelihood or method and add it to ``all``.
public struct UncertaintyChoice: Sendable {
  /// The name, for example `repulsive`.
  public let name: String
  /// What it is, in one line.
  public let summary: String
  /// The options that it reads, as `amp-cli fit` calls them.
  public let options: [String]
  /// The likelihood and the method for options and the widths of the hidden layers.
  package let build:
    @Sendable (UncertaintyOptions, _ hidden: [Int]) throws -> (any Likelihood, any PosteriorMethod)

  package init(
    name: String, summary: String, options: [String] = [],
    build:
      @escaping @Sendable (UncertaintyOptions, _ hidden: [Int]) throws -> (
        any Likelihood, any PosteriorMethod
      )
  ) {
    self.name = name
    self.summary = summary
    self.options = options
    self.build = build
  }

  /// All choices.
  public static let all: [UncertaintyChoice] =
    likelihoods + [
      .ensemble, .repulsive, .bayesian, .laplace,
    ]

  /// The choices that are one network with a likelihood of that name.
  public static let likelihoods: [UncertaintyChoice] = [
    .heteroscedastic, .mixture, .studentT, .evidential, .none,
  ]

  /// The choice called `name`; throws an ``AmpError`` that lists the names otherwise.
  public init(named name: String) throws {
    self = try choose(name, among: UncertaintyChoice.all, of: "uncertainty", by: \.name)
  }

  /// Likelihood and method for `options`; throws an ``AmpError`` for options it does not read.
  public func resolve(
    _ options: UncertaintyOptions, hidden: [Int]
  ) throws -> (AnyLikelihood, UncertaintyMethod) {
    if let unread = options.given.first(where: { !self.options.contains($0) }) {
      let known = self.options.map { "--" + $0 }.joined(separator: ", ")
      throw AmpError(
        "\(name) has no such option", in: "--" + unread,
        remedy: self.options.isEmpty ? "Leave it out." : "Leave it out; \(name) has \(known).")
    }
    let (likelihood, method) = try build(options, hidden)
    return (AnyLikelihood(likelihood), UncertaintyMethod(method))
  }

  /// Those of `options` that this choice reads.
  public func known(of options: UncertaintyOptions) -> UncertaintyOptions {
    options.only(self.options)
  }

  /// The options that resolve to `likelihood` and `method`, those with defaults too.
  public func options(
    of likelihood: AnyLikelihood, _ method: UncertaintyMethod
  ) -> UncertaintyOptions {
    var options = method.base.options
    options.likelihood = type(of: likelihood.base).name
    options.components = (likelihood.base as? GaussianMixture)?.components
    return known(of: options)
  }
}

extension UncertaintyChoice {
  /// One network that learns a Gaussian width beside its mean, see ``HeteroscedasticGaussian``.
  public static let heteroscedastic = UncertaintyChoice(
    name: HeteroscedasticGaussian.name, summary: "one network that learns mean and Gaussian width"
  ) { _, _ in (HeteroscedasticGaussian(), Deterministic()) }
}

extension UncertaintyOptions {
  /// The likelihood of the networks of an ensemble or a posterior, heteroscedastic unless chosen.
  ///
  /// Throws an ``AmpError`` for an unknown name, or components without a mixture.
  public func resolvedLikelihood() throws -> any Likelihood {
    var own = UncertaintyOptions()
    own.components = components
    return try located("--likelihood") {
      let name = likelihood ?? HeteroscedasticGaussian.name
      return try choose(name, among: UncertaintyChoice.likelihoods, of: "likelihood", by: \.name)
        .resolve(own, hidden: []).0.base
    }
  }
}
