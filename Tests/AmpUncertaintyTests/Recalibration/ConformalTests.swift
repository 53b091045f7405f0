import AmpUncertainty
import Foundation
import TestSupport
import Testing

@Suite struct ConformalTests {
  /// |t| = 1, 2, … 9: ⌈10 · 0.7⌉ = 7, ⌈10 · 0.71⌉ = 8, ⌈10 · 0.9⌉ = 9, beyond there is none.
  @Test func factorIsTheOrderStatistic() throws {
    let pulls = [3.0, -1, 9, -7, 5, 2, -4, 8, -6]
    for (level, factor) in [(0.05, 1.0), (0.7, 7), (0.71, 8), (0.9, 9)] {
      let found = try Recalibration.conformal(points(pulls: pulls), level: level)
      expectClose(found.factors[0], factor, relative: 1e-12, "\(level)")
      #expect(found.level == level)
    }
    #expect { try Recalibration.conformal(points(pulls: pulls), level: 0.91) } throws: {
      "\($0)".contains("9 points are too few") && "\($0)".contains("at least 11 points")
    }
    for level in [0, 1, -0.1, 1.5, .nan] {
      #expect { try Recalibration.conformal(points(pulls: pulls), level: level) } throws: {
        "\($0)".contains("between 0 and 1")
      }
    }
  }

  /// Exchangeability, exactly: each of n + 1 values in turn is the new one, and the part covered
  /// is ⌈(n + 1) level⌉/(n + 1), no more and no less.
  @Test(arguments: [3, 9, 10, 24])
  func partCoveredInAllOrdersIsExact(n: Int) throws {
    let pulls = normals(n + 1, seed: UInt64(n))
    for level in [0.3, 0.5, 0.6827, 0.75] {
      var covered = 0
      for new in pulls.indices {
        let rest = pulls.indices.filter { $0 != new }.map { pulls[$0] }
        let factor = try Recalibration.conformal(points(pulls: rest), level: level).factors[0]
        if abs(pulls[new]) <= factor * (1 + 1e-9) { covered += 1 }
      }
      #expect(covered == Int((Double(n + 1) * level - 1e-9).rounded(.up)), "level \(level)")
    }
  }

  /// Whatever the pulls: the coverage of new points, averaged over 1000 calibrations.
  @Test(arguments: [0.6827, 0.9])
  func coverageIsTheNominalOne(level: Double) throws {
    let (n, fresh, trials) = (50, 200, 1000)
    for tail in [0.0, 3] {
      var covered = 0
      for trial in 0..<trials {
        var random = Philox(seed: UInt64(trial), purpose: .other, member: UInt32(tail))
        func pull() -> Double {
          let t = random.normal()
          return tail == 0 ? t : sinh(tail * t)  // long tails
        }
        let sample = try points(pulls: (0..<n).map { _ in pull() })
        let factor = try Recalibration.conformal(sample, level: level).factors[0]
        covered += (0..<fresh).count { _ in abs(pull()) <= factor }
      }
      let expected = (Double(n + 1) * level).rounded(.up) / Double(n + 1)
      // The coverage given the calibration follows a Beta law of variance e(1 − e)/(n + 2).
      let error = (expected * (1 - expected) * (1 / 52.0 + 1 / 200.0) / 1000).squareRoot()
      expectClose(Double(covered) / Double(fresh * trials), expected, absolute: 4 * error)
      #expect(Double(covered) / Double(fresh * trials) > level - 4 * error)
    }
  }

  /// The guarantee holds in each bin, where pulls have another width, with few points in it.
  @Test func coverageHoldsInEveryBin() throws {
    let (bins, n, fresh, trials, level) = (3, 45, 200, 1000, 0.8)
    var covered = [Int](repeating: 0, count: bins)
    var all = covered
    for trial in 0..<trials {
      var random = Philox(seed: UInt64(trial), purpose: .other, member: 9)
      func sample(_ count: Int) throws -> CalibrationPoints {
        let means = (0..<count).map { _ in random.uniform() }
        let labels = means.map { exp($0 + (0.2 + 3 * $0) * random.normal()) }
        return try CalibrationPoints(
          Prediction(logMean: means, logSystematic: [Double](repeating: 1, count: count)),
          at: Momenta([Double](repeating: 0, count: 20 * count), particles: 5), against: labels)
      }
      let recalibration = try Recalibration.conformal(sample(n), level: level, bins: bins)
      let after = try again(sample(fresh), recalibration)
      for (mean, pull) in zip(after.prediction.logMean, after.pulls) {
        let bin = recalibration.edges.count { $0 <= mean }
        all[bin] += 1
        if abs(pull) <= 1 { covered[bin] += 1 }
      }
    }
    // 15 or 14 points in a bin, borders left out: ⌈16 · 0.8⌉/16 = 0.8125, ⌈15 · 0.8⌉/15 = 0.8.
    for (bin, expected) in [0.8125, 0.8, 0.8].enumerated() {
      expectClose(
        Double(covered[bin]) / Double(all[bin]), expected, absolute: 0.014, "bin \(bin)")
    }
  }

  @Test func pullsWithoutNumberCountAsNotCovered() throws {
    let pulls = [Double](repeating: .nan, count: 2) + normals(8, seed: 1)
    let largest = normals(8, seed: 1).map { abs($0) }.max() ?? 0
    let found = try Recalibration.conformal(points(pulls: pulls), level: 0.7)
    expectClose(found.factors[0], largest, relative: 1e-9)
    #expect { try Recalibration.conformal(points(pulls: pulls), level: 0.8) } throws: {
      "\($0)".contains("2 of 10 pulls are not finite")
    }
  }
}
