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

  @Test func statisticalNumbersAreThoseOfTheirSources() throws {
    let (prediction, truth) = scattered(400, networks: 8, seed: 5, bias: 0.3)
    let noisy = truth.enumerated().map { $1 * ($0 % 2 == 0 ? 1.001 : 0.999) }
    let pulls = try StatisticalPulls(prediction)
    let variable = truth.indices.map { Double($0 % 37) }
    let probability = truth.indices.map { Double($0 % 5) - 2 }
    let report = PullReport(
      prediction, truth: truth, data: noisy, probability: probability,
      variables: ["s12": variable])
    #expect(report.pullProbability == PullReport.Pulls(PullDistribution(of: probability)))
    let statistical = try #require(report.pullStatistical)
    #expect(statistical.networks == 8)
    #expect(statistical.toExpectation == PullReport.Pulls(pulls.toExpectation().distribution))
    #expect(statistical.toTruth == PullReport.Pulls(pulls.toTruth(truth).distribution))
    #expect(statistical.scaled.map(\.networks) == [1, 2, 4, 8])
    #expect(
      statistical.scaled[2].toTruth
        == PullReport.Pulls(pulls.scaled(4, toTruth: truth).distribution))
    expectClose(statistical.scaled[2].expected, 0.5.squareRoot(), relative: 1e-15)
    let total = try Pull(prediction, against: noisy, over: .total)
    #expect(report.pullTotal == PullReport.Pulls(total.distribution))
    let scores = try #require(Scores(prediction, against: noisy, with: .total))
    #expect(report.scores?.total?.negativeLogLikelihood == scores.negativeLogLikelihood)
    #expect(report.scores?.systematic != report.scores?.total)
    let binned = try #require(report.bins?["s12"])
    #expect(binned.bins.count == 10 && binned.extremes.count == 2)
    let expected = pulls.toTruth(truth).bins(of: variable)
    #expect(
      binned.bins.map { $0[.toTruth] } == expected.map { PullReport.Pulls($0.distribution) })
    #expect(
      report.amplitudeBins.allSatisfy { bin in
        PullSet.Kind.allCases.allSatisfy { bin[$0] != nil }
      })
    let decoded = try JSONDecoder().decode(PullReport.self, from: Data(try report.json().utf8))
    #expect(decoded == report)
  }

  @Test func aStatedStatisticalUncertaintyHasThePullOfTheMean() throws {
    let (prediction, truth) = scattered(100, networks: 4, seed: 6, keeping: false)
    let report = PullReport(prediction, truth: truth)
    let statistical = try #require(report.pullStatistical)
    #expect(statistical.networks == nil && statistical.toExpectation == nil)
    #expect(statistical.scaled.isEmpty)
    let generic = try Pull(prediction, against: truth, over: .statistical)
    #expect(statistical.toTruth == PullReport.Pulls(generic.distribution))
  }

  @Test func withoutSystematicUncertaintyTheRestStays() throws {
    var (prediction, truth) = scattered(100, networks: 4, seed: 7)
    prediction.logSystematic = nil
    let report = PullReport(prediction, truth: truth)
    #expect(report.pullSystematic == nil && report.scores?.systematic == nil)
    #expect(report.pullStatistical?.toTruth != nil && report.pullTotal != nil)
    #expect(report.amplitudeBins.count == 10)
    let bare = PullReport(Prediction(logMean: [0], logSystematic: nil), truth: [1])
    #expect(bare.pullStatistical == nil && bare.pullTotal == nil && bare.scores == nil)
    #expect(bare.amplitudeBins.isEmpty && bare.amplitudeExtremes == nil)
  }

  @Test func reportsOfOldRunsCanBeRead() throws {
    let (prediction, truth) = calibrated(50, seed: 8)
    let report = PullReport(prediction, truth: truth)
    var old = try object(report)
    for key in [
      "pull_probability", "pull_statistical", "pull_total", "scores", "amplitude_extremes", "bins",
    ] {
      #expect(old.removeValue(forKey: key) != nil, "\(key)")
    }
    var pull = try #require(old["pull_systematic"] as? [String: Any])
    for key in ["rms", "largest", "tail_below", "tail_above"] {
      #expect(pull.removeValue(forKey: key) != nil, "\(key)")
    }
    old["pull_systematic"] = pull
    let decoded = try JSONDecoder().decode(
      PullReport.self, from: JSONSerialization.data(withJSONObject: old))
    #expect(decoded.medianAbsDelta == report.medianAbsDelta)
    #expect(decoded.pullSystematic?.std == report.pullSystematic?.std)
    #expect(decoded.pullTotal == nil && decoded.pullSystematic?.rms == nil)
  }
}
