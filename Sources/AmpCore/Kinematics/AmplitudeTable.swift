/// Phase-space points with their squared amplitudes |M|² in GeV^(8 − 2n) for n particles.
///
/// |M|² is averaged over initial and summed over final spins and colours.
public struct AmplitudeTable: Sendable, Equatable {
  /// The four-momenta, (count, particles, 4) in GeV.
  public var momenta: Momenta

  /// The squared amplitudes, one per point.
  public var amplitudes: [Double]

  /// The number of points.
  public var count: Int { amplitudes.count }

  /// Joins momenta and amplitudes; traps unless there is one amplitude per point.
  public init(momenta: Momenta, amplitudes: [Double]) {
    precondition(
      momenta.count == amplitudes.count,
      "\(momenta.count) points but \(amplitudes.count) amplitudes")
    self.momenta = momenta
    self.amplitudes = amplitudes
  }

  /// The points in `rows`, in that order.
  public func rows(_ rows: some Collection<Int>) -> AmplitudeTable {
    AmplitudeTable(momenta: momenta.rows(rows), amplitudes: rows.map { amplitudes[$0] })
  }
}
