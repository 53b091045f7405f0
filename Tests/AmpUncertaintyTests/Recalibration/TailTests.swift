import AmpCore
import AmpNets
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Five σ as rare as for a Gaussian: the extrapolated tail, and the test of the count.
struct TailTests {
  /// Points with σ = 1 in ln A whose pulls are `pulls`.
  private func points(_ pulls: [Double]) throws -> CalibrationPoints {
    let momenta = Momenta([Double](repeating: 1, count: 20 * pulls.count), particles: 5)
    return try CalibrationPoints(
      Prediction(logMean: pulls, logSystematic: pulls.map { _ in 1 }), at: momenta,
      against: pulls.map { _ in 1 })
  }

  /// The factor scales with the pulls, and for Gaussian ones it is on the safe side.
  @Test(arguments: [1.0, 2.0])
  func gaussianPullsNeedLittle(width: Double) throws {
    let factors = try (0..<16).map { seed in
      var random = Philox(seed: UInt64(seed), purpose: .other)
      return try Recalibration.tail(points((0..<30_000).map { _ in width * random.normal() }))
        .factors[0] / width
    }
    #expect(factors.allSatisfy { $0 > 1 && $0 < 1.7 }, "\(factors)")
    expectClose(factors.reduce(0, +) / 16, 1.43, absolute: 0.12)
  }

  /// |t| with an exponential tail P = exp(−1.5 |t|): five σ at 1.92 · 5.
  @Test func longTailsAreBroughtBehindFiveSigma() throws {
    let limit = -log(Recalibration.fiveSigma) / 1.5 / 5
    let factors = try (0..<16).map { seed in
      var random = Philox(seed: UInt64(seed), purpose: .other)
      return try Recalibration.tail(
        points((0..<30_000).map { _ in -log(random.uniform()) / 1.5 })
      ).factors[0]
    }
    #expect(factors.count { $0 > limit } >= 12, "\(factors) against \(limit)")
    #expect(factors.allSatisfy { $0 < 2.5 * limit })
  }

  /// One point in 5000 lies in a corner where σ is three times too small: no tail of the largest 1 %.
  ///
  /// erfc(9.0/(3√2))/5000 = 5.4·10⁻⁷, so that a factor of 1.8 is needed; the largest 1 % say 1.23.
  @Test func cornersAreTailsOfTheirOwn() throws {
    let factors = try (0..<16).map { seed in
      var random = Philox(seed: UInt64(seed), purpose: .other)
      return try Recalibration.tail(
        points((0..<200_000).map { (i: Int) in (i % 5000 == 0 ? 3 : 1) * random.normal() })
      ).factors[0]
    }
    #expect(factors.allSatisfy { $0 > 1.2 }, "\(factors)")
    expectClose(factors.reduce(0, +) / 16, 1.85, absolute: 0.3)
  }

  @Test func tooFewPointsAreSaid() throws {
    let error = #expect(throws: AmpError.self) { try Recalibration.tail(points([1, -1, 2])) }
    #expect(error?.problem.isEmpty == false)
    let thousand = try points((0..<4999).map { sin(Double($0)) })
    #expect(throws: AmpError.self) { try Recalibration.tail(thousand) }
  }

  /// Reference: 1 − Σₖ e^(−λ) λᵏ/k! up to n − 1, summed in Python.
  @Test(arguments: [
    (1, 0.57, 0.4344745613), (3, 0.688, 0.0326979131), (173, 0.688, 0), (0, 3.0, 1),
    (10, 20.0, 0.995004588), (5, 2.5, 0.10882198),
  ])
  func poissonCountsHaveTheirProbability(count: Int, mean: Double, reference: Double) {
    expectClose(Poisson.probability(of: count, orMoreAt: mean), reference, absolute: 1e-7)
  }
}
