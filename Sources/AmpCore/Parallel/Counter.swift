import Synchronization

/// A number that several threads count up, in cache lines of its own.
package final class Counter: Sendable {
  package let value = Atomic<Int>(0)
  private let apart = SIMD16<Int>()

  package init() {}
}
