import AmpData
import TestSupport
import Testing

struct PointSummaryTests {
  @Test func rangesAndMomentsOfTwoPoints() throws {
    let one: [Double] = [10, 0, 0, 10, 10, 0, 0, -10, 10, 6, 8, 0, 10, -6, -8, 0]
    let momenta = Momenta(one + one.map { 3 * $0 }, particles: 4)
    let summary = try #require(PointSummary(momenta, amplitudes: [1, 100]))
    #expect(summary.points == 2)
    #expect(summary.collisionEnergy.lowest == 20 && summary.collisionEnergy.highest == 60)
    #expect(summary.particles.map(\.transverseMomentum.highest) == [0, 0, 30, 30])
    #expect(summary.particles.map(\.energy.lowest) == [10, 10, 10, 10])
    let amplitudes = try #require(summary.amplitudes)
    #expect(amplitudes.range.highest == 100)
    // ln 100 = 4.60517…
    expectClose(amplitudes.logMean, 2.302585092994046, relative: 1e-15)
    expectClose(amplitudes.logDeviation, 2.302585092994046, relative: 1e-15)
    #expect(summary.description.hasPrefix("√s            20.0 … 60.0 GeV\n"))
    #expect(summary.description.contains("ln |M|²       mean 2.3026, standard deviation 2.3026"))
    #expect(PointSummary(Momenta([], particles: 4)) == nil)
  }
}
