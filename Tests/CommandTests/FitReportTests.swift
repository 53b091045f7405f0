import AmpCore
import AmpPlots
import AmpUncertainty
import Foundation
import TestSupport
import Testing
import amp_cli

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct FitReportTests {
  func report(points count: Int, statistical: Bool = true, systematic: Bool = true) -> FitReport {
    var rng = Philox(seed: UInt64(count), purpose: .other)
    let truth = (0..<count).map { _ in exp(-14.7 + 1.6 * rng.normal()) }
    let sigma = truth.map { _ in 0.005 * exp(0.6 * rng.normal()) }
    var report = FitReport(
      title: "g g → γ γ g <8>",
      prediction: Prediction(
        logMean: zip(truth, sigma).map { log($0) + $1 * rng.normal() },
        logSystematic: systematic ? sigma : nil,
        logStatistical: statistical ? sigma.map { 0.3 * $0 } : nil),
      truth: truth)
    report.momenta = Momenta((0..<20 * count).map { Double($0) }, particles: 5)
    report.particles = ["g", "g", "γ"]
    report.history = (0..<5).map {
      FitReport.Epoch(epoch: $0, training: 1 / Double($0 + 1), validation: $0 == 3 ? .nan : 0.5)
    }
    report.facts = [("seed", "42"), ("path", "/a&b/<c>")]
    return report
  }

  func expectWellFormed(_ html: String) {
    let parser = XMLParser(data: Data(html.utf8))
    #expect(parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    #expect(html.firstMatch(of: /(>|[ "(−-])(nan|inf)([ "<),]|$)/) == nil)
  }

  @Test(arguments: [0, 1, 2, 7, 100, 3000])
  func pageIsWellFormedForAnyNumberOfPoints(count: Int) {
    expectWellFormed(report(points: count).html())
    expectWellFormed(report(points: count, systematic: false).html())
    expectWellFormed(report(points: count, statistical: false, systematic: false).html())
  }

  @Test func pageHoldsEveryPicture() {
    let html = report(points: 200).html()
    let titles = [
      "Accuracy", "Deviation", "Systematic pull", "Calibration", "Pulls by amplitude",
      "Systematic uncertainty and deviation", "Statistical pull to truth", "Calibration, tA",
      "Pulls by amplitude, tA", "Statistical uncertainty and deviation", "Total pull",
      "Calibration, ttot", "Pulls by amplitude, ttot", "Total uncertainty and deviation",
      "Training",
    ]
    for title in titles { #expect(html.contains("aria-label=\"\(title)\""), "\(title)") }
    #expect(html.components(separatedBy: "<svg xmlns").count == titles.count + 1)
    #expect(html.contains("/a&amp;b/&lt;c&gt;"))
  }

  @Test(arguments: [0, 1, 2, 7, 1200])
  func pullsByProbabilityHaveTheirPictures(count: Int) {
    var report = report(points: count)
    let titles = [
      "Pull by probability", "Probability integral transform", "Calibration, z",
      "Pulls by amplitude, z",
    ]
    #expect(!report.html().contains("Predicted density"))
    var random = Philox(seed: 4, purpose: .other)
    report.probability = (0..<count).map { _ in random.normal() }
    if count > 2 {
      report.probability?.replaceSubrange(0..<3, with: [.infinity, -.infinity, .nan])
    }
    let html = report.html()
    expectWellFormed(html)
    for title in titles { #expect(html.contains("aria-label=\"\(title)\""), "\(title)") }
    #expect(html.contains("Predicted density"))
    #expect((report.numbers().pullProbability?.points ?? 0) == (count > 2 ? count - 3 : count))
  }

  @Test(arguments: [0, 1, 2, 40, 600])
  func calibrationsHaveTheirPictures(count: Int) throws {
    var report = report(points: count)
    let momenta = try #require(report.momenta)
    var random = Philox(seed: 1, purpose: .other)
    let values = (0..<60).map { _ in random.normal() }
    let points = try CalibrationPoints(
      Prediction(logMean: values, logSystematic: values.map { _ in 1 }),
      at: Momenta([Double](repeating: 1, count: 60 * 20), particles: 5),
      against: values.map { exp($0 + 0.5 * random.normal()) })
    let records = [try Recalibration.global(points), try .bins(points, 3)]
    let after = records.reduce(report.prediction) { $1.applied(to: $0, at: momenta) }
    report.calibration = CalibrationComparison(
      records, before: report.prediction, after: after, at: momenta, against: report.truth)
    let html = report.html()
    expectWellFormed(html)
    for title in ["Pulls before and after calibration", "Calibration before and after"] {
      #expect(html.contains("aria-label=\"\(title)\""))
    }
    #expect(html.contains("aria-label=\"Calibration factors by amplitude\"") == (count > 0))
    #expect(
      CalibrationComparison(
        [], before: after, after: after, at: momenta, against: report.truth) == nil)
  }

  @Test func worstPointsComeWithTheirMomenta() {
    var report = report(points: 50)
    report.prediction.logMean[17] += 3
    report.worstCount = 1
    let html = report.html()
    #expect(html.contains("<td class=\"number\">17</td>"))
    #expect(html.contains("g (340.0, 341.0, 342.0, 343.0); g (344.0"))
  }

  @Test func valuesThatAreNotNumbersDoNotBreakThePage() {
    var report = report(points: 40)
    report.prediction.logMean[0] = .nan
    report.prediction.logMean[1] = .infinity
    report.prediction.logSystematic?[2] = 0
    report.truth[3] = -1
    report.truth[4] = .nan
    let html = report.html()
    expectWellFormed(html)
    #expect(html.contains("pulls without a number"))
  }

  @Test func pullsAreAgainstTheDataWithNoise() {
    var report = report(points: 500)
    let before = report.html()
    report.data = report.truth.map { $0 * 1.01 }
    #expect(report.html() != before)
  }

  /// The same with what each of `networks` says.
  func ensemble(points count: Int, networks: Int) -> FitReport {
    var report = report(points: count)
    var rng = Philox(seed: 3, purpose: .other)
    let spread = report.prediction.logStatistical ?? []
    let members = (0..<networks).map { _ in
      Prediction.Member(
        logMean: report.truth.indices.map { log(report.truth[$0]) + spread[$0] * rng.normal() })
    }
    report.prediction.members = members
    return report
  }

  @Test(arguments: [0, 1, 2, 7, 300])
  func pageOfAnEnsembleIsWellFormed(count: Int) {
    for networks in [1, 2, 3, 6] {
      var report = ensemble(points: count, networks: networks)
      report.variables = [.amplitude, .invariant(2, 3)]
      expectWellFormed(report.html())
      report.prediction.logStatistical = report.truth.map { _ in 0 }
      report.prediction.logSystematic = nil
      expectWellFormed(report.html())
    }
  }

  @Test func pageOfAnEnsembleHoldsEveryPicture() {
    var report = ensemble(points: 200, networks: 6)
    let plain = self.report(points: 200).html()
    let html = report.html()
    let titles = [
      "Statistical pull to expectation", "Width of scaled pulls", "Scaled pulls to expectation",
      "Scaled pulls to truth",
    ]
    for title in titles {
      #expect(html.contains("aria-label=\"\(title)\""), "\(title)")
      #expect(!plain.contains("aria-label=\"\(title)\""), "\(title)")
    }
    report.variables = [.invariant(2, 3)]
    let binned = report.html()
    for kind in ["", ", tA", ", ttot"] {
      #expect(binned.contains("aria-label=\"Pulls by s34\(kind)\""))
      #expect(!html.contains("aria-label=\"Pulls by s34\(kind)\""))
    }
    #expect(binned.contains("Bins of s34 in GeV²"))
  }

  @Test func invariantsAreThoseOfTheMomenta() throws {
    let momenta = Momenta([5, 0, 0, 5, 7, 0, 0, -7, 5, 3, 4, 0], particles: 3)
    let variables = try PullVariable.list("s12, amplitude,s31,s12", particles: 3)
    #expect(variables == [.invariant(0, 1), .amplitude, .invariant(0, 2)])
    #expect(variables.map(\.name) == ["s12", "amplitude", "s13"])
    expectClose(variables[0].values(momenta, truth: [2]), [4 * 35], relative: 1e-14)
    #expect(variables[1].values(momenta, truth: [2]) == [2])
    expectClose(variables[2].values(momenta, truth: [2]), [50], relative: 1e-14)
    expectClose(
      try PullVariable("s23", particles: 3).values(momenta, truth: [2]), [70], relative: 1e-14)
    for text in ["", "s11", "s14", "s04", "s1", "s123", "energy", "s12,", "sαβ", "t12"] {
      #expect(throws: AmpError.self, "\(text)") {
        _ = try PullVariable.list(text, particles: 3)
      }
    }
  }
}
