import AmpUncertainty
import Foundation
import TestSupport
import Testing

@Suite struct EnsembleCorrelationTests {
  /// Members whose errors have the width `width` σ and the correlation `rho`.
  private func sample(
    _ count: Int, members: Int, rho: Double, width: Double = 1, seed: UInt64
  ) throws -> CalibrationPoints {
    var random = Philox(seed: seed, purpose: .other)
    let labels = (0..<count).map { _ in random.normal() }
    let sigma = (0..<count).map { _ in 0.05 * exp(0.5 * random.normal()) }
    let common = (0..<count).map { _ in random.normal() }
    let means = (0..<members).map { _ in
      (0..<count).map { i in
        let error = rho.squareRoot() * common[i] + (1 - rho).squareRoot() * random.normal()
        return labels[i] + width * sigma[i] * error
      }
    }
    var prediction = Prediction(
      logMean: (0..<count).map { i in means.reduce(0) { $0 + $1[i] } / Double(members) },
      logSystematic: sigma)
    prediction.members = means.map { Prediction.Member(logMean: $0, logSystematic: sigma) }
    return try CalibrationPoints(
      prediction, at: anyMomenta(count, seed: seed), against: labels.map { exp($0) })
  }

  @Test(arguments: [0.0, 0.1, 0.5, 0.9, 1])
  func knownCorrelationGivesTheKnownUncertainty(rho: Double) throws {
    for (members, width) in [(2, 1.0), (5, 1), (8, 1.6)] {
      let sample = try sample(20000, members: members, rho: rho, width: width, seed: 7)
      let found = try Recalibration.ensemble(sample)
      expectClose(found.correlation ?? -1, rho, absolute: 0.03)
      expectClose(found.factors[0], width, relative: 0.03)
      // σ² (ρ + (1 − ρ)/M), and the pull of the mean has unit width.
      let sigma = width * (rho + (1 - rho) / Double(members)).squareRoot()
      let after = found.applied(
        to: sample.prediction, at: sample.momenta, networks: members)
      let ratio = (after.logSystematic?[0] ?? 0) / (sample.prediction.logSystematic?[0] ?? 0)
      expectClose(ratio, sigma, relative: 0.03)
      expectClose(rms(try again(sample, found, networks: members).pulls), 1, absolute: 0.03)
      // One member alone keeps its own uncertainty.
      let own = (after.members?[0].logSystematic?[0] ?? 0)
      expectClose(own / (sample.prediction.logSystematic?[0] ?? 1), width, relative: 0.03)
    }
  }

  /// Not only on average: the rms pull of the mean is one for the number of networks calibrated.
  @Test(arguments: 0..<32 as Range<UInt64>)
  func rmsPullOfTheMeanIsExactlyOne(seed: UInt64) throws {
    let sample = try sample(60, members: 3, rho: 0.5, width: 0.7, seed: seed)
    let found = try Recalibration.ensemble(sample)
    #expect((found.correlation ?? 0) > 0)
    expectClose(rms(try again(sample, found, networks: 3).pulls), 1, absolute: 1e-10)
  }

  /// A part of a large ensemble has the error that the correlation of all members tells.
  @Test func otherNumbersOfNetworksFollow() throws {
    let all = try sample(20000, members: 8, rho: 0.3, seed: 3)
    let found = try Recalibration.ensemble(all)
    let members = try #require(all.prediction.members)
    for few in [1, 2, 4] {
      var part = all.prediction
      part.logMean = all.pulls.indices.map { i in
        members[..<few].reduce(0) { $0 + $1.logMean[i] } / Double(few)
      }
      part.members = nil
      let labels = all.pulls.indices.map { i in
        exp(all.prediction.logMean[i] - all.pulls[i] * (all.prediction.logSystematic?[i] ?? 0))
      }
      let after = found.applied(to: part, at: all.momenta, networks: few)
      let pulls = try CalibrationPoints(after, at: all.momenta, against: labels).pulls
      expectClose(rms(pulls), 1, absolute: 0.03, "\(few) networks")
    }
  }

  /// Errors that cancel are chance, and count as independent.
  @Test func negativeCorrelationIsTakenAsZero() throws {
    let labels = [Double](repeating: 1, count: 10)
    let sigma = [Double](repeating: 1, count: 10)
    var prediction = Prediction(
      logMean: [Double](repeating: 0.1, count: 10), logSystematic: sigma)
    prediction.members = [1.1, -0.9].map {
      Prediction.Member(logMean: [Double](repeating: $0, count: 10), logSystematic: sigma)
    }
    let found = try Recalibration.ensemble(
      CalibrationPoints(prediction, at: anyMomenta(10, seed: 1), against: labels))
    #expect(found.correlation == 0)
    expectClose(found.factors[0], 1.01.squareRoot(), relative: 1e-12)
  }

  @Test func singleNetworksAreRefused() throws {
    #expect { try Recalibration.ensemble(points(pulls: normals(20, seed: 1))) } throws: {
      "\($0)".contains("single network")
    }
    var prediction = Prediction(
      logMean: [0, 0], logSystematic: nil, logStatistical: [1, 1])
    prediction.members = [.init(logMean: [1, 1]), .init(logMean: [-1, -1])]
    let sample = try CalibrationPoints(prediction, at: anyMomenta(2, seed: 1), against: [1, 1])
    #expect { try Recalibration.ensemble(sample) } throws: { "\($0)".contains("learned no") }
  }
}
