import AmpCore
import AmpPlots
import Foundation
import TestSupport
import Testing

struct HistogramTests {
  @Test func edgesBelongToTheBinAboveButTheLastToTheLast() {
    let histogram = Histogram([0, 0.5, 1, 2, 2.5, -1, .nan, .infinity], edges: [0, 1, 2])
    #expect(histogram.heights == [2, 2])
    #expect(histogram.errors == [sqrt(2.0), sqrt(2.0)])
    #expect(histogram.outside == 2 && histogram.ignored == 2 && histogram.inside == 4)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func everyValueIsCountedOnce(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let values = (0..<500).map { _ in 2 * rng.normal() }
    let histogram = Histogram(values, bins: 7 + Int(seed), range: -3...3)
    #expect(Int(histogram.heights.reduce(0, +)) == values.count { abs($0) <= 3 })
    #expect(histogram.inside + histogram.outside == 500)
    for i in histogram.heights.indices.dropLast() {
      let (low, high) = (histogram.edges[i], histogram.edges[i + 1])
      #expect(Int(histogram.heights[i]) == values.count { $0 >= low && $0 < high })
    }
    let density = histogram.density()
    let area = density.heights.indices.reduce(0.0) {
      $0 + density.heights[$1] * (density.edges[$1 + 1] - density.edges[$1])
    }
    expectClose(area, Double(histogram.inside) / 500, absolute: 1e-12)
  }

  @Test func logarithmicEdgesHaveEqualRatios() {
    let edges = Histogram.logarithmicEdges(bins: 4, range: 1e-4...1)
    expectClose(edges, [1e-4, 1e-3, 1e-2, 1e-1, 1], relative: 1e-12)
  }

  @Test func aRangeWithoutWidthIsWidened() {
    let histogram = Histogram([3, 3, 3], bins: 5, range: 3...3)
    #expect(histogram.inside == 3 && histogram.edges.count == 6)
    #expect(Histogram([0], bins: 2, range: 0...0).inside == 1)
    #expect(Histogram([], bins: 2, range: 0...1).density().heights == [0, 0])
  }

  @Test func fallingEdgesTrap() async {
    await #expect(processExitsWith: .failure) { _ = Histogram([1], edges: [1, 0]) }
    await #expect(processExitsWith: .failure) { _ = Histogram([1], edges: [0, .nan]) }
  }

  @Test func gridCountsItsCells() {
    let grid = DensityGrid(
      x: [0.5, 1.5, 1.5, 9, .nan], y: [0.5, 0.5, 1.5, 0, 0], xEdges: [0, 1, 2], yEdges: [0, 1, 2])
    #expect(grid.counts == [1, 1, 0, 1] && grid.outside == 1 && grid.ignored == 1)
    #expect(grid.largest == 1 && grid.columns == 2 && grid.rows == 2)
  }
}
