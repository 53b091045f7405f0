import AmpNets
import Testing

@Suite struct FoldingTests {
  func fold(_ folding: Folding, _ momenta: Momenta) -> [Double] {
    var folded = [Double](repeating: .nan, count: 4 * momenta.particles)
    momenta.components.withUnsafeBufferPointer {
      if let p = $0.baseAddress {
        folding.fold(p, particles: momenta.particles, into: &folded)
      }
    }
    return folded
  }

  @Test func gluonsAndPhotonsOfDiphotonGluonAreExchangeable() {
    let folding = Folding(.diphotonGluon)
    #expect(folding.groups == [[0, 1], [2, 3]] && folding.reference == 4)
    // The reference stands apart, and incoming is not exchanged with outgoing.
    #expect(Folding(ScatteringProcess([21, 21, 21, 21, 21])).groups == [[0, 1], [2, 3]])
    #expect(Folding(ScatteringProcess([1, -1, 22, 22, 21])).groups == [[2, 3]])
  }

  @Test func photonCloserToTheGluonComesFirst() {
    // p₃·p₅ = 24 and p₄·p₅ = 36: in order; exchanged photons are put back.
    let p = triangle.components
    let exchanged = Array(p[..<8] + p[12..<16] + p[8..<12] + p[16...])
    #expect(fold(Folding(.diphotonGluon), triangle) == p)
    #expect(fold(Folding(.diphotonGluon), Momenta(exchanged, particles: 5)) == p)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func groupsComeOutAscendingAndNothingIsLost(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let count = 4
    let process = ScatteringProcess([21, 21] + [Int](repeating: 22, count: count) + [21])
    let particles = process.particles.count
    let momenta = Momenta(
      (0..<4 * particles).map { _ in random.normal() }, particles: particles)
    let folding = Folding(process)
    let folded = Momenta(fold(folding, momenta), particles: particles)
    for group in folding.groups {
      let products = group.map { minkowski(folded[0, $0], folded[0, particles - 1]) }
      #expect(products == products.sorted())
      #expect(
        Set(group.map { folded[0, $0][0] }) == Set(group.map { momenta[0, $0][0] }))
    }
    #expect(folded[0, particles - 1] == momenta[0, particles - 1])
  }
}
