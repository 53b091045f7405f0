import AmpUncertainty
import XCTest

/// Figures 7 and 8: the mean of an ensemble is better than its σ_syst says, which one factor mends.
final class EnsembleReproductionTests: XCTestCase {
  private static let outcome = Result {
    var fit = try Fit(.paper, epochs: 25, seed: 1)
    (fit.hidden, fit.method) = ([64, 64, 64], .repulsive(members: 4))
    (fit.features, fit.training.batch) = ("momenta", 128)
    return try QuickFit.run(fit)
  }

  func testTheMeanOfAnEnsembleHasNarrowPulls() throws {
    let outcome = try Self.outcome.get()
    let members = try XCTUnwrap(outcome.prediction.members)
    let widths = try [1, 2, 4].map { count in
      try SystematicPull(
        Self.mean(of: Array(members.prefix(count))), against: outcome.test.amplitudes
      ).distribution.width
    }
    XCTAssertEqual(widths[0], 1, accuracy: 0.25, "a single member")
    XCTAssertLessThan(widths[1], 0.95 * widths[0])
    XCTAssertLessThan(widths[2], 0.95 * widths[1])
    let whole = try outcome.pulls().width
    XCTAssertEqual(whole, widths[2], accuracy: 1e-6, "σ_syst is the mean of the variances")
  }

  func testOneFactorMendsThePull() throws {
    let outcome = try Self.outcome.get()
    let points = try CalibrationPoints(
      outcome.surrogate, outcome.validation, threads: QuickFit.threads)
    let recalibration = try Recalibration.global(points)
    let factor = try XCTUnwrap(recalibration.factors.first)
    let rms = (points.pulls.reduce(0) { $0 + $1 * $1 } / Double(points.count)).squareRoot()
    XCTAssertEqual(factor, rms, accuracy: 1e-9)
    let mended = try outcome.surrogate.recalibrated(by: recalibration)
    let prediction = try mended.predict(outcome.test.momenta, threads: QuickFit.threads)
    let pulls = try SystematicPull(prediction, against: outcome.test.amplitudes).distribution
    XCTAssertGreaterThan(abs(try outcome.pulls().width - 1), 0.1)
    XCTAssertEqual(pulls.width, 1, accuracy: 0.07)
  }

  /// The mean of networks with the mean of their variances, equation 8 and 9.
  private static func mean(of members: [Prediction.Member]) -> Prediction {
    let n = Double(members.count)
    let points = members[0].logMean.indices
    return Prediction(
      logMean: points.map { i in members.reduce(0) { $0 + $1.logMean[i] } / n },
      logSystematic: points.map { i in
        (members.reduce(0) { $0 + pow($1.logSystematic?[i] ?? .nan, 2) } / n).squareRoot()
      })
  }
}
