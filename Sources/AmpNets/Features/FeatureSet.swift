/// A choice of numbers that a network reads for a phase-space point, computed in Double.
///
/// To add features, conform to this protocol in a file of its own and add one line to
/// ``FeatureSets/all``.
public protocol FeatureSet: Sendable {
  /// The name in options and model files.
  var name: String { get }

  /// What they are, in one line.
  var summary: String { get }

  /// Whether identical particles are first brought into a canonical order.
  var foldsSymmetries: Bool { get }

  /// The smallest standard deviation by which a feature is divided, in its own units.
  var smallestScale: Double { get }

  /// For each feature the first one with which it shares mean and standard deviation, or itself.
  func scaledAlike(particles: Int) -> [Int]

  /// Whether all features are divided by one common scale and keep their mean.
  var sharesScale: Bool { get }

  /// The number of features of a point of `particles` momenta.
  func width(particles: Int) -> Int

  /// Writes the features of one point, momenta (particles, 4) in GeV.
  func evaluate(
    _ momenta: UnsafePointer<Double>, particles: Int, into features: UnsafeMutablePointer<Double>)
}

extension FeatureSet {
  /// Most features are used as the momenta stand.
  public var foldsSymmetries: Bool { false }

  /// Most features are standardised one by one.
  public var sharesScale: Bool { false }

  /// Only a feature that does not vary at all is left unscaled.
  public var smallestScale: Double { 0 }

  /// Most features are standardised each on its own.
  public func scaledAlike(particles: Int) -> [Int] { Array(0..<width(particles: particles)) }
}

/// The features there are.
public enum FeatureSets {
  /// All of them.
  public static let all: [any FeatureSet] = [
    FourMomenta(), Invariants(), MomentaAndInvariants(), Particles(), ParticlesAndInvariants(),
    Ratios(), LorentzMomenta(),
  ]

  /// The features called `name`; throws an ``AmpError`` that lists the names otherwise.
  public static func named(_ name: String) throws -> any FeatureSet {
    try choose(name, among: all, of: "feature set", by: \.name)
  }
}

/// All components (E, px, py, pz) in GeV.
package struct FourMomenta: FeatureSet {
  package let name = "momenta"
  package let summary = "all components of the four-momenta"
  /// Components that do not vary, as p_x of an incoming parton, are not blown up (1e-2 GeV).
  package let smallestScale = 1e-2

  /// Creates the features.
  package init() {}

  package func width(particles: Int) -> Int { 4 * particles }

  package func evaluate(
    _ momenta: UnsafePointer<Double>, particles: Int, into features: UnsafeMutablePointer<Double>
  ) {
    features.update(from: momenta, count: 4 * particles)
  }
}

/// The logarithms ln s_ij of all pairs, s_ij = 2 p_i·p_j in GeV².
///
/// arXiv:2412.12069, Eq. 43.
package struct Invariants: FeatureSet {
  package let name = "invariants"
  package let summary = "logarithms of the Mandelstam invariants of all pairs"

  /// Creates the features.
  package init() {}

  package func width(particles: Int) -> Int { particles * (particles - 1) / 2 }

  package func evaluate(
    _ momenta: UnsafePointer<Double>, particles: Int, into features: UnsafeMutablePointer<Double>
  ) {
    var at = 0
    for i in 0..<particles {
      for j in i + 1..<particles {
        features[at] = logInvariant(momenta, i, j)
        at += 1
      }
    }
  }
}

/// Four-momenta and ln s_ij together, the features of the paper's MLP-I.
package struct MomentaAndInvariants: FeatureSet {
  package let name = "momenta+invariants"
  package let summary = "four-momenta and logarithms of the invariants"
  /// As for the momenta alone.
  package let smallestScale = 1e-2

  /// Creates the features.
  package init() {}

  package func width(particles: Int) -> Int {
    FourMomenta().width(particles: particles) + Invariants().width(particles: particles)
  }

  package func evaluate(
    _ momenta: UnsafePointer<Double>, particles: Int, into features: UnsafeMutablePointer<Double>
  ) {
    FourMomenta().evaluate(momenta, particles: particles, into: features)
    Invariants().evaluate(momenta, particles: particles, into: features + 4 * particles)
  }
}

/// ln(s_ij/s₁₂) of all pairs but the first, of momenta in canonical order.
///
/// By dimensional analysis a suitably scaled |M|² is a function of these alone, if it is even
/// under parity; exchanging identical particles changes nothing, so one order is enough.
package struct Ratios: FeatureSet {
  package let name = "ratios"
  package let summary = "logarithms of the dimensionless ratios s_ij/s_12, symmetries folded away"
  package let foldsSymmetries = true
  /// Ratios that are the same at all points, as s₃₄/s₁₂ of four particles, are rounding errors alone.
  package let smallestScale = 1e-6

  /// Creates the features.
  package init() {}

  package func width(particles: Int) -> Int { Invariants().width(particles: particles) - 1 }

  package func evaluate(
    _ momenta: UnsafePointer<Double>, particles: Int, into features: UnsafeMutablePointer<Double>
  ) {
    let scale = logInvariant(momenta, 0, 1)
    var at = 0
    for i in 0..<particles {
      for j in i + 1..<particles where j > 1 {
        features[at] = logInvariant(momenta, i, j) - scale
        at += 1
      }
    }
  }
}
