#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a set of points looks like: ranges of energies, transverse momenta and amplitudes.
public struct PointSummary: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The smallest and the largest of some numbers.
  public struct Range: Sendable, Equatable, Codable, CustomStringConvertible {
    /// The smallest.
    public var lowest: Double
    /// The largest.
    public var highest: Double

    /// Both, with five digits.
    public var description: String { "\(fiveDigits(lowest)) … \(fiveDigits(highest))" }

    init(_ values: some Sequence<Double>) {
      (lowest, highest) = values.reduce((.infinity, -.infinity)) { (min($0.0, $1), max($0.1, $1)) }
    }
  }

  /// Ranges of one particle, in GeV.
  public struct Particle: Sendable, Equatable, Codable {
    /// The energy E.
    public var energy: Range
    /// The transverse momentum √(px² + py²).
    public var transverseMomentum: Range
  }

  /// The distribution of amplitudes |M|², in GeV^(8 − 2n) for n particles.
  public struct Amplitudes: Sendable, Equatable, Codable {
    /// |M|² itself.
    public var range: Range
    /// The mean of ln |M|².
    public var logMean: Double
    /// The standard deviation of ln |M|², with 1/N.
    public var logDeviation: Double
  }

  /// The number of points.
  public var points: Int

  /// The energy in the centre of mass of the incoming particles, √s, in GeV.
  public var collisionEnergy: Range

  /// All particles in their order.
  public var particles: [Particle]

  /// The amplitudes, if there are any.
  public var amplitudes: Amplitudes?

  /// Summarises points that satisfy the checks; nil if there is none.
  ///
  /// Traps if there are amplitudes, but not one per point.
  public init?(_ momenta: Momenta, amplitudes: [Double]? = nil, incoming: Int = 2) {
    precondition(amplitudes == nil || amplitudes?.count == momenta.count, "one amplitude per point")
    if momenta.count == 0 { return nil }
    points = momenta.count
    let rows = 0..<momenta.count
    collisionEnergy = Range(
      rows.lazy.map { row in
        let total = (0..<incoming).reduce(SIMD4<Double>()) { $0 + momenta[row, $1] }
        return max(0, minkowski(total, total)).squareRoot()
      })
    particles = (0..<momenta.particles).map { particle in
      Particle(
        energy: Range(rows.lazy.map { momenta[$0, particle][0] }),
        transverseMomentum: Range(
          rows.lazy.map { row in
            let p = momenta[row, particle]
            return (p[1] * p[1] + p[2] * p[2]).squareRoot()
          }))
    }
    self.amplitudes = amplitudes.map { amplitudes in
      let logs = amplitudes.map { log($0) }
      let mean = logs.reduce(0, +) / Double(logs.count)
      let square = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)
      return Amplitudes(range: Range(amplitudes), logMean: mean, logDeviation: square.squareRoot())
    }
  }

  /// A few lines for people.
  public var description: String {
    var lines = ["√s            \(collisionEnergy) GeV"]
    for (i, particle) in particles.enumerated() {
      lines.append(
        "particle \(i + 1)    E \(particle.energy) GeV,  p_T \(particle.transverseMomentum) GeV")
    }
    if let amplitudes {
      let power = 8 - 2 * particles.count
      lines.append("|M|²          \(amplitudes.range)" + (power == 0 ? "" : " GeV^\(power)"))
      lines.append(
        "ln |M|²       mean \(fiveDigits(amplitudes.logMean)), standard deviation "
          + fiveDigits(amplitudes.logDeviation))
    }
    return lines.joined(separator: "\n")
  }
}

private func fiveDigits(_ value: Double) -> String {
  if value == 0 || !value.isFinite { return "\(value)" }
  // Shortest digits of the value rounded to five of them.
  let exponent = 4 - Int(log10(abs(value)).rounded(.down))
  let scale = pow(10, Double(abs(exponent)))
  return exponent >= 0
    ? "\((value * scale).rounded() / scale)" : "\((value / scale).rounded() * scale)"
}
