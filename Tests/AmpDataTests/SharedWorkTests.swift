import AmpData
import TestSupport
import Testing

@Suite struct SharedWorkTests {
  @Test(arguments: [2, 3]) func ranksGenerateTheSampleOfOneProcess(count: Int) throws {
    let alone = try DiphotonGenerator().generate(points: 5000, seed: 3)
    for sample in try ThreadRanks.run(
      count, { try DiphotonGenerator().generate(points: 5000, seed: 3, ranks: $0) })
    {
      #expect(sample == alone)
    }
  }

  @Test func ranksFindTheSameAmplitudesAndFailures() throws {
    var components = try DiphotonGenerator().generate(points: 1000, seed: 4).table.momenta
      .components
    for row in [0, 400, 999] { components[20 * row] = -1 }
    let momenta = Momenta(components, particles: 5)
    let amplitude = DiphotonGluonAmplitude()
    let alone = amplitude.amplitudes(of: momenta)
    #expect(alone.failures.map(\.row) == [0, 400, 999])
    for shared in try ThreadRanks.run(
      3, { try SharedProvider(amplitude, among: $0).amplitudes(of: momenta, threads: 2) })
    {
      #expect(shared.failures == alone.failures)
      #expect(shared.values.map(\.bitPattern) == alone.values.map(\.bitPattern))
      #expect(shared.accuracies.map(\.bitPattern) == alone.accuracies.map(\.bitPattern))
    }
  }
}
