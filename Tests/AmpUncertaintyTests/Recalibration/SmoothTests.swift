import AmpCore
import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Factors between width and coverage along a parabola.
@Suite struct SmoothTests {
  /// 12 pulls of ±1 and ±3 for one bin: √5 is the rms, and ten of the twelve lie up to the quantile.
  @Test func factorIsTheMeanOfWidthAndCoverage() throws {
    let pulls = [1.0, -1, 3, -3, 1, -1, 3, -3, 1, 3, -1, -3]
    let recalibration = try Recalibration.smooth(points(pulls: pulls))
    // Index 0.6827 · 11 = 7.5 of the sorted sizes is a 3.
    expectClose(recalibration.factors, [cbrt(5.0.squareRoot() * 9)], relative: 1e-12)
    #expect(recalibration.method == .smooth && recalibration.variable == nil)
  }

  @Test func parabolaIsReproduced() {
    let values = (0..<9).map(Double.init).map { (x: Double) -> Double in
      0.3 - 0.2 * x + 0.05 * x * x
    }
    expectClose(Recalibration.parabola(nearestTo: values), values, absolute: 1e-13)
    expectClose(Recalibration.parabola(nearestTo: [1, 2, 6]), [3, 3, 3], absolute: 1e-13)
    expectClose(Recalibration.parabola(nearestTo: [7]), [7], absolute: 1e-13)
  }

  /// numpy.polynomial.polynomial.polyfit(x, y, 2) at x = (2k + 1)/6 − 1, y = 0, 1, 0, 0, 2, 1.
  @Test func parabolaIsThatOfLeastSquares() {
    expectClose(
      Recalibration.parabola(nearestTo: [0, 1, 0, 0, 2, 1]),
      [
        0.21428571428571436, 0.3, 0.4571428571428576, 0.6857142857142862, 0.9857142857142861,
        1.3571428571428572,
      ],
      absolute: 1e-12)
  }

  /// Gaussian pulls whose width grows with the amplitude: unit width and coverage afterwards.
  @Test(arguments: 0..<16 as Range<UInt64>)
  func widthAndCoverageAreRightEverywhere(seed: UInt64) throws {
    let count = 20_000
    var random = Philox(seed: seed, purpose: .other)
    let logMean = (0..<count).map { Double($0) / Double(count) }
    let labels = logMean.map { exp($0 - 0.01 * (1 + $0) * random.normal()) }
    let sample = try CalibrationPoints(
      Prediction(logMean: logMean, logSystematic: [Double](repeating: 0.01, count: count)),
      at: anyMomenta(count, seed: seed), against: labels)
    let after = try again(sample, .smooth(sample))
    for tenth in 0..<10 {
      let part = Array(after.pulls[tenth * count / 10..<(tenth + 1) * count / 10])
      // Three standard deviations of 2000 points.
      expectClose(rms(part), 1, absolute: 0.05)
      expectClose(
        Double(part.count { abs($0) <= 1 }) / Double(part.count), 0.683, absolute: 0.033)
    }
  }

  /// The median point of a bin has its factor; from one to the next it is a straight line.
  @Test func factorsHaveNoSteps() throws {
    let pulls = normals(1000, seed: 8).enumerated().map { $1 * (1 + Double($0) / 1000) }
    let sample = try points(pulls: pulls)
    let recalibration = try Recalibration.smooth(sample, by: .invariant(1, 2))
    let nodes = try #require(recalibration.nodes)
    let factors = recalibration.factors
    #expect(nodes.count == 20 && factors.count == 20 && recalibration.edges.isEmpty)
    let values = CalibrationVariable.invariant(1, 2)(sample.prediction, sample.momenta).sorted()
    for k in nodes.indices {
      expectClose(nodes[k], (values[50 * k + 24] + values[50 * k + 25]) / 2, relative: 1e-12)
      #expect(recalibration.scale(at: nodes[k]) == factors[k])
      expectClose(recalibration.scale(at: nodes[k].nextDown), factors[k], relative: 1e-12)
      guard k > 0 else { continue }
      let quarter = 0.75 * nodes[k - 1] + 0.25 * nodes[k]
      expectClose(
        recalibration.scale(at: quarter), 0.75 * factors[k - 1] + 0.25 * factors[k], relative: 1e-12
      )
    }
    #expect(recalibration.scale(at: -.infinity) == factors[0])
    #expect(recalibration.scale(at: .nan) == factors[0])
    #expect(recalibration.scale(at: .infinity) == factors[19])
    let again = try JSONDecoder().decode(
      Recalibration.self, from: JSONEncoder().encode(recalibration))
    #expect(again == recalibration)
  }

  /// Where σ is large it is too small: mended along σ, whatever the amplitude.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func factorsFollowTheUncertainty(seed: UInt64) throws {
    let count = 20_000
    var random = Philox(seed: seed, purpose: .other)
    let logMean = (0..<count).map { _ in random.normal() }
    let logSigma = (0..<count).map { Double($0) / Double(count) - 5 }
    let labels = zip(logMean, logSigma).map { exp($0 - exp(1.3 * $1 + 1) * random.normal()) }
    let sample = try CalibrationPoints(
      Prediction(logMean: logMean, logSystematic: logSigma.map { exp($0) }),
      at: anyMomenta(count, seed: seed), against: labels)
    let after = try again(sample, .smooth(sample, by: .uncertainty))
    for tenth in 0..<10 {
      expectClose(rms(Array(after.pulls[tenth * 2000..<(tenth + 1) * 2000])), 1, absolute: 0.05)
    }
  }

  /// One pull of a million does not widen σ for all others.
  @Test func onePointDoesNotDecide() throws {
    var pulls = normals(4000, seed: 5)
    let before = try Recalibration.smooth(points(pulls: pulls)).factors
    pulls[17] = 1e6
    let after = try Recalibration.smooth(points(pulls: pulls)).factors
    expectClose(after, before, relative: 0.03)
  }

  @Test(arguments: [
    ("agree exactly", [Double](repeating: 0, count: 500)), ("too few", [1, 2, 3]),
    ("not finite", [.infinity] + [Double](repeating: 1, count: 60)),
  ])
  func uselessPullsAreRefused(words: String, pulls: [Double]) throws {
    let error = #expect(throws: AmpError.self) { try Recalibration.smooth(points(pulls: pulls)) }
    #expect(try #require(error).description.contains(words))
  }
}
