import AmpData
import Foundation
import TestSupport
import Testing

struct MasslessPhaseSpaceTests {
  @Test(arguments: 0..<64 as Range<UInt64>)
  func momentaAreMasslessAndConserved(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .phaseSpace)
    let space = MasslessPhaseSpace(particles: 2 + Int(seed % 7))
    let p = space.sample(energy: 250, using: &random)
    var total = [0.0, 0, 0, 0]
    for n in 0..<space.particles {
      let (e, x, y, z) = (p[4 * n], p[4 * n + 1], p[4 * n + 2], p[4 * n + 3])
      #expect(e > 0)
      expectClose(x * x + y * y + z * z, e * e, relative: 1e-12)
      for c in 0..<4 { total[c] += p[4 * n + c] }
    }
    expectClose(total, [250, 0, 0, 0], absolute: 1e-10)
  }

  @Test func volumesAreThoseOfTheClosedForms() {
    let pi = Double.pi
    expectClose(
      MasslessPhaseSpace(particles: 2).volume(energy: 91), 1 / (8 * pi), relative: 1e-14)
    expectClose(
      MasslessPhaseSpace(particles: 3).volume(energy: 91), 91 * 91 / (256 * pi * pi * pi),
      relative: 1e-14)
    // Φ₄ = ŝ² / (24576 π⁵)
    expectClose(
      MasslessPhaseSpace(particles: 4).volume(energy: 91), pow(91, 4) / (24576 * pow(pi, 5)),
      relative: 1e-14)
  }

  @Test func threeBodyInvariantsAreFlat() {
    // x = s₁₂/ŝ has density 2(1 − x): mean 1/3, second moment 1/6; the triangle is uniform, so
    // that x and z = s₂₃/ŝ have ⟨xz⟩ = 1/12. F(x) = 1 − (1 − x)².
    let space = MasslessPhaseSpace(particles: 3)
    var random = Philox(seed: 7, purpose: .phaseSpace)
    let count = 100_000
    var (mean, square, mixed, cosine) = (0.0, 0.0, 0.0, 0.0)
    var bins = [Double](repeating: 0, count: 20)
    for _ in 0..<count {
      let p = space.sample(energy: 2, using: &random)
      // s₁₂ = ŝ − 2√ŝ E₃
      let x = 1 - p[8]
      let z = 1 - p[0]
      mean += x / Double(count)
      square += x * x / Double(count)
      mixed += x * z / Double(count)
      let cosineOfFirst: Double = p[3] / p[0]
      cosine += cosineOfFirst * cosineOfFirst / Double(count)
      let cumulative: Double = x * (2 - x)
      bins[min(19, Int(20 * cumulative))] += 1
    }
    expectClose(mean, 1.0 / 3, absolute: 5 * 0.236 / Double(count).squareRoot())
    expectClose(square, 1.0 / 6, absolute: 5 * 0.2 / Double(count).squareRoot())
    expectClose(mixed, 1.0 / 12, absolute: 5 * 0.08 / Double(count).squareRoot())
    expectClose(cosine, 1.0 / 3, absolute: 5 * 0.3 / Double(count).squareRoot())
    let expected = Double(count) / 20
    var chiSquared = 0.0
    for bin in bins { chiSquared += (bin - expected) * (bin - expected) / expected }
    #expect(chiSquared < 50, "χ² = \(chiSquared) for 19 degrees of freedom")
  }
}
