import AmpCore
import Foundation
import Synchronization
import TestSupport
import Testing

struct CrewTests {
  @Test(arguments: [1, 2, 3, 8])
  func everyWorkerDoesEveryTaskOnce(threads: Int) {
    let crew = Crew(threads: threads)
    let counts = AlignedBuffer<Double>(threads * 16)
    for round in 1...500 {
      crew.run { worker in counts.pointer[worker * 16] += 1 }
      for worker in 0..<threads { #expect(counts.pointer[worker * 16] == Double(round)) }
    }
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func everyPartIsDoneOnceWhateverTheThreads(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let crew = Crew(threads: 1 + Int(rng.uniform() * 5))
    for _ in 0..<200 {
      let parts = Int(rng.uniform() * 40)
      let done = AlignedBuffer<Double>(40)
      crew.run(parts: parts) { part, worker in
        done.pointer[part] += 1
        if !(0..<crew.threads).contains(worker) { done.pointer[part] += 100 }
      }
      #expect((0..<40).map { done.pointer[$0] } == (0..<40).map { $0 < parts ? 1 : 0 })
    }
  }

  /// Its own parts come first, in every run: all are held back until each worker has begun.
  @Test(arguments: [1, 2, 3, 5])
  func everyWorkerBeginsWithItsOwnParts(threads: Int) {
    let crew = Crew(threads: threads)
    let first = AlignedBuffer<Double>(threads)
    for _ in 0..<50 {
      let begun = Atomic<Int>(0)
      for worker in 0..<threads { first.pointer[worker] = -1 }
      crew.run(parts: 4 * threads) { part, worker in
        if first.pointer[worker] >= 0 { return }
        first.pointer[worker] = Double(part)
        begun.add(1, ordering: .sequentiallyConsistent)
        while begun.load(ordering: .sequentiallyConsistent) < threads { sched_yield() }
      }
      #expect(first.array == (0..<threads).map(Double.init))
    }
  }

  /// A thread that was stopped between the end of its turn and the call to wake may come so late that it
  /// wakes who waits for a later turn.
  @Test func wakingTooLateEndsNoTurn() {
    let (baton, back) = (Baton(), Baton())
    let turn = Atomic<Int>(0)
    let crew = Crew(threads: 2)
    crew.run { worker in
      if worker == 1 {
        for next in 1...20 {
          baton.wait(for: next)
          turn.store(next, ordering: .sequentiallyConsistent)
          back.pass()
        }
        return
      }
      for next in 1...20 {
        // Until the other thread sleeps, and looks whether it should have been woken.
        for _ in 0..<5 {
          usleep(1000)
          baton.wake()
        }
        usleep(1000)
        #expect(turn.load(ordering: .sequentiallyConsistent) == next - 1)
        baton.pass()
        back.wait(for: next)
        #expect(turn.load(ordering: .sequentiallyConsistent) == next)
      }
    }
  }

  /// Pauses longer than a waiting thread spins, so that it must be woken.
  @Test func sleepingWorkersAreWoken() async throws {
    let crew = Crew(threads: 3)
    let sum = Atomic<Int>(0)
    for _ in 0..<20 {
      try await Task.sleep(for: .milliseconds(5))
      crew.run { worker in sum.add(worker, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 20 * 3)
  }

  @Test func aSlowWorkerIsWaitedFor() {
    let crew = Crew(threads: 2)
    let result = AlignedBuffer<Double>(16)
    for round in 1...5 {
      crew.run { worker in
        if worker == 0 { return }
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < .milliseconds(3) {}
        result.pointer[0] = Double(round)
      }
      #expect(result.pointer[0] == Double(round))
    }
  }

  @Test func hundredsOfCrewsComeAndGo() {
    let sum = Atomic<Int>(0)
    for _ in 0..<300 {
      Crew(threads: 4).run { _ in sum.add(1, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 1200)
  }
}
