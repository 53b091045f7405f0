import AmpData
import Foundation
import TestSupport
import Testing

struct PartonTests {
  @Test func closedFormsHaveTheirQuotedValues() {
    expectClose(GluonDensity.ct18(0.01), 7.925, relative: 1e-3)
    expectClose(GluonDensity.ct18(0.1), 0.8971, relative: 1e-3)
    expectClose(GluonDensity.ct18(0.4), 0.03866, relative: 1e-3)
    expectClose(GluonDensity.nnpdf31(0.01), 8.08, relative: 6e-3)
    expectClose(GluonDensity.nnpdf31(0.1), 0.882, relative: 6e-3)
    expectClose(GluonDensity.nnpdf31(0.4), 0.0297, relative: 6e-3)
    // The fit itself, evaluated by another program.
    expectClose(GluonDensity.nnpdf31(0.01), 8.091564478688385, relative: 1e-13)
    expectClose(GluonDensity.nnpdf31(0.4), 0.029795439692835893, relative: 1e-13)
    #expect(GluonDensity.ct18(0) == 0 && GluonDensity.ct18(1) == 0)
  }

  @Test(arguments: [GluonDensity.ct18, .nnpdf31], [8.1e-3, 4.8e-5])
  func fractionsFollowTheDensities(density: GluonDensity, minimum: Double) {
    // Moments of ln τ and of y² against quadrature on a grid of midpoints.
    let length = -log(minimum)
    var (norm, mean, spread) = (0.0, 0.0, 0.0)
    let steps = 400
    for i in 0..<steps {
      let logTau = -length * (Double(i) + 0.5) / Double(steps)
      for j in 0..<steps {
        let y = logTau * ((Double(j) + 0.5) / Double(steps) - 0.5)
        let weight =
          density(exp(logTau / 2 + y)) * density(exp(logTau / 2 - y)) * -logTau
          * length / Double(steps * steps)
        norm += weight
        mean += weight * logTau
        spread += weight * y * y
      }
    }
    var sampler = PartonSampler(density: density, minimum: minimum)
    var random = Philox(seed: 3, purpose: .phaseSpace)
    let count = 100_000
    var outside = 0
    var logs = [Double]()
    var rapidities = [Double]()
    for _ in 0..<count {
      let (x1, x2) = sampler.sample(using: &random)
      if !(x1 < 1 && x2 < 1 && x1 * x2 >= minimum * (1 - 1e-12)) { outside += 1 }
      logs.append(log(x1 * x2))
      let y = log(x1 / x2) / 2
      rapidities.append(y * y)
    }
    #expect(outside == 0)
    #expect(!sampler.boundExceeded)
    expectWithin(logs, mean / norm, sigmas: 5, extra: 1e-4)
    expectWithin(rapidities, spread / norm, sigmas: 5, extra: 1e-4)
    let efficiency = Double(count) / Double(sampler.proposals)
    expectClose(efficiency * sampler.volume, norm, relative: 0.02)
  }

  /// Expects the mean of `values` to agree with `reference` within statistical errors.
  private func expectWithin(
    _ values: [Double], _ reference: Double, sigmas: Double, extra: Double
  ) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / n
    let allowed = sigmas * (variance / n).squareRoot() + extra
    expectClose(mean, reference, absolute: allowed)
  }
}
