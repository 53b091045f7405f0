import AmpData
import Foundation
import TestSupport
import Testing

struct GluonGeneratorTests {
  @Test(arguments: 4...6)
  func pointsAreLabelledConservedOrderedAndInsideTheCuts(gluons: Int) throws {
    var generator = try GluonGenerator(gluons: gluons)
    generator.cuts.transverseMomentum = 40
    generator.cuts.pseudorapidity = 2.5
    generator.cuts.separation = 0.7
    let sample = try generator.generate(points: 1500, seed: 4, threads: 2)
    let table = sample.table
    #expect(table.count == 1500 && table.momenta.particles == gluons)
    #expect(sample == (try generator.generate(points: 1500, seed: 4, threads: 1)))
    #expect(generator.amplitude.amplitudes(of: table.momenta).values == table.amplitudes)
    #expect(PointChecks().report(on: table.momenta, amplitudes: table.amplitudes).rejected.isEmpty)
    for n in 0..<table.count {
      let p = (2..<gluons).map { table.momenta[n, $0] }
      let transverse = p.map { hypot($0[1], $0[2]) }
      #expect(transverse.allSatisfy { $0 > 40 })
      #expect(p.allSatisfy { abs(asinh($0[3] / hypot($0[1], $0[2]))) < 2.5 })
      // The last one balances the others, which may cost the last digit.
      for (a, b) in zip(transverse, transverse.dropFirst()) { #expect(a > b * (1 - 1e-12)) }
      for (i, q) in p.enumerated() {
        for r in p[..<i] {
          let eta = asinh(q[3] / hypot(q[1], q[2])) - asinh(r[3] / hypot(r[1], r[2]))
          let phi = remainder(atan2(q[2], q[1]) - atan2(r[2], r[1]), 2 * .pi)
          #expect(hypot(eta, phi) > 0.7)
        }
      }
      #expect(generator.cuts.accept(table.momenta, point: n))
    }
  }

  /// σ of g g → g g from its distribution in t, for a flat density, against the generated one.
  @Test func crossSectionOfTwoToTwoIsItsIntegral() throws {
    var generator = try GluonGenerator(gluons: 4)
    generator.cuts.transverseMomentum = 100
    generator.cuts.pseudorapidity = 20
    let statistics = try generator.generate(points: 60_000, seed: 8, threads: 2).statistics
    // ∫ dτ dy x₁g x₂g/τ · ∫ dt |M|²/(16π ŝ²) /2 over p_T > 100 GeV, by Simpson's rule.
    let (density, energy) = (GluonDensity.ct18, 1000.0)
    let g2 = 4 * Double.pi * 0.118
    func simpson(_ a: Double, _ b: Double, _ f: (Double) -> Double) -> Double {
      let steps = 200
      let h = (b - a) / Double(steps)
      var sum = f(a) + f(b)
      for i in 1..<steps {
        let weight: Double = i % 2 == 1 ? 4 : 2
        sum += weight * f(a + h * Double(i))
      }
      return sum * h / 3
    }
    func partonic(_ s: Double) -> Double {
      let cosine = max(0, 1 - 4 * 100 * 100 / s).squareRoot()
      // Substituting c = tanh y flattens the forward peaks.
      return simpson(-atanh(cosine), atanh(cosine)) { y in
        let c = tanh(y)
        let (t, u) = (-(1 - c) / 2, -(1 + c) / 2)
        let shape: Double = 3 - t * u - u / (t * t) - t / (u * u)
        let square: Double = 4.5 * g2 * g2 * shape
        return square / (32 * .pi * s) * (1 - c * c) / 2
      }
    }
    let smallest = log(4 * 100.0 * 100.0 / (energy * energy))
    let integral = simpson(smallest, 0) { l in
      let tau = exp(l)
      let luminosity = simpson(l / 2, -l / 2) { y in
        // The density is x g(x).
        density(exp(l / 2 + y)) * density(exp(l / 2 - y))
      }
      return luminosity * partonic(tau * energy * energy)
    }
    let picobarn = 0.389_379_372_1e9
    expectClose(
      statistics.crossSection, integral * picobarn, absolute: 5 * statistics.crossSectionError)
    #expect(statistics.crossSectionError < 0.03 * statistics.crossSection)
  }

  @Test func impossibleCutsAreRefused() throws {
    func refusal(_ change: (inout GluonGenerator) -> Void) throws {
      var generator = try GluonGenerator(gluons: 5)
      change(&generator)
      #expect(throws: AmpError.self) { try generator.generate(points: 10, seed: 1) }
    }
    try refusal { $0.cuts.transverseMomentum = 0 }
    try refusal { $0.cuts.separation = 0 }
    try refusal { $0.cuts.transverseMomentum = 400 }
    try refusal { $0.cuts.pseudorapidity = .nan }
    try refusal { $0.tolerance = 0 }
  }
}
