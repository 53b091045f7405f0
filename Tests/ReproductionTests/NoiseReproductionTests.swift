import AmpUncertainty
import XCTest

/// Section 5.1 of arXiv:2412.12069: networks find the noise, and their pulls are unit Gaussians.
final class NoiseReproductionTests: XCTestCase {
  private func fit(_ method: UncertaintyMethod) throws -> Fit {
    var fit = try Fit(.fast, epochs: 20, seed: 1)
    (fit.hidden, fit.method, fit.training.batch) = ([64, 64, 64], method, 256)
    // The method of the paper, which Gauss–Newton steps are no part of.
    fit.finishing = .none
    return fit
  }

  /// Table 2, equation 54: √(σ_syst² − σ_syst,0²) is the noise, which is f√(1 + 2.5 f²) in ln A.
  func testNoiseIsRecovered() throws {
    let fit = try fit(.deterministic)
    let without = try QuickFit.run(fit).systematic
    XCTAssertLessThan(without, 0.005)
    for noise in [0.02, 0.05, 0.1] {
      let with = try QuickFit.run(fit, noise: noise).systematic
      let found = (with * with - without * without).squareRoot()
      let expected = noise * (1 + 2.5 * noise * noise).squareRoot()
      XCTAssertEqual(found / expected, 1, accuracy: 0.04, "f = \(noise)")
    }
  }

  /// Figure 6: t_syst of a deterministic and of a Bayesian network, without noise and with.
  func testPullsHaveUnitWidth() throws {
    for method in [UncertaintyMethod.deterministic, .bayesian(samples: 16)] {
      for noise in [0, 0.05] {
        let pulls = try QuickFit.run(fit(method), noise: noise).pulls()
        let name = "\(method.name), f = \(noise)"
        XCTAssertEqual(pulls.width, 1, accuracy: 0.1, name)
        XCTAssertEqual(pulls.mean, 0, accuracy: 0.1, name)
        XCTAssertEqual(pulls.coverage[0].observed, 0.683, accuracy: 0.04, name)
      }
    }
  }
}
