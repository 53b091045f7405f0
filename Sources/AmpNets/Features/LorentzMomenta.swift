/// Four-momenta in the centre-of-mass frame of the incoming particles, divided by one common scale.
///
/// What a Lorentz-equivariant network reads: a scale or shift of single components would break the
/// symmetry. The boost along p₁ + p₂ changes no invariant, but keeps components small.
package struct LorentzMomenta: FeatureSet {
  package let name = "lorentz"
  package let summary = "four-momenta in the partonic centre-of-mass frame, with one common scale"
  package let sharesScale = true

  /// Creates the features.
  package init() {}

  package func width(particles: Int) -> Int { 4 * particles }

  package func evaluate(
    _ momenta: UnsafePointer<Double>, particles: Int, into features: UnsafeMutablePointer<Double>
  ) {
    let total = SIMD4(
      momenta[0] + momenta[4], momenta[1] + momenta[5], momenta[2] + momenta[6],
      momenta[3] + momenta[7])
    let mass =
      (total[0] * total[0] - total[1] * total[1] - total[2] * total[2]
      - total[3] * total[3]).squareRoot()
    for i in 0..<particles {
      let (p, result) = (momenta + 4 * i, features + 4 * i)
      let energy = (total[0] * p[0] - total[1] * p[1] - total[2] * p[2] - total[3] * p[3]) / mass
      let factor = (p[0] + energy) / (total[0] + mass)
      result[0] = energy
      for k in 1..<4 { result[k] = p[k] - total[k] * factor }
    }
  }
}
