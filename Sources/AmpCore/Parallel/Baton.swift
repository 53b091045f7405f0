import CAmpKernels
import Dispatch
import Synchronization

/// Hands a turn from one thread to another within a microsecond.
///
/// Whoever waits spins for a moment and only then sleeps: to wake a sleeping thread costs some
/// 40 µs, which is a lot between the parts of a training step.
package final class Baton: Sendable {
  private let turns = Atomic<Int>(0)
  private let sleeps = Atomic<Bool>(false)
  private let bed = DispatchSemaphore(value: 0)

  /// How many times a waiting thread looks before it sleeps: about 0.2 ms.
  private static var looks: Int { 1 << 12 }

  package init() {}

  /// Ends a turn; the thread that waits for it goes on, and sees all that was written before.
  package func pass() {
    turns.add(1, ordering: .sequentiallyConsistent)
    wake()
  }

  /// Waits until `turn` turns were passed.
  ///
  /// Only one thread waits, and for every turn in its order.
  package func wait(for turn: Int) {
    for _ in 0..<Baton.looks {
      if turns.load(ordering: .acquiring) >= turn { return }
      amp_pause()
    }
    while true {
      sleeps.store(true, ordering: .sequentiallyConsistent)
      if turns.load(ordering: .sequentiallyConsistent) >= turn {
        // Whoever takes the mark back first decides: the passing thread must be waited for then.
        if !sleeps.exchange(false, ordering: .sequentiallyConsistent) { bed.wait() }
        return
      }
      bed.wait()
      // The thread that passed an earlier turn may be so late that it takes this mark for its own. To
      // look at the turns is also what makes all that was written before visible here.
      if turns.load(ordering: .acquiring) >= turn { return }
    }
  }

  /// Wakes the thread that waits, if it sleeps; it looks at the turns and may sleep again.
  package func wake() {
    if sleeps.exchange(false, ordering: .sequentiallyConsistent) { bed.signal() }
  }
}
