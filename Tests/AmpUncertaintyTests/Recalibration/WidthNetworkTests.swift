import AmpCore
import AmpData
import AmpNets
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// A factor on σ for every point, from a small network.
@Suite struct WidthNetworkTests {
  /// ½ t² e^(−g) + ½ g and ½ (1 − t² e^(−g)), by hand.
  @Test func lossOfTwoPoints() {
    var gradient = [0.0, 0]
    let loss = PullWidth().loss(
      outputs: [0, log(4)], targets: [3, 2], rows: 2, weight: 0.5, gradient: &gradient)
    expectClose(loss, 4.5 + 0.5 + 0.5 * log(4), relative: 1e-14)
    expectClose(gradient, [-2, 0], absolute: 1e-14)
  }

  /// Beyond its range g has no influence, and is led back but not further out.
  @Test func lossBeyondTheRange() {
    for (g, t, expected) in [
      (8.0, 1.0, 0.5 * (1 - exp(-6))), (-8, 1, 0.5 * (1 - exp(6))), (-8, 0, 0),
    ] {
      var gradient = [0.0]
      let loss = PullWidth().loss(
        outputs: [g], targets: [t], rows: 1, weight: 1, gradient: &gradient)
      let clamped = g > 0 ? 6.0 : -6
      expectClose(loss, 0.5 * (t * t * exp(-clamped) + clamped), relative: 1e-14)
      expectClose(gradient[0], expected, relative: 1e-14)
    }
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func gradientIsThatOfDifferences(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (g, t) = ([2 * random.normal()], [random.normal()])
    func loss(_ g: Double) -> Double {
      PullWidth().loss(outputs: [g], targets: t, rows: 1, weight: 1, gradient: nil)
    }
    var gradient = [0.0]
    _ = PullWidth().loss(outputs: g, targets: t, rows: 1, weight: 1, gradient: &gradient)
    expectClose(gradient[0], (loss(g[0] + 1e-5) - loss(g[0] - 1e-5)) / 2e-5, absolute: 1e-8)
  }

  /// exp(½ g) with g from one node per layer: GELU(1.5)·2 + 0.1 and so on, and its range.
  @Test func factorsOfOneNode() throws {
    #expect(WidthNetwork.factor(100) == exp(3) && WidthNetwork.factor(-100) == exp(-3))
    let features = try features()
    let layout = WidthNetwork.network(features: features.width, hidden: [1]).layout
    var weights = [Double](repeating: 0, count: layout.count)
    // Bias of the hidden node, weight and bias of the head.
    (weights[features.width], weights[features.width + 1], weights[features.width + 2]) = (
      1.5, 2, 0.1
    )
    let network = WidthNetwork(features, hidden: [1], weights: weights)
    let gelu = 1.5 * 0.5 * erfc(-1.5 / 2.0.squareRoot())
    let momenta = try points(20).momenta
    expectClose(
      network.factors(at: momenta), [Double](repeating: exp(0.5 * (2 * gelu + 0.1)), count: 20),
      relative: 1e-14)
  }

  /// σ is wrong by a factor that moves with an invariant, and half of the labels are held out.
  @Test(arguments: 0..<2 as Range<UInt64>)
  func pullsBecomeGaussianEverywhere(seed: UInt64) throws {
    let (table, features) = (try points(40_000), try features())
    let wrong = table.amplitudes.indices.map { i -> Double in
      let s = [3, 4].map { 2 * minkowski(table.momenta[i, 2], table.momenta[i, $0]) }
      return exp(1.2 * sin(log(s[0] / s[1])))
    }
    var random = Philox(seed: seed, purpose: .other)
    let prediction = Prediction(
      logMean: table.amplitudes.enumerated().map {
        log($1) + 0.01 * wrong[$0] * random.normal()
      },
      logSystematic: wrong.map { _ in 0.01 })
    func part(_ range: Range<Int>) throws -> CalibrationPoints {
      try CalibrationPoints(
        Prediction(
          logMean: Array(prediction.logMean[range]),
          logSystematic: prediction.logSystematic.map { Array($0[range]) }),
        at: table.momenta.rows(Array(range)), against: Array(table.amplitudes[range]))
    }
    let (learned, held, judged) = (
      try part(0..<20_000), try part(20_000..<26_000), try part(26_000..<40_000)
    )
    let recalibration = try Recalibration.network(
      learned, heldOut: held, features: features, seed: seed, threads: 2)
    let after = try again(judged, recalibration).pulls
    let before = judged.pulls.map { $0 / rms(judged.pulls) }
    // Long tails are gone: the fourth moment of a Gaussian is three.
    let fourth = { (t: [Double]) in t.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(t.count) }
    #expect(fourth(before) > 5 && fourth(after) < 4, "\(fourth(before)), \(fourth(after))")
    for range in [0.0..<0.6, 0.6..<1.2, 1.2..<4] {
      let part = zip(after, wrong[26_000...]).filter { range.contains($1) }.map(\.0)
      expectClose(rms(part), 1, absolute: 0.09, "\(range)")
      expectClose(
        Double(part.count { abs($0) < 1 }) / Double(part.count), 0.683, absolute: 0.05, "\(range)")
    }
    // The same bits for any number of threads.
    let again = try Recalibration.network(
      learned, heldOut: held, features: features, seed: seed, threads: 1)
    #expect(again == recalibration)
    #expect(
      try JSONDecoder().decode(Recalibration.self, from: JSONEncoder().encode(again)) == again)
  }

  /// Pulls that are Gaussian already: nothing to learn, hardly anything changed.
  @Test func nothingIsMadeOfNothing() throws {
    let table = try points(20_000)
    let prediction = Prediction(
      logMean: zip(table.amplitudes, normals(20_000, width: 0.02, seed: 3)).map { log($0) + $1 },
      logSystematic: table.amplitudes.map { _ in 0.01 })
    let sample = try CalibrationPoints(prediction, at: table.momenta, against: table.amplitudes)
    let held = try CalibrationPoints(
      Prediction(
        logMean: zip(table.amplitudes, normals(20_000, width: 0.02, seed: 4)).map { log($0) + $1 },
        logSystematic: prediction.logSystematic), at: table.momenta, against: table.amplitudes)
    let found = try Recalibration.network(sample, heldOut: held, features: features(), threads: 2)
    let factors = try #require(found.network).factors(at: table.momenta).map {
      log(found.factors[0] * $0)
    }
    expectClose(factors.reduce(0, +) / 20_000, log(2), absolute: 0.02)
    expectClose(rms(factors.map { $0 - log(2) }), 0, absolute: 0.06)
  }

  /// Errors that are a smooth bias: a network that followed them would bring all pulls to ±1.
  @Test func biasIsNotTakenForAWidth() throws {
    let table = try points(40_000)
    func part(_ range: Range<Int>) throws -> CalibrationPoints {
      let (momenta, labels) = (table.momenta.rows(Array(range)), Array(table.amplitudes[range]))
      return try CalibrationPoints(
        Prediction(
          logMean: labels.enumerated().map { i, label in
            let s = [3, 4].map { 2 * minkowski(momenta[i, 2], momenta[i, $0]) }
            let t = [2, 4].map { 2 * minkowski(momenta[i, 0], momenta[i, $0]) }
            return log(label) + 0.01 * (sin(2 * log(s[0] / s[1])) + sin(1.5 * log(t[0] / t[1])))
          }, logSystematic: labels.map { _ in 0.01 }), at: momenta, against: labels)
    }
    let (learned, held, judged) = (
      try part(0..<20_000), try part(20_000..<25_000), try part(25_000..<40_000)
    )
    let found = try Recalibration.network(
      learned, heldOut: held, features: features(), threads: 2)
    let one = try Recalibration.smooth(held, 1)
    func distance(_ recalibration: Recalibration) throws -> Double {
      CalibrationCurve(of: try again(judged, recalibration).pulls).miscalibration
    }
    #expect(try distance(found) < distance(one) + 0.01)
  }

  /// Two labels of a million times their amplitude do not widen σ for all others.
  @Test func wrongLabelsDoNotDecide() throws {
    let table = try points(20_000)
    var pulls = normals(20_000, seed: 5)
    func found() throws -> [Double] {
      let sample = try CalibrationPoints(
        Prediction(
          logMean: zip(table.amplitudes, pulls).map { log($0) + 0.01 * $1 },
          logSystematic: pulls.map { _ in 0.01 }), at: table.momenta, against: table.amplitudes)
      let found = try Recalibration.network(sample, heldOut: sample, features: features())
      return try #require(found.network).factors(at: table.momenta).map { $0 * found.factors[0] }
    }
    let before = SortedSample(try found()).median
    (pulls[7], pulls[70]) = (1400, -1400)
    expectClose(SortedSample(try found()).median, before, relative: 0.05)
  }

  @Test func fewPointsAreRefused() throws {
    let table = try points(1000)
    let sample = try CalibrationPoints(
      Prediction(
        logMean: table.amplitudes.map { log($0) + 0.1 },
        logSystematic: table.amplitudes.map { _ in 0.1 }),
      at: table.momenta, against: table.amplitudes)
    let error = #expect(throws: AmpError.self) {
      try Recalibration.network(sample, heldOut: sample, features: features())
    }
    #expect(error?.problem.contains("1000 points to calibrate with are too few") == true)
  }

  private func points(_ count: Int) throws -> AmplitudeTable {
    try DiphotonGenerator().generate(points: count, seed: 7).table
  }

  private func features() throws -> FeatureMap {
    try FeatureMap(
      FeatureSets.named("ratios"), process: .diphotonGluon, fittedTo: points(1000).momenta)
  }
}
