import AmpCore
import AmpUncertainty
import Foundation
import TestSupport
import Testing

struct PredictionTests {
  let prediction = Prediction(
    logMean: [log(2.0), log(1e-6), -700], logSystematic: [0.03, 0.003, 0.1],
    logStatistical: [0.04, 0.004, 0])

  @Test func amplitudesAreTheExponentialOfTheLogarithmicMean() {
    expectClose(prediction.amplitude, [2, 1e-6, exp(-700)], relative: 1e-14)
  }

  @Test func uncertaintiesOfAmplitudesAreThoseOfLogarithmsTimesTheAmplitude() throws {
    expectClose(
      try #require(prediction.systematic), [0.06, 3e-9, 0.1 * exp(-700)], relative: 1e-13)
    expectClose(try #require(prediction.statistical), [0.08, 4e-9, 0], relative: 1e-13)
    #expect(prediction.relativeSystematic == [0.03, 0.003, 0.1])
    #expect(prediction.relativeStatistical == [0.04, 0.004, 0])
  }

  @Test func totalAddsInQuadrature() throws {
    expectClose(try #require(prediction.logTotal), [0.05, 0.005, 0.1], relative: 1e-14)
    expectClose(try #require(prediction.relativeTotal), [0.05, 0.005, 0.1], relative: 1e-14)
    expectClose(try #require(prediction.total), [0.1, 5e-9, 0.1 * exp(-700)], relative: 1e-13)
  }

  @Test func totalIsWhatThereIs() {
    let one = Prediction(logMean: [1], logSystematic: [0.1])
    #expect(one.logTotal == [0.1])
    #expect(one.statistical == nil && one.relativeStatistical == nil)
    let other = Prediction(logMean: [1], logSystematic: nil, logStatistical: [0.2])
    #expect(other.logTotal == [0.2])
    #expect(other.systematic == nil)
    #expect(Prediction(logMean: [1], logSystematic: nil).total == nil)
  }

  @Test func rowsPickInTheirOrder() {
    let rows = prediction.rows([2, 0])
    #expect(rows.logMean == [-700, log(2.0)])
    #expect(rows.logSystematic == [0.1, 0.03])
    #expect(rows.logStatistical == [0, 0.04])
    #expect(prediction.rows([]).count == 0)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func deviationsKeepTheirDigits(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let amplitude = exp(-14 + 3 * rng.normal())
    let delta = 1e-9 * rng.normal()
    let prediction = Prediction(logMean: [log(amplitude) + log1p(delta)], logSystematic: nil)
    // ln A ≈ −14 is known to 2e-15.
    expectClose(prediction.deviations(from: [amplitude]), [delta], absolute: 2e-14)
  }

  @Test func deviationsFromAmplitudesThatAreNotPositive() {
    let prediction = Prediction(logMean: [0, 0, 0], logSystematic: nil)
    let deviations = prediction.deviations(from: [-1, 0, .nan])
    expectClose(deviations[0], -2, relative: 1e-14)
    #expect(!deviations[1].isFinite && deviations[2].isNaN)
  }

  @Test func mismatchedShapesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Prediction(logMean: [1, 2], logSystematic: [1])
    }
  }
}
