import AmpNets
import Foundation
import TestSupport
import Testing

@Suite struct TargetTransformTests {
  @Test func factorsOfTheTriangleAreExact() throws {
    let table = AmplitudeTable(momenta: triangle, amplitudes: [1])
    // s₁₂ = 144, and s₁₅ s₂₅/s₁₂ = 60 · 60/144 = 25.
    let expected: [(TargetTransform.Factor, Double)] = [
      (.logarithm, 1), (.dimensionless, 144), (.eikonal, 25),
    ]
    for (factor, r) in expected {
      let transform = try TargetTransform(factor, fittedTo: table)
      expectClose(transform.logFactors(of: triangle), [log(r)], absolute: 1e-14, factor.rawValue)
    }
  }

  /// |M|² has dimension GeV^(8 − 2n): other units of momentum must not change A·r.
  @Test(arguments: [TargetTransform.Factor.dimensionless, .eikonal])
  func dimensionlessTargetsDoNotKnowTheUnit(factor: TargetTransform.Factor) throws {
    var random = Philox(seed: 9, purpose: .other)
    let momenta = randomMomenta(5, &random)
    let transform = try TargetTransform(
      factor, fittedTo: AmplitudeTable(momenta: momenta, amplitudes: [1, 2, 3, 4, 5]))
    let scaled = Momenta(momenta.components.map { $0 * 1000 }, particles: 5)
    expectClose(
      transform.logFactors(of: scaled),
      transform.logFactors(of: momenta).map { $0 + 2 * log(1000) }, absolute: 1e-11)
  }

  @Test(arguments: TargetTransform.Factor.allCases)
  func amplitudesComeBackAndTargetsAreStandardised(factor: TargetTransform.Factor) throws {
    var random = Philox(seed: 10, purpose: .other)
    let table = AmplitudeTable(
      momenta: randomMomenta(200, &random),
      amplitudes: (0..<200).map { _ in exp(10 * random.normal() - 5) })
    let transform = try TargetTransform(factor, fittedTo: table)
    let y = try transform.targets(of: table)
    let (mean, deviation) = moments(of: y, width: 1)
    expectClose(mean[0], 0, absolute: 1e-12)
    expectClose(deviation[0], 1, absolute: 1e-12)
    expectClose(
      transform.logAmplitudes(y, at: table.momenta), table.amplitudes.map { log($0) },
      absolute: 1e-12)
    let file = try JSONEncoder().encode(transform)
    #expect(try JSONDecoder().decode(TargetTransform.self, from: file) == transform)
  }

  @Test func equalAmplitudesAreNotScaled() throws {
    for count in [1, 3, 7, 100] {
      let table = AmplitudeTable(
        momenta: triangle.rows([Int](repeating: 0, count: count)),
        amplitudes: [Double](repeating: 0.3, count: count))
      #expect(try TargetTransform(.eikonal, fittedTo: table).scale == 1, "\(count) points")
    }
  }

  @Test(arguments: [0, -1e-9, .nan, .infinity])
  func amplitudesThatHaveNoLogarithmAreNamedByTheirRow(amplitude: Double) {
    let table = AmplitudeTable(momenta: triangle.rows([0, 0]), amplitudes: [1, amplitude])
    let error = #expect(throws: AmpError.self) {
      try TargetTransform(.logarithm, fittedTo: table)
    }
    #expect(error?.position == "row 1")
  }

  @Test func noPointsAreRefused() {
    #expect(throws: AmpError.self) {
      try TargetTransform(
        .logarithm,
        fittedTo: AmplitudeTable(momenta: Momenta([], particles: 5), amplitudes: []))
    }
  }
}
