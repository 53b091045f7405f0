/// The four-momenta, a component being scaled alike for all particles.
///
/// For networks that several particles share: one number must mean one momentum, whichever
/// particle has it. Standardised each on its own, the p_z > 0 of one incoming parton and the
/// p_z < 0 of the other would look the same.
package struct Particles: FeatureSet {
  package let name = "particles"
  package let summary = "four-momenta, each component scaled alike for all particles"
  /// As for momenta scaled each on its own.
  package let smallestScale = 1e-2

  /// Creates the features.
  package init() {}

  package func width(particles: Int) -> Int { 4 * particles }

  package func scaledAlike(particles: Int) -> [Int] { (0..<4 * particles).map { $0 % 4 } }

  package func evaluate(
    _ momenta: UnsafePointer<Double>, particles: Int, into features: UnsafeMutablePointer<Double>
  ) {
    features.update(from: momenta, count: 4 * particles)
  }
}

/// Four-momenta scaled alike and ln s_ij together, the features of Deep Sets with invariants.
package struct ParticlesAndInvariants: FeatureSet {
  package let name = "particles+invariants"
  package let summary = "four-momenta scaled alike, and logarithms of the invariants"
  /// As for momenta scaled each on its own.
  package let smallestScale = 1e-2

  /// Creates the features.
  package init() {}

  package func width(particles: Int) -> Int {
    MomentaAndInvariants().width(particles: particles)
  }

  package func scaledAlike(particles: Int) -> [Int] {
    let width = width(particles: particles)
    return Particles().scaledAlike(particles: particles) + Array(4 * particles..<width)
  }

  package func evaluate(
    _ momenta: UnsafePointer<Double>, particles: Int, into features: UnsafeMutablePointer<Double>
  ) {
    MomentaAndInvariants().evaluate(momenta, particles: particles, into: features)
  }
}
