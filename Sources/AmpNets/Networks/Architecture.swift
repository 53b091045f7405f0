/// A kind of network under the name by which options and model files call it.
///
/// The one place that turns a name into a network: to add an architecture, write its file with a
/// static entry like ``mlp`` and add that to ``all``.
public struct Architecture: Sendable {
  /// The name, for example `mlp-i`.
  public let name: String
  /// What it is, in one line.
  public let summary: String
  /// The features that arXiv:2412.12069 gives it, by name.
  public let features: String
  /// The activation that arXiv:2412.12069 gives it.
  public let activation: Activation

  /// The course of the learning rate that arXiv:2412.12069 gives it.
  public let schedule: Schedule

  /// What a user can choose about any architecture.
  public struct Options: Sendable, Equatable, Codable {
    /// The widths of the hidden layers.
    public var hidden: [Int]
    /// The activation between layers.
    public var activation: Activation
    /// The number of outputs, fixed by the likelihood.
    public var outputs: Int
    /// The size of a Lorentz-equivariant transformer; nil for the architecture's own.
    public var lorentz: LorentzWidth?

    /// Creates options; three layers of 128 nodes are the paper's.
    public init(hidden: [Int] = [128, 128, 128], activation: Activation, outputs: Int) {
      self.hidden = hidden
      self.activation = activation
      self.outputs = outputs
    }
  }

  /// Builds the network for options and a number of features.
  public let build: @Sendable (_ options: Options, _ features: Int) -> any Network

  /// Describes an architecture.
  public init(
    name: String, summary: String, features: String, activation: Activation, schedule: Schedule,
    build: @escaping @Sendable (_ options: Options, _ features: Int) -> any Network
  ) {
    self.name = name
    self.summary = summary
    self.features = features
    self.activation = activation
    self.schedule = schedule
    self.build = build
  }

  /// All architectures.
  public static let all: [Architecture] = [.mlp, .mlpI, .lgatr, .lgatrSlim]

  /// The architecture called `name`; throws an ``AmpError`` that lists the names otherwise.
  public init(named name: String) throws {
    self = try choose(name, among: Architecture.all, of: "architecture", by: \.name)
  }
}

extension Activation: Codable {
  /// Decodes the activation from its name, with an optional slope: `leaky-relu`, `leaky-relu 0.2`.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  /// Encodes the activation as its name, and its slope where it has one.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if case .leakyReLU(let slope) = self {
      try container.encode("\(name) \(slope)")
    } else {
      try container.encode(name)
    }
  }

  /// Reads `gelu`, `leaky-relu`, `leaky-relu 0.2`; throws an ``AmpError`` that lists the names.
  public init(parsing text: String) throws {
    let words = text.split(separator: " ").map(String.init)
    if words.count == 2, words[0] == "leaky-relu", let slope = Double(words[1]), slope >= 0 {
      self = .leakyReLU(slope: slope)
    } else {
      self = try choose(text, among: Activation.named, of: "activation", by: \.name).value
    }
  }
}
