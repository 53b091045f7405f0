#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Pseudorapidity and azimuth of a momentum.
struct Direction {
  var eta, phi: Double

  init(_ p: UnsafePointer<Double>) {
    eta = asinh(p[3] / (p[1] * p[1] + p[2] * p[2]).squareRoot())
    phi = atan2(p[2], p[1])
  }

  /// (ΔR)² = (Δη)² + (Δφ)².
  func squaredDistance(_ other: Direction) -> Double {
    let angle = abs(phi - other.phi)
    let shorter = min(angle, 2 * Double.pi - angle)
    return (eta - other.eta) * (eta - other.eta) + shorter * shorter
  }
}
