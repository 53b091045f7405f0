import AmpCore
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Numbers from SciPy and NumPy; made by Tests/Fixtures/scripts/scores.py.
struct ScoreReference: Decodable {
  struct Sample: Decodable {
    let name: String
    let mean, sigma, values: [Double]
    let nll, crps, sharpness, interval, ece: Double
  }
  struct Members: Decodable {
    let truth, toExpectation, toTruth, amplitudeToTruth: [Double]
    let members, scaled, scaledToTruth: [[Double]]
    let meanError, widthError: Double
  }
  let scores: [Sample]
  let members: Members
  let studentized: [[Double]]

  static func load() throws -> ScoreReference {
    let data = try Data(contentsOf: URL(fileURLWithPath: fixture("scores.json")))
    return try JSONDecoder().decode(ScoreReference.self, from: data)
  }
}

struct ScoresTests {
  @Test func scoresAreThoseOfSciPy() throws {
    for sample in try ScoreReference.load().scores {
      let scores = Scores(mean: sample.mean, sigma: sample.sigma, values: sample.values)
      #expect(scores.points == sample.mean.count && scores.notFinite == 0)
      expectClose(
        scores.negativeLogLikelihood, sample.nll, relative: 1e-11, "NLL \(sample.name)")
      expectClose(scores.rankedProbability, sample.crps, relative: 1e-8, "CRPS \(sample.name)")
      expectClose(scores.sharpness, sample.sharpness, relative: 1e-13, "sharpness \(sample.name)")
      expectClose(scores.interval, sample.interval, relative: 1e-11, "interval \(sample.name)")
      expectClose(scores.calibrationError, sample.ece, relative: 1e-12, "ECE \(sample.name)")
    }
  }

  @Test func scoresOfASmallCase() {
    // y = μ: NLL = ln σ + ½ ln 2π, CRPS = σ (2φ(0) − 1/√π), width 2 z σ.
    let scores = Scores(mean: [1], sigma: [2], values: [1])
    expectClose(scores.negativeLogLikelihood, log(2) + 0.9189385332046727, relative: 1e-14)
    expectClose(scores.rankedProbability, 2 * 0.23369497725510913, relative: 1e-13)
    expectClose(scores.sharpness, 2, relative: 1e-15)
    expectClose(scores.interval, 4 * 1.959963984540054, relative: 1e-13)
    // Φ(0) = ½ lies at or below 50 of the 99 levels: Σ_{1..49} p + Σ_{50..99} (1 − p) = 25.
    expectClose(scores.calibrationError, (12.25 + 12.75) / 99, relative: 1e-13)
  }

  /// Proper: on the average, no other mean or width has a better score than the true ones.
  @Test(arguments: 0..<64 as Range<UInt64>)
  func trueUncertaintyHasTheBestScore(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let n = 4000
    let sigma = exp(rng.normal())
    let values = (0..<n).map { _ in sigma * rng.normal() }
    func scores(_ shift: Double, _ factor: Double) -> Scores {
      Scores(
        mean: [Double](repeating: shift * sigma, count: n),
        sigma: [Double](repeating: factor * sigma, count: n), values: values)
    }
    let best = scores(0, 1)
    for other in [scores(0.4, 1), scores(0, 1.5), scores(0, 0.65)] {
      #expect(other.negativeLogLikelihood > best.negativeLogLikelihood)
      #expect(other.rankedProbability > best.rankedProbability)
      #expect(other.interval > best.interval)
      #expect(other.calibrationError > best.calibrationError)
    }
    #expect(best.calibrationError < 0.03)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func unitsScaleWhatHasUnits(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other, member: 1)
    let n = 50
    let (mean, sigma) = ((0..<n).map { _ in rng.normal() }, (0..<n).map { _ in exp(rng.normal()) })
    let values = mean.indices.map { mean[$0] + sigma[$0] * rng.normal() }
    let c = exp(2 * rng.normal())
    let before = Scores(mean: mean, sigma: sigma, values: values)
    let after = Scores(
      mean: mean.map { c * $0 }, sigma: sigma.map { c * $0 }, values: values.map { c * $0 })
    expectClose(
      after.negativeLogLikelihood, before.negativeLogLikelihood + log(c), absolute: 1e-10)
    expectClose(after.rankedProbability, c * before.rankedProbability, relative: 1e-10)
    expectClose(after.interval, c * before.interval, relative: 1e-10)
    expectClose(after.sharpness, c * before.sharpness, relative: 1e-12)
    expectClose(after.calibrationError, before.calibrationError, absolute: 0.011)
  }

  @Test func pointsWithoutAScoreAreCountedAndLeftOut() {
    let good = Scores(mean: [0], sigma: [1], values: [0.3])
    let scores = Scores(
      mean: [0, 0, 0, .nan, 0, 0], sigma: [1, 0, -1, 1, .nan, 1],
      values: [0.3, 0.3, 0.3, 0.3, 0.3, .nan])
    #expect(scores.points == 1 && scores.notFinite == 5)
    #expect(scores.negativeLogLikelihood == good.negativeLogLikelihood)
    #expect(scores.rankedProbability == good.rankedProbability)
    #expect(scores.calibrationError == good.calibrationError)
  }

  @Test func withoutPointsEveryScoreIsNaN() {
    let scores = Scores(mean: [], sigma: [], values: [])
    #expect(scores.points == 0)
    for score in [
      scores.negativeLogLikelihood, scores.rankedProbability, scores.sharpness, scores.interval,
      scores.calibrationError,
    ] { #expect(score.isNaN) }
  }

  @Test func aPredictionIsScoredWithTheUncertaintyAskedFor() throws {
    let prediction = Prediction(
      logMean: [0, 1], logSystematic: [3, 0.3], logStatistical: [4, 0.4])
    let amplitudes = [exp(0.5), exp(1.1)]
    for (uncertainty, sigma) in [
      (Pull.Uncertainty.systematic, [3, 0.3]), (.statistical, [4, 0.4]), (.total, [5, 0.5]),
    ] {
      let scores = try #require(Scores(prediction, against: amplitudes, with: uncertainty))
      let expected = Scores(mean: [0, 1], sigma: sigma, values: [0.5, 1.1])
      expectClose(
        scores.negativeLogLikelihood, expected.negativeLogLikelihood, relative: 1e-14)
      expectClose(scores.sharpness, expected.sharpness, relative: 1e-14)
    }
    let bare = Prediction(logMean: [0], logSystematic: nil)
    #expect(Scores(bare, against: [1], with: .systematic) == nil)
    #expect(Scores(bare, against: [1], with: .total) == nil)
  }
}
