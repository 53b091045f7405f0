import AmpData
import TestSupport
import Testing

/// More points in the corners, with the same cross section.
struct EnrichmentTests {
  private func sample(_ enrichment: Enrichment?, threads: Int = 2) throws -> GeneratedSample {
    var generator = DiphotonGenerator()
    generator.enrichment = enrichment
    return try generator.generate(points: 6000, seed: 5, threads: threads)
  }

  /// The fraction of points with an s_ij below 2 % of s₁₂.
  private func corners(_ sample: GeneratedSample) -> Double {
    let (momenta, count) = (sample.table.momenta, sample.table.count)
    let points = (0..<count).filter { point in
      let s = minkowski(momenta[point, 0], momenta[point, 1])
      var smallest = s
      for i in 0..<5 {
        for j in max(2, i + 1)..<max(5, i + 2) where j < 5 {
          smallest = min(smallest, minkowski(momenta[point, i], momenta[point, j]))
        }
      }
      return smallest < 0.02 * s
    }
    return Double(points.count) / Double(count)
  }

  @Test func cornersAreFilledAndTheCrossSectionStays() throws {
    let (flat, rich) = (try sample(nil), try sample(Enrichment(largest: 20)))
    #expect(corners(rich) > 2 * corners(flat))
    #expect(flat.statistics.thinned == 0 && rich.statistics.thinned > 6000)
    let (a, b) = (flat.statistics, rich.statistics)
    let error = a.crossSectionError + b.crossSectionError
    #expect(abs(a.crossSection - b.crossSection) < 3 * error)
    #expect(abs(a.unitCrossSection / b.unitCrossSection - 1) < 0.06)
    #expect(abs(a.acceptance / b.acceptance - 1) < 0.06)
  }

  @Test func anEnrichmentOfOneIsFlatAndThreadsDoNotMatter() throws {
    #expect(try sample(Enrichment(largest: 1)).statistics.thinned == 0)
    let rich = try sample(Enrichment(largest: 5))
    #expect(try sample(Enrichment(largest: 5), threads: 1) == rich)
  }

  @Test(arguments: [0, 0.5, 1001, .nan, .infinity]) func otherFactorsAreRefused(_ largest: Double) {
    #expect(throws: AmpError.self) { try sample(Enrichment(largest: largest)) }
  }
}
