#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Flat n-body phase space of massless particles in their rest frame.
///
/// R. Kleiss, W. J. Stirling, S. D. Ellis, "A new Monte Carlo treatment of multiparticle phase
/// space at high energies", Comput. Phys. Commun. 40 (1986) 359.
public struct MasslessPhaseSpace: Sendable, Equatable {
  /// The number of outgoing particles, at least 2.
  public let particles: Int

  /// Traps for fewer than two particles.
  public init(particles: Int) {
    precondition(particles >= 2, "phase space of \(particles) particles")
    self.particles = particles
  }

  /// The phase-space volume ∫dΦ in GeV^(2n−4) at centre-of-mass energy √ŝ = `energy`.
  ///
  ///     Φₙ = (π/2)ⁿ⁻¹ (2π)^(4−3n) ŝⁿ⁻² / ((n−1)! (n−2)!)
  ///
  /// This is the constant weight of every point. For n = 3 it is ŝ/(256π³).
  public func volume(energy: Double) -> Double {
    var volume = pow(Double.pi / 2, Double(particles - 1))
    volume *= pow(2 * Double.pi, Double(4 - 3 * particles))
    for n in 1..<particles { volume /= Double(n) }
    for n in 1..<max(2, particles - 1) { volume /= Double(n) }
    return volume * pow(energy, Double(2 * particles - 4))
  }

  /// A point as `particles` momenta (E, px, py, pz) in GeV that add up to (`energy`, 0, 0, 0).
  public func sample(energy: Double, using random: inout Philox) -> [Double] {
    [Double](unsafeUninitializedCapacity: 4 * particles) { buffer, filled in
      fill(buffer.baseAddress!, energy: energy, using: &random)
      filled = 4 * particles
    }
  }

  /// Writes a point to `momenta`.
  package func fill(
    _ momenta: UnsafeMutablePointer<Double>, energy: Double, using random: inout Philox
  ) {
    // Independent isotropic massless momenta with energies from E exp(−E) …
    var (e, x, y, z) = (0.0, 0.0, 0.0, 0.0)
    for n in 0..<particles {
      let q = momenta + 4 * n
      let cosine = 2 * random.uniform() - 1
      let angle = 2 * Double.pi * random.uniform()
      q[0] = -log(random.uniform() * random.uniform())
      let transverse = q[0] * ((1 - cosine) * (1 + cosine)).squareRoot()
      q[1] = transverse * cos(angle)
      q[2] = transverse * sin(angle)
      q[3] = q[0] * cosine
      e += q[0]
      x += q[1]
      y += q[2]
      z += q[3]
    }
    // … boosted to their rest frame and scaled to the energy: the result is flat.
    let mass = (e * e - x * x - y * y - z * z).squareRoot()
    let (bx, by, bz, gamma) = (-x / mass, -y / mass, -z / mass, e / mass)
    let scale = energy / mass
    for n in 0..<particles {
      let q = momenta + 4 * n
      let projection = bx * q[1] + by * q[2] + bz * q[3]
      let along = q[0] + projection / (1 + gamma)
      q[0] = scale * (gamma * q[0] + projection)
      q[1] = scale * (q[1] + bx * along)
      q[2] = scale * (q[2] + by * along)
      q[3] = scale * (q[3] + bz * along)
    }
  }
}
