import AmpCore
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Networks that scatter like a Gaussian of width σ_stat about the truth plus `bias` · σ_stat.
func scattered(
  _ points: Int, networks: Int, seed: UInt64, bias: Double = 0, keeping: Bool = true
) -> (Prediction, [Double]) {
  var rng = Philox(seed: seed, purpose: .other, member: 7)
  let logarithms = (0..<points).map { _ in -14 + 2 * rng.normal() }
  let sigma = (0..<points).map { _ in 0.003 * exp(0.5 * rng.normal()) }
  let members = (0..<networks).map { _ in
    (0..<points).map { logarithms[$0] + sigma[$0] * (bias + rng.normal()) }
  }
  let n = Double(networks)
  let mean = (0..<points).map { i in members.reduce(0) { $0 + $1[i] } / n }
  let spread = (0..<points).map { i in
    (members.reduce(0) { $0 + ($1[i] - mean[i]) * ($1[i] - mean[i]) } / (n - 1)).squareRoot()
  }
  var prediction = Prediction(
    logMean: mean, logSystematic: sigma, logStatistical: networks > 1 ? spread : nil)
  if keeping { prediction.members = members.map { Prediction.Member(logMean: $0) } }
  return (prediction, logarithms.map { exp($0) })
}

struct StatisticalPullTests {
  @Test func pullsAreThoseOfNumPy() throws {
    let reference = try ScoreReference.load().members
    var prediction = Prediction(
      logMean: reference.truth.map { log($0) }, logSystematic: nil)
    prediction.members = reference.members.map { Prediction.Member(logMean: $0) }
    let pulls = try StatisticalPulls(prediction)
    #expect(pulls.networks == 7 && pulls.points == 40)
    expectClose(pulls.toExpectation().values, reference.toExpectation, absolute: 1e-9)
    let toTruth = pulls.toTruth(reference.truth)
    expectClose(toTruth.values, reference.toTruth, absolute: 1e-9)
    expectClose(toTruth.distribution.meanError, reference.meanError, relative: 1e-8)
    expectClose(toTruth.distribution.widthError, reference.widthError, relative: 1e-8)
    for m in 1...7 {
      expectClose(pulls.scaled(m).values, reference.scaled[m - 1], absolute: 1e-8, "M = \(m)")
      expectClose(
        pulls.scaled(m, toTruth: reference.truth).values, reference.scaledToTruth[m - 1],
        absolute: 1e-8, "M = \(m)")
    }
    expectClose(
      try StatisticalPulls(prediction, in: .amplitude).toTruth(reference.truth).values,
      reference.amplitudeToTruth, absolute: 1e-8)
  }

  @Test func pullsOfThreeNetworks() throws {
    var prediction = Prediction(logMean: [2], logSystematic: nil, logStatistical: [1])
    prediction.members = [1, 2, 3].map { Prediction.Member(logMean: [$0]) }
    let pulls = try StatisticalPulls(prediction)
    #expect(pulls.toExpectation().values == [-1, 0, 1])
    #expect(pulls.toTruth([1]).values == [1, 2, 3])
    expectClose(pulls.scaled(2).values, [-0.5 * 2.squareRoot()], relative: 1e-15)
    expectClose(pulls.scaled(2, toTruth: [1]).values, [1.5 * 2.squareRoot()], relative: 1e-15)
    // A calibrated σ_stat is the one that counts.
    prediction.logStatistical = [2]
    #expect(try StatisticalPulls(prediction).toExpectation().values == [-0.5, 0, 0.5])
  }

  /// std(t_⟨A⟩) = √((N−1)/N) and |t| ≤ (N−1)/√N, whatever the networks say.
  @Test(arguments: 0..<64 as Range<UInt64>)
  func pullsToTheExpectationHaveTheirWidthByConstruction(seed: UInt64) throws {
    let networks = 2 + Int(seed % 15)
    let (prediction, _) = scattered(50, networks: networks, seed: seed)
    let pull = try StatisticalPulls(prediction).toExpectation()
    let n = Double(networks)
    expectClose(pull.distribution.rms, ((n - 1) / n).squareRoot(), relative: 1e-9)
    expectClose(pull.distribution.mean, 0, absolute: 1e-9)
    #expect(pull.distribution.largest <= (n - 1) / n.squareRoot() * (1 + 1e-9))
    #expect(pull.values.count == 50 * networks && pull.points == 50)
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func scaledPullsNarrowAsTheirNetworksBecomeAll(seed: UInt64) throws {
    let networks = [4, 16, 32][Int(seed % 3)]
    let (prediction, _) = scattered(3000, networks: networks, seed: seed)
    let pulls = try StatisticalPulls(prediction)
    for m in pulls.powersOfTwo {
      let shape = pulls.scaled(m).distribution
      let expected = StatisticalPulls.expectedWidth(m, of: networks)
      expectClose(expected, (1 - Double(m) / Double(networks)).squareRoot(), relative: 1e-15)
      expectClose(shape.rms, expected, absolute: 5 * expected / 6000.0.squareRoot() + 1e-9)
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func calibratedNetworksGiveUnitPullsToTheTruth(seed: UInt64) throws {
    let (prediction, truth) = scattered(3000, networks: 64, seed: seed)
    let shape = try StatisticalPulls(prediction).toTruth(truth).distribution
    expectClose(shape.width, 1, absolute: 0.03)
    expectClose(shape.mean, 0, absolute: 5 * shape.meanError)
    expectClose(shape.coverage[0].observed, 0.683, absolute: 0.02)
  }

  /// √⟨t²⟩² = 1 + M b²/σ_stat² for an error b that all networks share.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func aSharedErrorMakesManyNetworksOverconfident(seed: UInt64) throws {
    let bias = 0.2 + 0.1 * Double(seed % 4)
    let (prediction, truth) = scattered(2000, networks: 128, seed: seed, bias: bias)
    let pulls = try StatisticalPulls(prediction)
    for m in [1, 4, 16, 64] {
      let rms = pulls.scaled(m, toTruth: truth).distribution.rms
      let expected = 1 + Double(m) * bias * bias
      // σ_stat is an estimate: ⟨1/s²⟩ = (N−1)/(N−3)/σ².
      expectClose(rms * rms, expected * 127 / 125, relative: 0.15, "M = \(m)")
    }
  }

  @Test func oneOfManyIsTheSampledPullOfTheFirst() throws {
    let (prediction, truth) = scattered(20, networks: 5, seed: 3)
    let pulls = try StatisticalPulls(prediction)
    let sampled = pulls.toTruth(truth).values
    expectClose(
      pulls.scaled(1, toTruth: truth).values, (0..<20).map { sampled[5 * $0] }, relative: 1e-12)
    #expect(pulls.powersOfTwo == [1, 2, 4, 5])
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func theOrderOfTheNetworksDoesNotMatter(seed: UInt64) throws {
    var (prediction, truth) = scattered(30, networks: 6, seed: seed)
    let before = try StatisticalPulls(prediction).toTruth(truth).distribution
    prediction.members?.reverse()
    let after = try StatisticalPulls(prediction).toTruth(truth).distribution
    expectClose(after.width, before.width, relative: 1e-12)
    expectClose(after.meanError, before.meanError, relative: 1e-9)
    expectClose(after.widthError, before.widthError, relative: 1e-9)
  }

  /// The quoted error of the mean is the scatter of the mean over repetitions.
  @Test func errorsAllowForNetworksThatErrTogether() throws {
    var rng = Philox(seed: 11, purpose: .other)
    var (means, errors, naive) = ([Double](), 0.0, 0.0)
    for _ in 0..<300 {
      let values = (0..<100).flatMap { _ in
        let shared = rng.normal()
        return (0..<16).map { _ in shared + 0.3 * rng.normal() }
      }
      let shape = PullDistribution(of: values, perPoint: 16)
      means.append(shape.mean)
      errors += shape.meanError / 300
      naive += shape.width / Double(values.count).squareRoot() / 300
    }
    let scatter = (means.reduce(0) { $0 + $1 * $1 } / 300).squareRoot()
    expectClose(errors, scatter, relative: 0.15)
    #expect(naive < 0.5 * scatter)
  }

  @Test func densityIsThatOfSciPy() throws {
    for row in try ScoreReference.load().studentized {
      expectClose(
        StatisticalPulls.expectedDensity(row[1], networks: Int(row[0])), row[2], relative: 1e-9,
        "N = \(row[0]), t = \(row[1])")
    }
    #expect(StatisticalPulls.expectedDensity(2, networks: 4) == 0)
    #expect(StatisticalPulls.expectedDensity(0, networks: 2).isNaN)
    expectClose(
      StatisticalPulls.expectedDensity(1, networks: 100_000), StandardNormal.density(1),
      relative: 1e-4)
  }
}

struct BadStatisticalPullTests {
  @Test func oneNetworkHasNoStatisticalPull() {
    let (one, _) = scattered(3, networks: 1, seed: 1)
    #expect(throws: AmpError.self) { _ = try StatisticalPulls(one) }
    let (none, _) = scattered(3, networks: 4, seed: 1, keeping: false)
    #expect(throws: AmpError.self) { _ = try StatisticalPulls(none) }
  }

  @Test func networksThatAgreeHaveNoFinitePull() throws {
    var prediction = Prediction(
      logMean: [0.1, -2.3], logSystematic: nil, logStatistical: [0, 0])
    prediction.members = (0..<5).map { _ in Prediction.Member(logMean: [0.1, -2.3]) }
    let pulls = try StatisticalPulls(prediction)
    for pull in [pulls.toExpectation(), pulls.toTruth([1, 1]), pulls.scaled(2)] {
      #expect(pull.distribution.count == 0 && pull.distribution.notFinite == pull.values.count)
      #expect(pull.distribution.width.isNaN && pull.distribution.meanError.isNaN)
      #expect(pull.distribution.coverage[2].observed == 0)
    }
    // The same without a σ_stat of the prediction: the spread is exactly zero.
    prediction.logStatistical = nil
    #expect(try StatisticalPulls(prediction).toExpectation().values.allSatisfy { !$0.isFinite })
  }

  @Test func noPointsMakeNoPulls() throws {
    let (prediction, truth) = scattered(0, networks: 4, seed: 1)
    let pull = try StatisticalPulls(prediction).toTruth(truth)
    #expect(pull.values.isEmpty && pull.distribution.mean.isNaN)
    #expect(pull.bins(of: []).isEmpty && pull.extremes(of: []) == nil)
  }

  @Test func totalAndGenericPullsNeedTheirUncertainty() throws {
    let prediction = Prediction(logMean: [1], logSystematic: [3], logStatistical: [4])
    for (uncertainty, expected) in [
      (Pull.Uncertainty.systematic, 1.0 / 3), (.statistical, 0.25), (.total, 0.2),
    ] {
      expectClose(
        try Pull(prediction, against: [1], over: uncertainty).values, [expected], relative: 1e-15)
    }
    let bare = Prediction(logMean: [1], logSystematic: nil)
    for uncertainty in Pull.Uncertainty.allCases {
      #expect(throws: AmpError.self) { _ = try Pull(bare, against: [1], over: uncertainty) }
    }
  }

  @Test func binsHoldAllPullsOfTheirPoints() throws {
    let (prediction, truth) = scattered(95, networks: 4, seed: 2)
    let pull = try StatisticalPulls(prediction).toTruth(truth)
    let bins = pull.bins(of: truth)
    #expect(bins.count == 10 && bins.map(\.distribution.count).reduce(0, +) == 380)
    #expect(bins.allSatisfy { $0.distribution.count % 4 == 0 })
    let lowest = try #require(truth.firstIndex(of: truth.min() ?? 0))
    let end = try #require(pull.extremes(of: truth)).lowest
    let values = Array(pull.values[4 * lowest..<4 * lowest + 4])
    #expect(end.distribution.mean == PullDistribution(of: values, perPoint: 4).mean)
    // One point does not tell how far points scatter.
    #expect(end.distribution.meanError.isNaN && end.distribution.widthError.isNaN)
  }
}
