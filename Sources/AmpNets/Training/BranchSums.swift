/// Sums the gradients of shards over a fixed binary tree, ((0+1)+(2+3))+((4+5)+(6+7)), in two parts.
///
/// The lower levels are branches of 2ᵏ neighbouring shards, about one branch for each thread: whoever
/// finishes the last shard of a branch sums it at once. Threads then read the sums of branches only, not
/// all the shards that other cores have in their caches. The order of additions is that of the whole
/// tree whatever the branches are, and so are the bits.
///
/// Unchecked Sendable because a branch is summed by one thread, after all its shards are finished.
package final class BranchSums<S: Scalar>: @unchecked Sendable {
  /// The shards in the order in which a ``Crew`` should get them: each worker's own are neighbours.
  package let order: [Int]

  private let gradients: AlignedBuffer<S>
  private let parts: Int
  private let distance: Int
  private let count: Int
  /// The shards of a branch, a power of two.
  private let size: Int
  /// How many shards of each branch are finished.
  private let finished: [Counter]

  /// Prepares the sum of `parts` gradients of `count` numbers that lie `distance` apart.
  package init(_ gradients: AlignedBuffer<S>, parts: Int, distance: Int, count: Int, threads: Int) {
    self.gradients = gradients
    (self.parts, self.distance, self.count) = (parts, distance, count)
    var size = 1
    while threads > 1 && 2 * size * threads <= parts { size *= 2 }
    self.size = size
    finished = stride(from: 0, to: parts, by: size).map { _ in Counter() }
    let own = (0..<threads).flatMap { Crew.parts(of: $0, threads: threads, among: parts) }
    var order = [Int](repeating: 0, count: parts)
    for (slot, part) in own.enumerated() { order[part] = slot }
    self.order = order
  }

  /// Says that the gradient of `shard` is there, and sums its branch if it was the last one.
  package func finish(_ shard: Int) {
    if size == 1 { return }
    let (counter, first) = (finished[shard / size], shard / size * size)
    let shards = min(size, parts - first)
    let done = counter.value.add(1, ordering: .acquiringAndReleasing).newValue
    guard done == shards else { return }
    counter.value.store(0, ordering: .relaxed)
    S.sumTree(
      count: count, parts: shards, distance: distance, gradients.pointer + first * distance)
  }

  /// Sums the branches for the parameters of `view` into the gradient of shard 0.
  package func sum(_ view: ParameterView) {
    S.sumTree(
      count: view.count, parts: finished.count, distance: size * distance,
      gradients.pointer + view.offset)
  }
}
