import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Unweighting in two stages gives events of the exact |M|², whatever the surrogate.
struct UnweightingTests {
  private static let exact = DiphotonGluonAmplitude()

  /// |M|² times a power of the leading photon's p_T and a wave: wrong by factors.
  @Sendable private static func poor(_ momenta: Momenta) -> [Double] {
    let values = exact.amplitudes(of: momenta, threads: 2).values
    return values.indices.map { i in
      let p = momenta[i, 2]
      let transverse = (p[1] * p[1] + p[2] * p[2]).squareRoot()
      return values[i] * (transverse / 60) * (1 + 0.3 * sin(transverse / 10))
    }
  }

  private static func unweighting(seed: UInt64 = 5, threads: Int = 2) -> Unweighting {
    var unweighting = Unweighting(DiphotonGenerator().phaseSpace)
    (unweighting.seed, unweighting.threads, unweighting.pilotPoints) = (seed, threads, 16_384)
    return unweighting
  }

  /// 100 000 exact weighted points of another seed.
  private static let weighted = Result {
    try DiphotonGenerator().generate(points: 100_000, seed: 99, threads: 2)
  }

  /// p-values of the shapes of all observables against the exact weighted points.
  private func pValues(_ momenta: Momenta, _ weights: [Double]) throws -> [Double] {
    let reference = try Self.weighted.get().table
    return Observable.all(of: .diphotonGluon).map { observable in
      let values = observable.values(reference.momenta)
      let sorted = values.sorted()
      let edges = (0...20).map { sorted[$0 * (sorted.count - 1) / 20] }
      return HistogramTest(
        .init(observable.values(momenta), weights: weights, edges: edges),
        .init(values, weights: reference.amplitudes, edges: edges)
      ).pValue
    }
  }

  @Test func eventsOfAPoorSurrogateHaveTheExactDistributions() throws {
    let sample = try Self.unweighting().run(.points(150_000), surrogate: Self.poor)
    let events = sample.statistics
    #expect(sample.table.count > 2000, "\(events)")
    let values = try pValues(sample.table.momenta, sample.weights)
    // Seven tests: the smallest of seven even p-values is below 1e-4 once in 1400 seeds.
    #expect(values.count == 7 && values.allSatisfy { $0 > 1e-4 }, "\(values)")
    let truth = try Self.weighted.get().statistics
    let error = hypot(truth.crossSectionError, events.crossSectionError)
    expectClose(events.crossSection, truth.crossSection, absolute: 4 * error)
    expectClose(
      events.surrogateCrossSection * events.meanRatio, events.crossSection, relative: 1e-12)
    #expect(events.crossSectionError < 0.02 * events.crossSection)
    // The amplitudes that come with the events are the exact ones.
    let again = Self.exact.amplitudes(of: sample.table.momenta).values
    expectClose(sample.table.amplitudes, again, relative: 1e-12)
  }

  /// The same test without stage two: it must see that the surrogate is wrong.
  @Test func withoutStageTwoTheTestFails() throws {
    let points = try DiphotonGenerator().phaseSpace.points(blocks: 0..<100, seed: 5, threads: 2)
    let weights = Self.poor(points.momenta)
    let largest = OverflowMaximum.of(weights, share: 1e-3)
    var random = Philox(seed: 5, purpose: .other)
    let rows = weights.indices.filter { weights[$0] > largest * random.uniform() }
    let values = try pValues(
      points.momenta.rows(rows), rows.map { max(1, weights[$0] / largest) })
    #expect((values.min() ?? 1) < 1e-10, "\(values)")
  }

  @Test func eventsDoNotDependOnThreadsOrGoal() throws {
    let one = try Self.unweighting(threads: 1).run(.points(40_000), surrogate: Self.poor)
    let three = try Self.unweighting(threads: 3).run(.points(40_000), surrogate: Self.poor)
    #expect(one.table == three.table && one.weights == three.weights)
    #expect(one.statistics.crossSection == three.statistics.crossSection)
    let few = try Self.unweighting().run(.events(100), surrogate: Self.poor)
    #expect(few.table == one.table.rows(0..<100) && few.weights == Array(one.weights[..<100]))
    let other = try Self.unweighting(seed: 6).run(.events(100), surrogate: Self.poor)
    #expect(other.table != few.table)
    // Nor are they points on which a surrogate of this seed may have been trained.
    let trained = try DiphotonGenerator().generate(points: 40_000, seed: 5, threads: 2).table
    #expect(Set(trained.amplitudes).isDisjoint(with: one.table.amplitudes))
  }

  /// With the exact amplitude as its own surrogate, stage two accepts everything.
  @Test func aPerfectSurrogateLosesNothing() throws {
    let perfect = try Self.unweighting().run(.points(60_000)) {
      Self.exact.amplitudes(of: $0, threads: 2).values
    }
    let alone = try Self.unweighting().run(.points(60_000), surrogate: nil)
    #expect(perfect.statistics.secondEfficiency == 1)
    #expect(perfect.table == alone.table)
    expectClose(perfect.statistics.meanRatio, 1, absolute: 1e-12)
    // What is said of the exact amplitude alone is what then happens.
    let said = perfect.statistics.exactEfficiency
    expectClose(said, alone.statistics.firstEfficiency, relative: 0.15)
    expectClose(alone.statistics.exactEfficiency, said, relative: 0.05)
    // All in all the part 1e-3 of the cross section is overweight, up to the error of the pilot.
    #expect(alone.statistics.effectiveFraction > 0.98 && alone.statistics.overweights > 0)
    let gain = try #require(
      perfect.statistics.gain(exactCost: 1, surrogateCost: 0, phaseSpaceCost: 0))
    // Free surrogate: one exact amplitude per event instead of 1/ε₀.
    expectClose(gain, 1 / said, relative: 0.05)
  }

  @Test func maximaLetTheirShareOverflow() {
    #expect(OverflowMaximum.of([1, 4, 2, 3], share: 0) == 4)
    #expect(OverflowMaximum.of([1, 4, 2, 3], share: 0.1) == 3)
    #expect(OverflowMaximum.of([1, 4, 2, 3], share: 0.2) == 2.5)
    // A value that stands for two points is as two of them.
    #expect(OverflowMaximum.of([3, 1], multiplicities: [2, 1], share: 0.2) == 2.3)
    #expect(OverflowMaximum.of([3, 3, 1], share: 0.2) == 2.3)
    #expect(OverflowMaximum.of([0, 0], share: 0.1) == 0)
    #expect(OverflowMaximum.median(of: [1, 3, 1, 5, 1, 1000], parts: 3, share: 1e-9) < 5.001)
    #expect(OverflowMaximum.median(of: [1, 3, 1, 5, 1, 1000], parts: 3, share: 0) == 1000)
    for seed in 0..<64 {
      var random = Philox(seed: UInt64(seed), purpose: .other)
      let values = (0..<500).map { _ in exp(random.normal()) }
      let maximum = OverflowMaximum.of(values, share: 0.01)
      let over = values.reduce(0) { $0 + max(0, $1 - maximum) }
      expectClose(over / values.reduce(0, +), 0.01, relative: 1e-9)
    }
  }

  @Test func whatCannotBeUnweightedIsSaid() throws {
    func error(_ goal: Unweighting.Goal, _ value: Double = 1, overflow: Double = 1e-3) -> AmpError?
    {
      var unweighting = Self.unweighting()
      unweighting.overflow = overflow
      return #expect(throws: AmpError.self) {
        try unweighting.run(goal) { momenta in [Double](repeating: value, count: momenta.count) }
      }
    }
    #expect(error(.points(0))?.place == "points")
    #expect(error(.events(-1))?.place == "events")
    #expect(error(.points(1000), overflow: 0.7)?.place == "overflow")
    #expect(error(.points(1000), .nan)?.place == "surrogate")
    #expect(error(.points(1000), 0)?.place == "surrogate")
  }
}
