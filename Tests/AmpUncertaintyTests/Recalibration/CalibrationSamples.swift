import AmpUncertainty
import Foundation

/// Momenta of five particles that go anywhere, enough for invariants.
func anyMomenta(_ count: Int, seed: UInt64) -> Momenta {
  var random = Philox(seed: seed, purpose: .phaseSpace)
  var components: [Double] = []
  for _ in 0..<5 * count {
    let p = (random.normal(), random.normal(), random.normal())
    let scale = 100 * random.uniform() + 10
    let energy = scale * (p.0 * p.0 + p.1 * p.1 + p.2 * p.2).squareRoot()
    components += [energy, scale * p.0, scale * p.1, scale * p.2]
  }
  return Momenta(components, particles: 5)
}

/// Points with the given pulls: means spread out, σ = 0.1 everywhere.
func points(pulls: [Double], seed: UInt64 = 1) throws -> CalibrationPoints {
  var random = Philox(seed: seed, purpose: .other)
  let labels = pulls.map { _ in exp(2 * random.normal()) }
  let prediction = Prediction(
    logMean: zip(labels, pulls).map { log($0) + 0.1 * $1 },
    logSystematic: pulls.map { _ in 0.1 })
  return try CalibrationPoints(
    prediction, at: anyMomenta(pulls.count, seed: seed), against: labels)
}

/// Normal deviates of width `width`.
func normals(_ count: Int, width: Double = 1, seed: UInt64) -> [Double] {
  var random = Philox(seed: seed, purpose: .step)
  return (0..<count).map { _ in width * random.normal() }
}

/// √⟨x²⟩.
func rms(_ values: [Double]) -> Double {
  (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}
