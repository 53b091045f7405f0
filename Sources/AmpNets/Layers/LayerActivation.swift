/// What follows the affine map of a layer: a fixed function, or one that is learned.
///
/// ``Activation`` is a function without parameters; a rational activation (GroupKAN,
/// arXiv:2412.12069, Eq. 49) brings its own.
public enum LayerActivation: Sendable, Equatable {
  /// One function for all channels, without parameters.
  case fixed(Activation)
  /// One learned rational function of order 5/5 for each of `groups` contiguous groups of channels.
  ///
  /// The channels are divided as evenly as possible. The functions start as `start`.
  case rational(groups: Int, start: RationalStart = .gelu)

  /// f(z) = z.
  public static let identity = fixed(.identity)
  /// f(z) = max(z, 0).
  public static let relu = fixed(.relu)
  /// f(z) = z for z > 0 and slope · z otherwise.
  public static func leakyReLU(slope: Double = 0.01) -> Self { fixed(.leakyReLU(slope: slope)) }
  /// f(z) = z Φ(z).
  public static let gelu = fixed(.gelu)
  /// f(z) = z / (1 + exp(−z)).
  public static let silu = fixed(.silu)
  /// f(z) = tanh z.
  public static let tanh = fixed(.tanh)

  /// The names that options and files use, `groupkan-4` standing for any number of groups.
  public static let names = Activation.named.map(\.name) + ["groupkan-4"]

  /// The name in options and files, for example `gelu` or `groupkan-4`.
  public var name: String {
    switch self {
    case .fixed(let activation): activation.name
    case .rational(let groups, _): "groupkan-\(groups)"
    }
  }
}

extension LayerActivation: Codable, CustomStringConvertible {
  /// The text that ``init(parsing:)`` reads, for example `leaky-relu 0.2` or `groupkan-4 silu`.
  public var description: String {
    switch self {
    case .fixed(.leakyReLU(let slope)): "\(name) \(slope)"
    case .fixed, .rational(_, .gelu): name
    case .rational(_, let start): "\(name) \(start.rawValue)"
    }
  }

  /// Reads `gelu`, `leaky-relu 0.2`, `groupkan-4`, `groupkan-4 silu`.
  ///
  /// Throws an ``AmpError`` that lists the names.
  public init(parsing text: String) throws {
    let words = text.lowercased().split(separator: " ").map(String.init)
    let prefix = "groupkan-"
    guard let first = words.first, first.hasPrefix(prefix) else {
      guard Activation(named: words.first ?? "") != nil else {
        _ = try choose(text, among: LayerActivation.names, of: "activation") { $0 }
        self = .rational(groups: 4)
        return
      }
      self = .fixed(try Activation(parsing: text))
      return
    }
    guard let groups = Int(first.dropFirst(prefix.count)), (1...65536).contains(groups),
      words.count <= 2
    else {
      throw AmpError(
        "\"\(text)\" is no activation", remedy: "Give a number of groups: groupkan-4, groupkan-8.")
    }
    let start = try words.dropFirst().first.map {
      try choose($0, among: RationalStart.allCases, of: "start of a rational", by: \.rawValue)
    }
    self = .rational(groups: groups, start: start ?? .gelu)
  }

  /// Decodes what ``init(parsing:)`` reads.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  /// Encodes ``description``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The function that a rational activation P(x)/Q(x) nearly is before training.
///
/// P(x) = Σ a_i xⁱ and Q(x) = 1 + Σ |b_j| |x|ʲ, which is never below one. The numbers are fitted to
/// just this Q on [−3, 3] (Tests/Fixtures/scripts/rational_start.py): with the other denominator in
/// use, 1 + |Σ b_j xʲ|, they would be another function.
public enum RationalStart: String, Sendable, Codable, CaseIterable {
  /// z Φ(z), to 1.3e-3.
  case gelu
  /// z / (1 + exp(−z)), to 5e-7.
  case silu
  /// z, exactly.
  case identity

  /// a₀ … a₅.
  package var numerator: [Double] {
    switch self {
    case .gelu:
      [
        -0.00127444981948, 0.499999974849, 0.40815654838, 0.106762634563, 0.00857912709628,
        5.97923360823e-09,
      ]
    case .silu:
      [
        4.56156882474e-07, 0.500000025577, 0.249996603022, 0.0532448736998, 0.00579309558714,
        0.00027386763533,
      ]
    case .identity: [0, 1, 0, 0, 0, 0]
    }
  }

  /// b₁ … b₅.
  package var denominator: [Double] {
    switch self {
    case .gelu:
      [0, 0.213525167284, 6.77236012825e-08, 0, 0]
    case .silu:
      [1.31829425501e-07, 0.106489632281, 4.14665377348e-08, 0.000547729980969, 0]
    case .identity: [0, 0, 0, 0, 0]
    }
  }
}
