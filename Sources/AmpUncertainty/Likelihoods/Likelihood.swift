import Foundation

/// A probability density of the standardised target y, whose parameters a network puts out.
///
/// To add a likelihood, conform to this protocol in a file of its own and add its type to
/// ``AnyLikelihood/kinds``.
public protocol Likelihood: Objective, Codable, Equatable {
  /// The name in options and files, for example `heteroscedastic`.
  static var name: String { get }

  /// Whether it learns a width, which is the systematic uncertainty.
  var learnsWidth: Bool { get }

  /// Mean and variances of y for the outputs of one point.
  func moments(_ outputs: UnsafePointer<Double>) -> Moments

  /// The probabilities below and above y for the outputs of one point; NaN where no width is learned.
  func tails(_ y: Double, _ outputs: UnsafePointer<Double>) -> Tails
}

extension Likelihood {
  /// F(y) = ∫ p(y') dy' up to y for the outputs of one point.
  ///
  /// For calibrated densities it is uniform over points: the probability integral transform.
  public func cumulative(_ y: Double, _ outputs: UnsafePointer<Double>) -> Double {
    exp(tails(y, outputs).logBelow)
  }
}

/// `value`, or the nearer end of `range`; NaN stays NaN.
@inline(__always)
func clamped(_ value: Double, to range: ClosedRange<Double>) -> Double {
  min(max(value, range.lowerBound), range.upperBound)
}

/// Mean and variances of a density, in units of the standardised target.
public struct Moments: Sendable, Equatable {
  /// The mean.
  public var mean: Double
  /// The variance that is learned as noise, σ_syst²; zero where none is learned.
  public var systematic: Double
  /// The variance of the mean that the network itself states, as an evidential one does; else zero.
  public var statistical: Double

  /// Joins mean and variances.
  public init(mean: Double, systematic: Double = 0, statistical: Double = 0) {
    self.mean = mean
    self.systematic = systematic
    self.statistical = statistical
  }
}

/// Any likelihood, as options and model files hold it: its `kind` beside its own numbers.
public struct AnyLikelihood: Sendable, Equatable, Codable {
  /// The likelihood.
  public let base: any Likelihood

  /// Wraps a likelihood.
  public init(_ base: any Likelihood) { self.base = base }

  /// All likelihoods.
  public static let kinds: [any Likelihood.Type] = [
    HeteroscedasticGaussian.self, GaussianMixture.self, StudentT.self, EvidentialGaussian.self,
    SquaredError.self,
  ]

  private enum Key: CodingKey { case kind }

  /// Decodes the likelihood that `kind` names.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .kind)
    base = try choose(name, among: AnyLikelihood.kinds, of: "likelihood") { $0.name }
      .init(from: decoder)
  }

  /// Encodes kind and numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type(of: base).name, forKey: .kind)
    try base.encode(to: encoder)
  }

  /// Whether both are the same likelihood with the same numbers.
  public static func == (a: AnyLikelihood, b: AnyLikelihood) -> Bool {
    func equals<L: Likelihood>(_ a: L) -> Bool { a == b.base as? L }
    return equals(a.base)
  }
}
