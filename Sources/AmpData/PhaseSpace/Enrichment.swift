/// More points where an amplitude varies most: near soft and collinear corners and at high energy.
///
/// Of flat points inside the cuts a fraction w/``largest`` is kept, with
///
///     w = min(largest, max(1, 0.12/r) · max(1, √ŝ/E)),   r = min s_ij/s₁₂,
///
/// over all pairs but s₁₂, and E one and a half times the smallest √ŝ that the cuts allow. For
/// training only: a surrogate is judged, and a cross section found, with the flat distribution.
public struct Enrichment: Sendable, Equatable {
  /// How many times as many points as elsewhere there are in the corners, at most.
  public var largest: Double

  /// Creates an enrichment up to `largest`.
  public init(largest: Double) { self.largest = largest }

  /// w/``largest`` for momenta of `legs` particles, the first two of them incoming.
  func probability(_ p: UnsafePointer<Double>, legs: Int, minimumEnergy: Double) -> Double {
    func invariant(_ i: Int, _ j: Int) -> Double {
      let (a, b) = (p + 4 * i, p + 4 * j)
      return 2 * (a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3])
    }
    let s = invariant(0, 1)
    var smallest = Double.infinity
    for i in 0..<legs {
      for j in max(2, i + 1)..<max(2, i + 1, legs) { smallest = min(smallest, invariant(i, j)) }
    }
    let corner = max(1, 0.12 * s / max(smallest, s * 1e-9))
    let energy = max(1, s.squareRoot() / (1.5 * minimumEnergy))
    return min(largest, corner * energy) / largest
  }

  func validate() throws(AmpError) {
    guard largest >= 1, largest <= 1000 else {
      throw AmpError(
        "an enrichment of \(largest) is not possible", in: "enrichment",
        remedy: "Give a factor from 1 to 1000, for example 20.")
    }
  }
}
