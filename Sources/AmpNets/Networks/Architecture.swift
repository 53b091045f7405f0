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
  public let activation: LayerActivation
  /// The course of the learning rate that arXiv:2412.12069 gives it.
  public let schedule: Schedule
  /// The arithmetic that arXiv:2412.12069 gives it.
  public let precision: Precision
  /// The widths of the hidden layers that arXiv:2412.12069 gives it.
  public let hidden: [Int]
  /// Whether the last layer is dense, so that its row for ln σ² can be fitted again.
  public let hasDenseHead: Bool
  /// The sizes that only some architectures have, as it has them if nothing is chosen.
  public let sizes: Sizes

  /// The sizes that only some architectures have; nil where an architecture does not have one.
  public struct Sizes: Sendable, Equatable {
    /// The features of a particle's embedding in Deep Sets.
    public var embedding: Int?
    /// The intervals of a spline grid.
    public var grid: Int?
    /// The polynomial order of splines.
    public var order: Int?
    /// The size of a Lorentz-equivariant transformer, which has no widths of hidden layers.
    public var lorentz: LorentzWidth?

    /// Collects sizes.
    public init(
      embedding: Int? = nil, grid: Int? = nil, order: Int? = nil, lorentz: LorentzWidth? = nil
    ) {
      self.embedding = embedding
      self.grid = grid
      self.order = order
      self.lorentz = lorentz
    }
  }

  /// What a user can choose about any architecture.
  public struct Options: Sendable, Equatable, Codable {
    /// The widths of the hidden layers.
    public var hidden: [Int]
    /// The activation between layers.
    public var activation: LayerActivation
    /// The number of outputs, fixed by the likelihood.
    public var outputs: Int
    /// The type of each particle for Deep Sets, from 0; nil for ``DeepSets/types(particles:)``.
    public var types: [Int]?
    /// The features of a particle's embedding in Deep Sets; nil for 64.
    public var embedding: Int?
    /// The intervals of a spline grid; nil for 10.
    public var grid: Int?
    /// The polynomial order of splines; nil for 3.
    public var order: Int?
    /// The range of the spline grid for each input of each layer; nil for [−1, 1].
    public var gridRanges: [[ClosedRange<Double>]]?
    /// The size of a Lorentz-equivariant transformer; nil for the architecture's own.
    public var lorentz: LorentzWidth?

    /// Creates options; three layers of 128 nodes are the paper's.
    public init(
      hidden: [Int] = [128, 128, 128], activation: LayerActivation, outputs: Int,
      types: [Int]? = nil, embedding: Int? = nil, grid: Int? = nil, order: Int? = nil,
      gridRanges: [[ClosedRange<Double>]]? = nil, lorentz: LorentzWidth? = nil
    ) {
      self.hidden = hidden
      self.activation = activation
      self.outputs = outputs
      self.types = types
      self.embedding = embedding
      self.grid = grid
      self.order = order
      self.gridRanges = gridRanges
      self.lorentz = lorentz
    }
  }

  /// Builds the network for options and a number of features.
  ///
  /// Throws an ``AmpError`` if the architecture cannot be built for them.
  public let build: @Sendable (_ options: Options, _ features: Int) throws -> any Network

  /// Describes an architecture.
  public init(
    name: String, summary: String, features: String, activation: LayerActivation,
    schedule: Schedule, precision: Precision = .float32, hidden: [Int] = [128, 128, 128],
    hasDenseHead: Bool = true, sizes: Sizes = Sizes(),
    build: @escaping @Sendable (_ options: Options, _ features: Int) throws -> any Network
  ) {
    self.name = name
    self.summary = summary
    self.features = features
    self.activation = activation
    self.schedule = schedule
    self.precision = precision
    self.hidden = hidden
    self.hasDenseHead = hasDenseHead
    self.sizes = sizes
    self.build = build
  }

  /// All architectures.
  public static let all: [Architecture] = [
    .mlp, .mlpI, .deepSets, .deepSetsI, .kan, .groupKAN, .lgatr, .lgatrSlim,
  ]

  /// The architecture called `name`; throws an ``AmpError`` that lists the names otherwise.
  public init(named name: String) throws {
    self = try choose(name, among: Architecture.all, of: "architecture", by: \.name)
  }
}

/// The arithmetic of a network.
public enum Precision: String, Sendable, Codable, CaseIterable {
  /// Single precision.
  case float32
  /// Double precision.
  case float64
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
