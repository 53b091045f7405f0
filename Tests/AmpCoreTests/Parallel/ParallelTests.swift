import AmpCore
import Synchronization
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [-1, 0, 1, 2, 3, 7, 16, 64])
  func everyPartIsVisitedExactlyOnce(threads: Int) {
    for parts in [0, 1, 2, 5, 16, 33] {
      let visits = Mutex([Int](repeating: 0, count: parts))
      parallel(parts: parts, threads: threads) { part in visits.withLock { $0[part] += 1 } }
      #expect(visits.withLock { $0 } == [Int](repeating: 1, count: parts))
    }
  }

  @Test(arguments: [1, 2, 5])
  func everyWorkerRunsExactlyOnce(threads: Int) {
    let visits = Mutex([Int](repeating: 0, count: threads))
    parallel(threads: threads) { worker in visits.withLock { $0[worker] += 1 } }
    #expect(visits.withLock { $0 } == [Int](repeating: 1, count: threads))
  }

  @Test func sumOverFixedPartsHasTheSameBitsForAnyNumberOfThreads() {
    func sum(threads: Int) -> Double {
      let partial = Mutex([Double](repeating: 0, count: 16))
      parallel(parts: 16, threads: threads) { part in
        var random = Philox(seed: 1, purpose: .other, member: UInt32(part))
        let value = (0..<100).reduce(0.0) { sum, _ in sum + random.normal() }
        partial.withLock { $0[part] = value }
      }
      return partial.withLock { $0.reduce(0, +) }
    }
    let reference = sum(threads: 1)
    for threads in [2, 3, 16] { #expect(sum(threads: threads) == reference) }
  }
}
