import AmpCore
import Foundation

/// Ranks that are threads of this process: they exchange as processes do, without MPI.
///
/// Unchecked Sendable because every meeting point is passed by all, in order.
package struct ThreadRanks: Ranks, @unchecked Sendable {
  package let rank: Int
  package let count: Int
  private let meeting: Meeting

  /// What `body` returns on each of `count` ranks.
  package static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any Ranks) throws -> Result
  ) throws -> [Result] {
    let meeting = Meeting(count)
    let results = Results<Result>(count)
    let group = DispatchGroup()
    for rank in 0..<count {
      group.enter()
      let thread = Thread {
        let ranks = ThreadRanks(rank: rank, count: count, meeting: meeting)
        results.set(rank, Swift.Result { try body(ranks) })
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    return try results.all()
  }

  package func exchange(
    _ memory: UnsafeRawPointer, bytes: Int, with partner: Int,
    into received: UnsafeMutableRawPointer
  ) {
    meeting.show(memory, rank)
    received.copyMemory(from: meeting.memory[partner], byteCount: bytes)
    meeting.wait()
  }

  package func broadcast(_ memory: UnsafeMutableRawPointer, bytes: Int, from owner: Int) {
    meeting.show(memory, rank)
    if rank != owner { memory.copyMemory(from: meeting.memory[owner], byteCount: bytes) }
    meeting.wait()
  }

  package func gather(_ memory: UnsafeMutableRawPointer, bounds: [Int]) {
    meeting.show(memory, rank)
    for owner in 0..<count where owner != rank {
      (memory + bounds[owner]).copyMemory(
        from: meeting.memory[owner] + bounds[owner], byteCount: bounds[owner + 1] - bounds[owner])
    }
    meeting.wait()
  }
}

/// Where the threads show each other their memory.
private final class Meeting: @unchecked Sendable {
  private let condition = NSCondition()
  private let count: Int
  private var (waiting, round) = (0, 0)
  private(set) var memory: [UnsafeRawPointer]

  init(_ count: Int) {
    self.count = count
    memory = Array(repeating: UnsafeRawPointer(bitPattern: 1)!, count: count)
  }

  /// Shows `memory` of `rank`; returns when all have shown theirs.
  func show(_ memory: UnsafeRawPointer, _ rank: Int) {
    condition.withLock { self.memory[rank] = memory }
    wait()
  }

  /// Returns when all are here.
  func wait() {
    condition.lock()
    defer { condition.unlock() }
    let mine = round
    waiting += 1
    if waiting == count {
      (waiting, round) = (0, round + 1)
      return condition.broadcast()
    }
    while round == mine { condition.wait() }
  }
}

private final class Results<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var values: [Result<Value, any Error>?]

  init(_ count: Int) { values = Array(repeating: nil, count: count) }

  func set(_ rank: Int, _ value: Result<Value, any Error>) {
    lock.withLock { values[rank] = value }
  }

  func all() throws -> [Value] { try values.compactMap { try $0?.get() } }
}
