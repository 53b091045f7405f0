/// Adds the gradients of all ranks over the upper levels of the tree that sums those of the shards.
///
/// With 2ᵏ ranks a rank's shards are one branch of the binary tree over all shards. In step i it
/// exchanges its sum with the rank whose number differs in bit i, which has the neighbouring branch,
/// and both add the two (recursive doubling). Since a + b = b + a to the bit, all ranks get the sum
/// that a single process gets.
package struct TreeSum<S: Scalar>: Sendable {
  private let ranks: any Ranks
  private let count: Int
  private let received: AlignedBuffer<S>

  /// Prepares sums of `count` numbers.
  init(count: Int, _ ranks: any Ranks) {
    self.ranks = ranks
    self.count = count
    received = AlignedBuffer(count)
  }

  /// Whether `ranks` ranks can share `shards` shards so that each has a branch.
  package static func fits(_ ranks: Int, shards: Int) -> Bool {
    ranks == 1
      || (ranks.nonzeroBitCount == 1 && shards.nonzeroBitCount == 1 && ranks <= shards)
  }

  /// Adds to `x`, the sum over this rank's shards, what the other ranks have.
  func add(to x: UnsafeMutablePointer<S>) {
    var distance = 1
    while distance < ranks.count {
      ranks.exchange(
        x, bytes: count * MemoryLayout<S>.stride, with: ranks.rank ^ distance,
        into: received.pointer)
      S.axpby(count: count, 1, received.pointer, 1, x)
      distance *= 2
    }
  }
}
