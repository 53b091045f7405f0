/// An elementwise non-linearity f between two layers.
public enum Activation: Sendable, Equatable {
  /// f(z) = z.
  case identity
  /// f(z) = max(z, 0).
  case relu
  /// f(z) = z for z > 0 and slope · z otherwise; 0 ≤ slope.
  case leakyReLU(slope: Double = 0.01)
  /// f(z) = z Φ(z), with the Gaussian integral Φ computed exactly (arXiv:1606.08415).
  case gelu
  /// f(z) = z / (1 + exp(−z)) (arXiv:1702.03118).
  case silu
  /// f(z) = tanh z.
  case tanh

  /// The activations by the names that files and options use.
  public static let named: [(name: String, value: Activation)] = [
    ("identity", .identity), ("relu", .relu), ("leaky-relu", .leakyReLU()), ("gelu", .gelu),
    ("silu", .silu), ("tanh", .tanh),
  ]

  /// The activation called `name`, or nil.
  public init?(named name: String) {
    guard let found = Activation.named.first(where: { $0.name == name }) else { return nil }
    self = found.value
  }

  /// The name in files and options; `leaky-relu` for every slope.
  public var name: String {
    if case .leakyReLU = self { return "leaky-relu" }
    return Activation.named.first { $0.value == self }?.name ?? "identity"
  }

  /// Whether the derivative is saved in the forward pass, not found again from f(z).
  var savesDerivative: Bool { self == .gelu || self == .silu }
}
