import AmpUncertainty
import XCTest

/// Figure 13: the mean of M of N members narrows to that of all as √(1 − M/N).
final class StatisticsReproductionTests: XCTestCase {
  func testScaledPullsNarrowAsTheMeansAgree() throws {
    var fit = try Fit(.paper, epochs: 12, seed: 1)
    (fit.hidden, fit.method) = ([32, 32], .repulsive(members: 8))
    fit.training.batch = 256
    let outcome = try QuickFit.run(fit)
    let pulls = try StatisticalPulls(outcome.prediction)
    for count in [1, 2, 4] {
      let rms = pulls.scaled(count).distribution.rms
      let expected = (1 - Double(count) / 8).squareRoot()
      XCTAssertEqual(rms / expected, 1, accuracy: 0.12, "M = \(count)")
    }
    XCTAssertLessThan(pulls.scaled(8).distribution.rms, 1e-6)
    let truth = [1, 8].map { pulls.scaled($0, toTruth: outcome.truth).distribution.rms }
    XCTAssertGreaterThan(truth[1], 1.2 * truth[0], "members share errors")
  }
}
