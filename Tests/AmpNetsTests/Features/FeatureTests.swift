import AmpNets
import Foundation
import TestSupport
import Testing

@Suite struct FeatureTests {
  /// The features of the one point `momenta`, as they are before standardisation.
  func raw(_ name: String, _ momenta: Momenta) throws -> [Double] {
    let features = try FeatureSets.named(name)
    var x = [Double](repeating: .nan, count: features.width(particles: momenta.particles))
    momenta.components.withUnsafeBufferPointer { p in
      if let p = p.baseAddress { features.evaluate(p, particles: momenta.particles, into: &x) }
    }
    return x
  }

  @Test func featuresOfTheTriangleAreExact() throws {
    let logs = triangleInvariants.map { log($0) }
    #expect(try raw("momenta", triangle) == triangle.components)
    expectClose(try raw("invariants", triangle), logs, absolute: 1e-14)
    expectClose(
      try raw("momenta+invariants", triangle), triangle.components + logs, absolute: 1e-14)
    expectClose(
      try raw("ratios", triangle), logs.dropFirst().map { $0 - logs[0] }, absolute: 1e-14)
  }

  /// s of parallel momenta is zero; its logarithm is that of the rounding error, not −∞.
  @Test func parallelMomentaHaveAFiniteLogarithm() throws {
    let x = try raw("invariants", Momenta([2, 0, 0, 2, 3, 0, 0, 3], particles: 2))
    expectClose(x[0], log(2 * 6 * 0x1p-52), absolute: 1e-14)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func ratiosDoNotKnowFrameScaleHandOrOrder(seed: UInt64) throws {
    var random = Philox(seed: seed, purpose: .other)
    let points = (0..<20).map { _ in randomPoint(&random) }
    func table(_ change: (SIMD4<Double>) -> SIMD4<Double>) -> Momenta {
      Momenta(points.flatMap { flat($0.map(change)) }, particles: 5)
    }
    let map = try FeatureMap(Ratios(), process: .diphotonGluon, fittedTo: table { $0 })
    let x = try map(table { $0 }, as: Double.self)
    func expectSame(_ momenta: Momenta, _ label: String) throws {
      expectClose(try map(momenta, as: Double.self), x, absolute: 1e-9, label)
    }
    let angles = (0..<3).map { _ in 2 * Double.pi * random.uniform() }
    try expectSame(table(rotation(angles[0], angles[1], angles[2])), "rotated")
    let velocity = 0.3 * SIMD4(0, random.uniform(), -random.uniform(), random.uniform())
    try expectSame(table(boost(velocity)), "boosted")
    try expectSame(table { 7.3 * $0 }, "scaled")
    try expectSame(table { $0 * SIMD4(1, -1, -1, -1) }, "mirrored")
    for order in [[1, 0, 2, 3, 4], [0, 1, 3, 2, 4], [1, 0, 3, 2, 4]] {
      let exchanged = points.flatMap { point in flat(order.map { point[$0] }) }
      try expectSame(Momenta(exchanged, particles: 5), "in the order \(order)")
    }
    // Exchanging a photon with the gluon is no symmetry.
    let other = points.flatMap { point in flat([0, 1, 4, 3, 2].map { point[$0] }) }
    #expect(try map(Momenta(other, particles: 5), as: Double.self) != x)
  }

  /// The features that are standardised each on its own.
  static let separate = FeatureSets.all.filter {
    !$0.sharesScale && $0.scaledAlike(particles: 5) == Array(0..<$0.width(particles: 5))
  }

  @Test(arguments: separate.map(\.name))
  func standardisedFeaturesHaveMeanZeroAndDeviationOneOnTheTrainingPart(name: String) throws {
    var random = Philox(seed: 5, purpose: .other)
    let (training, other) = (randomMomenta(500, &random), randomMomenta(100, &random))
    let map = try FeatureMap(
      FeatureSets.named(name), process: .diphotonGluon, fittedTo: training)
    let (mean, deviation) = moments(
      of: try map(training, as: Double.self), width: map.width)
    expectClose(mean, [Double](repeating: 0, count: map.width), absolute: 1e-11, name)
    // The transverse momenta of the incoming particles do not vary.
    let fixed = name.hasPrefix("momenta") ? [1, 2, 5, 6] : []
    let expected = (0..<map.width).map { fixed.contains($0) ? 0.0 : 1 }
    expectClose(deviation, expected, absolute: 1e-11, name)
    let shifted = moments(of: try map(other, as: Double.self), width: map.width)
    #expect(zip(shifted.mean, mean).contains { abs($0 - $1) > 1e-3 })
  }

  /// A common scale and no shift: anything else would break Lorentz equivariance.
  @Test(arguments: FeatureSets.all.filter(\.sharesScale).map(\.name))
  func featuresThatShareAScaleAreNotShifted(name: String) throws {
    var random = Philox(seed: 5, purpose: .other)
    let map = try FeatureMap(
      FeatureSets.named(name), process: .diphotonGluon, fittedTo: randomMomenta(500, &random))
    #expect(map.mean == [Double](repeating: 0, count: map.width))
    #expect(Set(map.scale).count == 1)
    #expect(map.scale[0] > 0 && map.scale[0] != 1)
  }

  @Test(arguments: FeatureSets.all.map(\.name))
  func singlePrecisionFeaturesAreTheRoundedDoubles(name: String) throws {
    var random = Philox(seed: 6, purpose: .other)
    let momenta = randomMomenta(2500, &random)  // more than two blocks
    let map = try FeatureMap(FeatureSets.named(name), process: .diphotonGluon, fittedTo: momenta)
    let double = try map(momenta, as: Double.self)
    #expect(try map(momenta, as: Float.self) == double.map { Float($0) })
    #expect(try map(momenta, threads: 3, as: Double.self) == double)
    #expect(
      try map(momenta.rows(2000..<2001), as: Double.self)
        == Array(double[2000 * map.width..<2001 * map.width]))
    #expect(try map(momenta.rows([Int]()), as: Float.self).isEmpty)
  }

  /// Rounding of the mean must not be taken for a variation.
  @Test func featuresThatDoNotVaryAreLeftUnscaled() throws {
    for count in [1, 3, 7, 100] {
      let momenta = Momenta(
        (0..<count).flatMap { _ in triangle.components.map { $0 * 0.1 } }, particles: 5)
      for features in Self.separate {
        let map = try FeatureMap(features, process: .diphotonGluon, fittedTo: momenta)
        #expect(map.scale == [Double](repeating: 1, count: map.width), "\(features.name)")
      }
    }
  }

  @Test func pointsOfAnotherProcessAreRefused() throws {
    let four = Momenta([Double](repeating: 1, count: 16), particles: 4)
    #expect(throws: AmpError.self) {
      try FeatureMap(Ratios(), process: .diphotonGluon, fittedTo: four)
    }
    #expect(throws: AmpError.self) {
      try FeatureMap(
        Ratios(), process: .diphotonGluon, fittedTo: Momenta([], particles: 5))
    }
    let map = try FeatureMap(FourMomenta(), process: .diphotonGluon, fittedTo: triangle)
    #expect(throws: AmpError.self) { try map(four, as: Float.self) }
    #expect(throws: AmpError.self) { try FeatureSets.named("ratio") }
  }

  @Test func mapsSurviveTheirFile() throws {
    var random = Philox(seed: 8, purpose: .other)
    let momenta = randomMomenta(30, &random)
    let map = try FeatureMap(Ratios(), process: .diphotonGluon, fittedTo: momenta)
    let read = try JSONDecoder().decode(FeatureMap.self, from: JSONEncoder().encode(map))
    #expect(read == map)
    #expect(try read(momenta, as: Double.self) == map(momenta, as: Double.self))
  }

  /// s₃₄/s₁₂ of four particles is 1 but for roundings, which must not become a feature.
  @Test func ratiosThatAreRoundingsAreNotBlownUp() throws {
    var random = Philox(seed: 3, purpose: .other)
    var components: [Double] = []
    for _ in 0..<200 {
      let (energy, cosine) = (50 + 100 * random.uniform(), 1.8 * random.uniform() - 0.9)
      let move = boost(SIMD4(0, 0, 0, random.uniform() - 0.5))
      let sine = energy * (1 - cosine * cosine).squareRoot()
      let out = SIMD4(energy, 0.6 * sine, 0.8 * sine, energy * cosine)
      let back = SIMD4(energy, -0.6 * sine, -0.8 * sine, -energy * cosine)
      let beams = [SIMD4(energy, 0, 0, energy), SIMD4(energy, 0, 0, -energy)]
      components += flat((beams + [out, back]).map(move))
    }
    let momenta = Momenta(components, particles: 4)
    let map = try FeatureMap(Ratios(), process: .gluons(4), fittedTo: momenta)
    let features: [Double] = try map(momenta)
    #expect(map.width == 5 && map.scale.allSatisfy { $0 >= 1e-6 })
    // The last one is s₃₄/s₁₂.
    for row in 0..<200 { #expect(abs(features[5 * row + 4]) < 1e-6) }
  }
}
