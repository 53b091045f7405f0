import AmpCore
import AmpUncertainty
import Foundation
import TestSupport
import Testing

struct PullReportTests {
  func object(_ report: PullReport) throws -> [String: Any] {
    let parsed = try JSONSerialization.jsonObject(with: Data(try report.json().utf8))
    return try #require(parsed as? [String: Any])
  }

  @Test func numbersAreThoseOfTheirSources() throws {
    let (prediction, truth) = calibrated(2000, seed: 4)
    let pull = try SystematicPull(prediction, against: truth).distribution
    let parsed = try object(PullReport(prediction, truth: truth))
    #expect(parsed["points"] as? Int == 2000)
    expectClose(
      try #require(parsed["median_abs_delta"] as? Double),
      Accuracy(prediction, against: truth).all.median, relative: 1e-15)
    expectClose(
      try #require(parsed["median_relative_systematic"] as? Double),
      SortedSample(prediction.logSystematic ?? []).median, relative: 1e-15)
    #expect(parsed["median_relative_statistical"] is NSNull)
    let numbers = try #require(parsed["pull_systematic"] as? [String: Any])
    let expected: [String: Double] = [
      "mean": pull.mean, "std": pull.width, "ks": pull.kolmogorovSmirnov.statistic,
      "coverage_1sigma": pull.coverage[0].observed, "coverage_2sigma": pull.coverage[1].observed,
      "coverage_3sigma": pull.coverage[2].observed, "chi2_per_ndf": pull.chiSquare.reduced,
    ]
    for (key, value) in expected {
      expectClose(try #require(numbers[key] as? Double), value, relative: 1e-15, key)
    }
    let bins = try #require(parsed["amplitude_bins"] as? [[String: Any]])
    #expect(bins.count == 10)
    let quantiles = try #require(
      (parsed["delta"] as? [String: Any])?["quantiles"] as? [String: Double])
    #expect(quantiles.keys.sorted() == ["50", "68", "90", "99", "99.9"])
  }

  @Test(arguments: [0, 1, 2])
  func whatDoesNotExistIsNull(count: Int) throws {
    let prediction = Prediction(
      logMean: [Double](repeating: 0, count: count),
      logSystematic: [Double](repeating: 0, count: count))
    let text = try PullReport(prediction, truth: [Double](repeating: 1, count: count)).json()
    #expect(!text.lowercased().contains("nan") && !text.contains("inf"))
    let parsed = try object(
      PullReport(prediction, truth: [Double](repeating: 1, count: count)))
    let pull = try #require(parsed["pull_systematic"] as? [String: Any])
    #expect(pull["std"] is NSNull && pull["mean"] is NSNull && pull["chi2_per_ndf"] is NSNull)
    #expect(pull["not_finite"] as? Int == count)
    #expect((parsed["median_abs_delta"] is NSNull) == (count == 0))
  }

  @Test func keysStayWhenAMethodHasNoUncertainty() throws {
    let full = try object(
      PullReport(
        Prediction(logMean: [0], logSystematic: [1], logStatistical: [1]), truth: [1]))
    let bare = try object(PullReport(Prediction(logMean: [0], logSystematic: nil), truth: [1]))
    #expect(full.keys.sorted() == bare.keys.sorted())
    #expect(bare["pull_systematic"] is NSNull && bare["median_relative_systematic"] is NSNull)
  }

  @Test func pullsAreAgainstTheDataAndDeviationsAgainstTheTruth() throws {
    let prediction = Prediction(logMean: [0, 0], logSystematic: [0.1, 0.1])
    let report = PullReport(prediction, truth: [1, 1], data: [exp(0.1), exp(0.3)])
    #expect(report.medianAbsDelta == 0)
    expectClose(try #require(report.pullSystematic?.mean), -2, relative: 1e-12)
  }

  @Test(arguments: [0, 1, 500])
  func decodingGivesTheReportBack(count: Int) throws {
    let (prediction, truth) = calibrated(count, seed: 8)
    let report = PullReport(prediction, truth: truth)
    let decoded = try JSONDecoder().decode(
      PullReport.self, from: Data(try report.json().utf8))
    #expect(decoded == report)
  }
}
