import AmpCore
import AmpUncertainty
import Foundation
import TestSupport
import Testing

struct AccuracyTests {
  @Test func quantilesAreThoseOfNumPy() throws {
    for sample in try Reference.load().samples {
      let summary = Accuracy.Summary(of: sample.values)
      let orders = [0.5, 0.68, 0.9, 0.99, 0.999]
      expectClose(
        orders.map(summary.quantile), sample.quantiles, relative: 1e-13, sample.name)
      expectClose(summary.rms, sample.rms, relative: 1e-13, sample.name)
      expectClose(summary.mean, sample.mean, absolute: 1e-13, sample.name)
    }
  }

  @Test func fractionsAreStrictlyBelowTheirLimit() {
    let summary = Accuracy.Summary(of: [0.1, -0.05, 0.005, -0.0001])
    #expect(summary.fraction(below: 0.1) == 0.75)
    #expect(summary.fraction(below: 0.01) == 0.5)
    #expect(summary.fraction(below: 0.001) == 0.25)
    expectClose(summary.median, (0.05 + 0.005) / 2, relative: 1e-14)
  }

  @Test func theLargestPercentIsByTrueAmplitude() {
    let truth = (1...300).map(Double.init)
    let mean = truth.map { log($0) + ($0 > 297 ? 0.1 : 0.001) }
    let accuracy = Accuracy(Prediction(logMean: mean, logSystematic: nil), against: truth)
    #expect(accuracy.largest.count == 3)
    expectClose(accuracy.largest.median, expm1(0.1), relative: 1e-12)
    expectClose(accuracy.all.median, expm1(0.001), relative: 1e-11)
  }

  @Test func worstPointsComeFirst() throws {
    let prediction = Prediction(
      logMean: [0.1, -0.3, 0, .nan, 0.2], logSystematic: [0.01, 1, 1, 1, 0.1])
    let truth = [Double](repeating: 1, count: 5)
    #expect(Accuracy(prediction, against: truth).worst(3) == [3, 1, 4])
    let pull = try SystematicPull(prediction, against: truth)
    #expect(pull.worst(3) == [3, 0, 4])
    #expect(Accuracy(prediction, against: truth).worst(99).count == 5)
    #expect(indicesOfLargest([2, .infinity, 2, .nan], count: 4) == [3, 1, 0, 2])
  }

  @Test func nothingGivesNoNumbers() {
    let accuracy = Accuracy(Prediction(logMean: [], logSystematic: nil), against: [])
    #expect(accuracy.all.count == 0 && accuracy.all.median.isNaN && accuracy.all.rms.isNaN)
    #expect(accuracy.largest.fraction(below: 1).isNaN && accuracy.worst(3).isEmpty)
    let one = Accuracy(Prediction(logMean: [0], logSystematic: nil), against: [1])
    #expect(one.all.median == 0 && one.largest.count == 1 && one.all.quantile(0.999) == 0)
  }
}

struct CalibrationCurveTests {
  @Test func coverageAtOneHalfIsThatOfSciPy() throws {
    for sample in try Reference.load().samples {
      let curve = CalibrationCurve(of: sample.values, levels: [0, 0.5, 1])
      expectClose(curve.observed[1], sample.central50, absolute: 1e-15, sample.name)
      #expect(curve.observed[2] == 1)
    }
  }

  @Test(arguments: 0..<32 as Range<UInt64>)
  func gaussianPullsLieOnTheDiagonal(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let curve = CalibrationCurve(of: (0..<3000).map { _ in rng.normal() })
    for i in curve.nominal.indices {
      expectClose(
        curve.observed[i], curve.nominal[i], absolute: 5 * curve.errors[i] + 1e-12)
    }
    #expect(curve.miscalibration < 0.03)
    #expect(zip(curve.observed, curve.observed.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func narrowPullsLieAboveTheDiagonal() {
    var rng = Philox(seed: 2, purpose: .other)
    let curve = CalibrationCurve(of: (0..<3000).map { _ in 0.5 * rng.normal() })
    #expect(curve.observed[25] > curve.nominal[25] + 0.1 && curve.miscalibration > 0.1)
  }

  /// √(p (1 − p)/n) for n independent points.
  @Test func errorsOfFractionsAreBinomial() {
    let pulls = (0..<100).map { Double($0) / 25 - 2 }
    let curve = CalibrationCurve(of: pulls, levels: [0, 0.5, 0.9, 1])
    expectClose(curve.errors, [0, 0.05, 0.03, 0], absolute: 1e-12)
    let pairs = CalibrationCurve(of: pulls, perPoint: 4, levels: [0.5])
    expectClose(pairs.errors, [0.1], absolute: 1e-12)
  }

  @Test func pullsThatAreNotFiniteAreNeverCovered() {
    let curve = CalibrationCurve(of: [.nan, .infinity, 0, 0], levels: [0.5, 1])
    #expect(curve.observed == [0.5, 0.5])
    #expect(CalibrationCurve(of: []).observed.allSatisfy { $0.isNaN })
  }
}
