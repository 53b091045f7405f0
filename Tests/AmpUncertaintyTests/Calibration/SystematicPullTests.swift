import AmpCore
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Predictions that err by exactly their own σ in ln A.
func calibrated(_ count: Int, seed: UInt64, scale: Double = 1) -> (Prediction, [Double]) {
  var rng = Philox(seed: seed, purpose: .other)
  var mean: [Double] = []
  var sigma: [Double] = []
  var truth: [Double] = []
  for _ in 0..<count {
    let logarithm = -14 + 2 * rng.normal()
    let s = 0.005 * exp(0.5 * rng.normal())
    truth.append(exp(logarithm))
    mean.append(logarithm + s * rng.normal())
    sigma.append(scale * s)
  }
  return (Prediction(logMean: mean, logSystematic: sigma), truth)
}

struct SystematicPullTests {
  @Test func pullsOfASmallCase() throws {
    let prediction = Prediction(logMean: [0, log(1.1)], logSystematic: [0.5, 0.1])
    let pull = try SystematicPull(prediction, against: [exp(1.0), 1])
    expectClose(pull.values, [-2, log(1.1) / 0.1], relative: 1e-14)
    let amplitude = try SystematicPull(prediction, against: [2, 1], in: .amplitude)
    expectClose(amplitude.values, [-1 / 0.5, 0.1 / (0.1 * 1.1)], relative: 1e-13)
  }

  @Test(arguments: 0..<32 as Range<UInt64>)
  func scalingSigmaDividesTheWidth(seed: UInt64) throws {
    var rng = Philox(seed: seed, purpose: .other, member: 1)
    let c = exp(rng.normal())
    let (prediction, truth) = calibrated(2000, seed: seed)
    let (scaled, _) = calibrated(2000, seed: seed, scale: c)
    let width = try SystematicPull(prediction, against: truth).distribution.width
    let divided = try SystematicPull(scaled, against: truth).distribution.width
    expectClose(divided, width / c, relative: 1e-12)
    expectClose(width, 1, absolute: 5 / (2 * 1999.0).squareRoot())
  }

  @Test(arguments: 0..<32 as Range<UInt64>)
  func unitOfTheAmplitudeDoesNotMatter(seed: UInt64) throws {
    var (prediction, truth) = calibrated(200, seed: seed)
    let before = try SystematicPull(prediction, against: truth)
    let beforeAmplitude = try SystematicPull(prediction, against: truth, in: .amplitude)
    prediction.logMean = prediction.logMean.map { $0 + log(1e6) }
    truth = truth.map { $0 * 1e6 }
    let after = try SystematicPull(prediction, against: truth)
    let afterAmplitude = try SystematicPull(prediction, against: truth, in: .amplitude)
    expectClose(after.values, before.values, absolute: 1e-10)
    expectClose(afterAmplitude.values, beforeAmplitude.values, absolute: 1e-10)
  }

  @Test func bothSpacesAgreeForSmallUncertainties() throws {
    let (prediction, truth) = calibrated(5000, seed: 9)
    let logarithmic = try SystematicPull(prediction, against: truth).distribution
    let amplitude = try SystematicPull(prediction, against: truth, in: .amplitude).distribution
    expectClose(amplitude.width, logarithmic.width, relative: 0.01)
  }

  @Test func withoutSystematicUncertaintyThereIsAnError() {
    let prediction = Prediction(logMean: [0], logSystematic: nil, logStatistical: [0.1])
    #expect(throws: AmpError.self) { _ = try SystematicPull(prediction, against: [1]) }
  }

  @Test func zeroAndNegativeSigmaAreNotFinite() throws {
    let prediction = Prediction(logMean: [1, 0, 0, 0], logSystematic: [0, 0, -1, 0.1])
    let pull = try SystematicPull(prediction, against: [1, 1, 2, -1])
    #expect(pull.values[0] == .infinity && pull.values[1].isNaN)
    #expect(pull.values[2].isNaN && pull.values[3].isNaN)
    #expect(pull.distribution.count == 0 && pull.distribution.notFinite == 4)
    #expect(pull.distribution.coverage[2].observed == 0)
  }

  @Test(arguments: 0..<32 as Range<UInt64>)
  func binsShareThePointsEvenly(seed: UInt64) throws {
    let count = 95 + Int(seed)
    let (prediction, truth) = calibrated(count, seed: seed)
    let pull = try SystematicPull(prediction, against: truth)
    let bins = pull.bins(of: truth, count: 10)
    #expect(bins.count == 10)
    #expect(bins.map(\.distribution.count).reduce(0, +) == count)
    #expect(bins.allSatisfy { abs($0.distribution.count - count / 10) <= 1 })
    for (lower, upper) in zip(bins, bins.dropFirst()) {
      #expect(lower.range.upperBound <= upper.range.lowerBound)
    }
    let sum = bins.reduce(0.0) { $0 + $1.distribution.mean * Double($1.distribution.count) }
    expectClose(sum / Double(count), pull.distribution.mean, absolute: 1e-13)
  }

  @Test func binsSeeADeviationOfTheLargestAmplitudes() throws {
    var (prediction, truth) = calibrated(10_000, seed: 3)
    let limit = truth.sorted()[9000]
    for i in truth.indices where truth[i] >= limit {
      prediction.logMean[i] += 2 * (prediction.logSystematic?[i] ?? 0)
    }
    let pull = try SystematicPull(prediction, against: truth)
    let means = pull.bins(of: truth).map(\.distribution.mean)
    expectClose(means[9], 2, absolute: 0.2)
    expectClose(Array(means[0..<9]), [Double](repeating: 0, count: 9), absolute: 0.2)
    let extremes = try #require(pull.extremes(of: truth))
    #expect(extremes.lowest.distribution.count == 100)
    expectClose(extremes.highest.distribution.mean, 2, absolute: 0.5)
    #expect(extremes.highest.range.upperBound == truth.max())
    #expect(extremes.lowest.range.lowerBound == truth.min())
  }

  @Test func fewPointsMakeFewBins() throws {
    let (prediction, truth) = calibrated(3, seed: 1)
    let pull = try SystematicPull(prediction, against: truth)
    #expect(pull.bins(of: truth).count == 3)
    #expect(pull.bins(of: [.nan, .nan, .nan]).isEmpty)
    #expect(pull.extremes(of: [.nan, .nan, .nan]) == nil)
    let empty = try SystematicPull(Prediction(logMean: [], logSystematic: []), against: [])
    #expect(empty.bins(of: []).isEmpty && empty.extremes(of: []) == nil)
  }
}
