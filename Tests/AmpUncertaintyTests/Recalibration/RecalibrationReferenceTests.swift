import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// The numbers of Tests/Fixtures/scripts/recalibration.py.
@Suite struct RecalibrationReferenceTests {
  private let reference: ReferenceTensors
  private let sample: CalibrationPoints

  init() throws {
    reference = try ReferenceTensors("recalibration.safetensors")
    sample = try CalibrationPoints(
      Prediction(logMean: reference["mean"], logSystematic: reference["sigma"]),
      at: Momenta(reference["momenta"], particles: 5), against: reference["label"])
  }

  @Test func pullsAndTheMinimumOfTheLoss() throws {
    expectClose(sample.pulls, reference["pulls"], relative: 1e-11, absolute: 1e-12)
    // SciPy finds the minimum of a parabola to the root of the rounding error.
    expectClose(
      try Recalibration.global(sample).factors, reference["factor"], relative: 1e-7)
    expectClose(
      try Recalibration.gradientDescent(sample).factors, reference["factor"], relative: 1e-4)
  }

  @Test(arguments: ["amplitude", "s14"])
  func bins(name: String) throws {
    let variable = try CalibrationVariable(named: name, particles: 5)
    let found = try Recalibration.bins(sample, 5, by: variable)
    expectClose(found.edges, reference[name + ".edges"], relative: 1e-9)
    expectClose(found.factors, reference[name + ".factors"], relative: 1e-10)
    let after = found.applied(to: sample.prediction, at: sample.momenta)
    expectClose(after.logSystematic ?? [], reference[name + ".sigma"], relative: 1e-10)
    expectClose(
      try Recalibration.conformal(sample, level: 0.8, bins: 5, by: variable).factors,
      reference[name + ".conformal"], relative: 1e-10)
  }

  @Test(arguments: ["amplitude", "s14"])
  func smoothFactors(name: String) throws {
    let variable = try CalibrationVariable(named: name, particles: 5)
    let found = try Recalibration.smooth(sample, 5, by: variable)
    expectClose(found.nodes ?? [], reference[name + ".nodes"], relative: 1e-10)
    expectClose(found.factors, reference[name + ".smooth"], relative: 1e-10)
    let after = found.applied(to: sample.prediction, at: sample.momenta)
    expectClose(after.logSystematic ?? [], reference[name + ".smooth.sigma"], relative: 1e-10)
  }

  @Test func conformalQuantiles() throws {
    let found = try [0.5, 0.6827, 0.9, 0.95].map {
      try Recalibration.conformal(sample, level: $0).factors[0]
    }
    expectClose(found, reference["conformal"], relative: 1e-11)
  }

  @Test func correlationOfMembersByTheirPairs() throws {
    let count = sample.count
    let means = reference["ensemble.means"]
    let members = (0..<4).map { Array(means[$0 * count..<($0 + 1) * count]) }
    var prediction = Prediction(
      logMean: (0..<count).map { i in members.reduce(0) { $0 + $1[i] } / 4 },
      logSystematic: reference["sigma"])
    prediction.members = members.map { Prediction.Member(logMean: $0) }
    let found = try Recalibration.ensemble(
      CalibrationPoints(prediction, at: sample.momenta, against: reference["label"]))
    expectClose(found.factors, reference["ensemble.width"], relative: 1e-10)
    expectClose(
      found.correlation.map { [$0] } ?? [], reference["ensemble.correlation"],
      relative: 1e-9)
    let two = found.applied(to: prediction, at: sample.momenta, networks: 2)
    expectClose(two.logSystematic ?? [], reference["ensemble.two"], relative: 1e-9)
  }
}
