/// Storage for one point: spinor products, loop functions and sums over orderings.
///
/// Allocated once for a run of points. Tables over legs have 25 entries `[5 * i + j]`, tables
/// over two pairs of legs 100 entries `[10 * a + b]` of which the 30 disjoint ones are used.
package struct LoopWorkspace {
  /// ⟨ij⟩, [ij], their reciprocals, [ij]/⟨ij⟩ and ⟨ij⟩².
  package let angle, square, inverseAngle, inverseSquare, ratio,
    angleSquared: UnsafeMutablePointer<LaneComplex>
  /// ln r, L0, L1, L2 and D with r = s_a/s_b.
  package let logRatio, l0, l1, l2, dilog: UnsafeMutablePointer<LaneComplex>
  /// Ls1 at `[5 * b + k]`: base pair b, middle leg k.
  package let ls1: UnsafeMutablePointer<LaneComplex>
  /// ln(−s − i0) of the ten pairs, in units of ŝ.
  package let logs: UnsafeMutablePointer<LaneComplex>
  /// Sums over orderings: real and imaginary loop functions (10 each) and rational ones (6).
  package let real, imaginary, rational: UnsafeMutablePointer<LaneComplex>
  /// s_ij of the legs and their reciprocals, and of the ten pairs.
  package let s, inverseS, pairS: UnsafeMutablePointer<Lanes>

  private let complexes: UnsafeMutablePointer<LaneComplex>
  private let reals: UnsafeMutablePointer<Lanes>

  package init() {
    let complexes = UnsafeMutablePointer<LaneComplex>.allocate(capacity: 800)
    complexes.initialize(repeating: .zero, count: 800)
    let reals = UnsafeMutablePointer<Lanes>.allocate(capacity: 60)
    reals.initialize(repeating: .zero, count: 60)
    var next = complexes
    func take(_ count: Int) -> UnsafeMutablePointer<LaneComplex> {
      defer { next += count }
      return next
    }
    angle = take(25)
    square = take(25)
    inverseAngle = take(25)
    inverseSquare = take(25)
    ratio = take(25)
    angleSquared = take(25)
    logRatio = take(100)
    l0 = take(100)
    l1 = take(100)
    l2 = take(100)
    dilog = take(100)
    ls1 = take(50)
    logs = take(10)
    real = take(10)
    imaginary = take(10)
    rational = take(6)
    s = reals
    inverseS = reals + 25
    pairS = reals + 50
    self.complexes = complexes
    self.reals = reals
  }

  package func deallocate() {
    complexes.deallocate()
    reals.deallocate()
  }
}
