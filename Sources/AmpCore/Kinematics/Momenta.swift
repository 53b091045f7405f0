/// Four-momenta of many phase-space points, (points, particles, 4) as (E, px, py, pz) in GeV.
///
/// Particles stand in the order of the process, incoming first, all energies positive. For
/// g g → γ γ g: g₁, g₂, γ₁, γ₂, g with the photons ordered by p_T, leading first.
public struct Momenta: Sendable, Equatable {
  /// All components, row-major: `components[(point * particles + particle) * 4 + μ]`.
  public var components: [Double]

  /// The number of particles of a point, incoming ones included.
  public let particles: Int

  /// The number of points.
  public var count: Int { components.count / (4 * particles) }

  /// Wraps row-major components; traps unless their number is a multiple of 4 · particles.
  public init(_ components: [Double], particles: Int) {
    precondition(
      particles > 0 && components.count % (4 * particles) == 0,
      "\(components.count) components are not a whole number of points of \(particles) momenta")
    self.components = components
    self.particles = particles
  }

  /// The four-momentum of `particle` in `point`, as (E, px, py, pz).
  @inlinable
  public subscript(point: Int, particle: Int) -> SIMD4<Double> {
    let at = (point * particles + particle) * 4
    return SIMD4(components[at], components[at + 1], components[at + 2], components[at + 3])
  }

  /// The points in `rows`, in that order.
  public func rows(_ rows: some Collection<Int>) -> Momenta {
    let width = 4 * particles
    var picked = [Double]()
    picked.reserveCapacity(rows.count * width)
    for row in rows { picked.append(contentsOf: components[row * width..<(row + 1) * width]) }
    return Momenta(picked, particles: particles)
  }
}

/// The Minkowski product p·q = p⁰q⁰ − p¹q¹ − p²q² − p³q³.
@inlinable
public func minkowski(_ p: SIMD4<Double>, _ q: SIMD4<Double>) -> Double {
  let product = p * q
  return product[0] - product[1] - product[2] - product[3]
}
