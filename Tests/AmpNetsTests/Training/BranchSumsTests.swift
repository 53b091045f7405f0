import AmpCore
import AmpNets
import TestSupport
import Testing

@Suite struct BranchSumsTests {
  private func sum<S: Scalar>(_: S.Type, parts: Int, threads: Int) {
    var layout = ParameterLayout()
    let views = [layout.add("a", rows: 3, columns: 7), layout.add("b", rows: 1, columns: 30)]
    let distance = 64
    var random = Philox(seed: UInt64(parts), purpose: .other, member: UInt32(threads))
    let gradients = (0..<parts * distance).map { _ in S(random.normal()) }
    var expected = gradients
    S.sumTree(count: layout.count, parts: parts, distance: distance, &expected)

    let buffer = AlignedBuffer(gradients)
    let sums = BranchSums(
      buffer, parts: parts, distance: distance, count: layout.count, threads: threads)
    let label = "\(parts) parts, \(threads) threads"
    #expect(sums.order.sorted() == Array(0..<parts), "\(label)")
    for worker in 0..<threads {
      let own = stride(from: worker, to: parts, by: threads).map { sums.order[$0] }
      #expect(zip(own, own.dropFirst()).allSatisfy { $1 == $0 + 1 }, "\(label): neighbours")
    }
    for _ in 0..<2 {  // a second step finds all counters as the first did
      buffer.fill(with: gradients)
      for shard in random.permutation(parts) { sums.finish(Int(shard)) }
      for view in views { sums.sum(view) }
      #expect(Array(buffer.array[..<layout.count]) == Array(expected[..<layout.count]), "\(label)")
    }
  }

  @Test(arguments: 1...17, [1, 2, 3, 4, 8])
  func theSumIsThatOfTheWholeTreeBitForBit(parts: Int, threads: Int) {
    sum(Float.self, parts: parts, threads: min(threads, parts))
    sum(Double.self, parts: parts, threads: min(threads, parts))
  }
}
