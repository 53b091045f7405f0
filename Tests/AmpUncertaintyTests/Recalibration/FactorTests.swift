import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Global factors and factors in bins.
@Suite struct FactorTests {
  /// 12 pulls of ±1 and ±3: c² = 5.
  @Test func globalFactorIsTheRmsPull() throws {
    let pulls = [1.0, -1, 3, -3, 1, -1, 3, -3, 1, 3, -1, -3]
    let recalibration = try Recalibration.global(points(pulls: pulls))
    expectClose(recalibration.factors[0], 5.0.squareRoot(), relative: 1e-12)
    #expect(recalibration.method == .global && recalibration.uncertainty == .systematic)
    #expect(recalibration.points == 12)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func rmsPullIsOneAfterwards(seed: UInt64) throws {
    let sample = try points(pulls: normals(500, width: 0.3 + Double(seed) / 10, seed: seed))
    let after = try again(sample, .global(sample))
    expectClose(rms(after.pulls), 1, absolute: 1e-12)
    #expect(after.prediction.logMean == sample.prediction.logMean)
  }

  /// The paper's way to the same number.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func gradientDescentAgreesWithTheClosedForm(seed: UInt64) throws {
    for (count, width) in [(40, 0.02), (5000, 1.4), (30000, 60)] {
      let sample = try points(pulls: normals(count, width: width, seed: seed))
      let exact = try Recalibration.global(sample).factors[0]
      let found = try Recalibration.gradientDescent(sample, seed: seed)
      expectClose(found.factors[0], exact, relative: 1e-3, "\(count) points")
      let repeated = try Recalibration.gradientDescent(sample, seed: seed)
      #expect(found == repeated)
    }
  }

  @Test(arguments: ["amplitude", "s12", "s45"])
  func rmsPullIsOneInEveryBin(name: String) throws {
    let variable = try CalibrationVariable(named: name, particles: 5)
    var random = Philox(seed: 4, purpose: .other)
    let sample = try points(pulls: (0..<1000).map { Double(1 + $0 % 7) * random.normal() })
    let recalibration = try Recalibration.bins(sample, 8, by: variable)
    #expect(recalibration.factors.count == 8 && recalibration.edges.count == 7)
    let after = try again(sample, recalibration)
    let repeated = try Recalibration.bins(after, 8, by: variable)
    #expect(repeated.edges == recalibration.edges)
    expectClose(repeated.factors, [Double](repeating: 1, count: 8), absolute: 1e-12)
  }

  @Test func pointsOutsideUseTheNearestBin() throws {
    let sample = try points(pulls: normals(100, seed: 2))
    let recalibration = try Recalibration.bins(sample, 4)
    let extremes = Prediction(logMean: [-1e6, 1e6], logSystematic: [1, 1])
    let after = recalibration.applied(to: extremes, at: anyMomenta(2, seed: 0))
    #expect(after.logSystematic == [recalibration.factors[0], recalibration.factors[3]])
  }

  /// Where predictions coincide they cannot be told apart: fewer bins, none of them empty.
  @Test func equalValuesShareABin() throws {
    let labels = normals(40, width: 0.1, seed: 3).map { exp($0) }
    let prediction = Prediction(
      logMean: (0..<40).map { $0 < 30 ? 0 : 5 }, logSystematic: [Double](repeating: 1, count: 40))
    let sample = try CalibrationPoints(
      prediction, at: anyMomenta(40, seed: 1), against: labels)
    let recalibration = try Recalibration.bins(sample, 4)
    #expect(recalibration.edges == [5] && recalibration.factors.count == 2)
    let one = Prediction(
      logMean: [Double](repeating: 1, count: 40), logSystematic: prediction.logSystematic)
    let constant = try CalibrationPoints(one, at: sample.momenta, against: labels)
    #expect(try Recalibration.bins(constant, 4).edges == [])
    #expect(try Recalibration.bins(constant, 4).variable == nil)
  }

  @Test func statisticalUncertaintyIsCalibratedWhereThereIsNoOther() throws {
    let labels = [Double](repeating: 1, count: 20)
    let prediction = Prediction(
      logMean: [Double](repeating: 0.3, count: 20), logSystematic: nil,
      logStatistical: [Double](repeating: 0.1, count: 20))
    let sample = try CalibrationPoints(prediction, at: anyMomenta(20, seed: 1), against: labels)
    let recalibration = try Recalibration.global(sample)
    #expect(recalibration.uncertainty == .statistical)
    let after = recalibration.applied(to: prediction, at: sample.momenta)
    expectClose(after.logStatistical ?? [], [Double](repeating: 0.3, count: 20), relative: 1e-12)
    #expect(after.logSystematic == nil)
  }

  @Test func uselessPointsAreRefused() throws {
    func expectError(_ words: String, _ pulls: [Double]) throws {
      let sample = try points(pulls: pulls)
      let methods: [(CalibrationPoints) throws -> Recalibration] = [
        { try .global($0) }, { try .bins($0, 1) }, { try .gradientDescent($0) },
      ]
      for body in methods {
        #expect { try body(sample) } throws: { "\($0)".contains(words) }
      }
    }
    try expectError("1 points are too few", [1])
    try expectError("9 points are too few", normals(9, seed: 1))
    try expectError("of 20 pulls are not finite", [.infinity] + normals(19, seed: 1))
    let zero = Prediction(
      logMean: [Double](repeating: 0, count: 20), logSystematic: [Double](repeating: 1, count: 20))
    let exact = try CalibrationPoints(
      zero, at: anyMomenta(20, seed: 1), against: [Double](repeating: 1, count: 20))
    #expect { try Recalibration.global(exact) } throws: { "\($0)".contains("agree exactly") }
    let crowded = try points(pulls: normals(50, seed: 1))
    #expect { try Recalibration.bins(crowded, 10) } throws: { "\($0)".contains("too few") }
    #expect {
      try CalibrationPoints(
        Prediction(logMean: [], logSystematic: []), at: Momenta([], particles: 5), against: [])
    } throws: { "\($0)".contains("no points") }
    #expect {
      try CalibrationPoints(
        Prediction(logMean: [1], logSystematic: nil), at: anyMomenta(1, seed: 0), against: [1])
    } throws: { "\($0)".contains("no uncertainty") }
  }

  /// σ at its lower clamp gives huge pulls: the factor is finite, and carried by that one point.
  @Test func sigmaAtTheClampKeepsTheFactorFinite() throws {
    var sigma = [Double](repeating: 0.1, count: 100)
    sigma[7] = exp(-15)
    let prediction = Prediction(
      logMean: [Double](repeating: 0.1, count: 100), logSystematic: sigma)
    let sample = try CalibrationPoints(
      prediction, at: anyMomenta(100, seed: 1), against: [Double](repeating: 1, count: 100))
    expectClose(
      try Recalibration.global(sample).factors[0], 0.1 * exp(15) / 10, relative: 1e-6)
    // The conformal scale does not care how far out it is.
    expectClose(try Recalibration.conformal(sample).factors[0], 1, relative: 1e-12)
  }
}

/// The points of `sample` with its prediction recalibrated.
func again(
  _ sample: CalibrationPoints, _ recalibration: Recalibration, networks: Int = 1
) throws -> CalibrationPoints {
  let labels = sample.pulls.indices.map { i in
    let sigma = sample.prediction.logSystematic ?? sample.prediction.logStatistical ?? []
    return exp(sample.prediction.logMean[i] - sample.pulls[i] * sigma[i])
  }
  return try CalibrationPoints(
    recalibration.applied(to: sample.prediction, at: sample.momenta, networks: networks),
    at: sample.momenta, against: labels)
}
