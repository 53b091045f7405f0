import Foundation
import Synchronization

/// The points of one evaluation on their way through the processes of a library.
///
/// Each process gets a few points at a time and answers one by one, so that the first without an
/// answer is the one at which the library broke. That point is a failure; a new process goes on
/// with the next.
final class BLHARun: @unchecked Sendable {
  // Unchecked: points are handed out once each, so that values and accuracies of a row are
  // written by one thread; the rest is under a lock.

  private let provider: BLHAProvider
  private let task: BLHATask
  private let momenta: Momenta
  private let progress: (@Sendable (Int) -> Void)?
  private let values: UnsafeMutableBufferPointer<Double>
  private let accuracies: UnsafeMutableBufferPointer<Double>
  private let state = Mutex(State())

  private struct State {
    var next = 0
    var done = 0
    var answered = 0
    var breaks = 0
    var isOver = false
    var failures: [EvaluatedAmplitudes.Failure] = []
  }

  init(
    provider: BLHAProvider, task: BLHATask, momenta: Momenta, progress: (@Sendable (Int) -> Void)?
  ) {
    (self.provider, self.task, self.momenta, self.progress) = (provider, task, momenta, progress)
    values = .allocate(capacity: momenta.count)
    values.initialize(repeating: .nan)
    accuracies = .allocate(capacity: momenta.count)
    accuracies.initialize(repeating: .infinity)
  }

  deinit {
    values.deallocate()
    accuracies.deallocate()
  }

  /// What came out.
  var result: EvaluatedAmplitudes {
    EvaluatedAmplitudes(
      values: Array(values), accuracies: Array(accuracies),
      failures: state.withLock { $0.failures }.sorted { $0.row < $1.row })
  }

  /// Lets all threads end.
  func giveUp() { state.withLock { $0.isOver = true } }

  /// Evaluates points with one process, and with another one if it breaks, until none is left.
  ///
  /// - Throws: ``AmpError`` if the library cannot be started or breaks at every point.
  func work(parts: Int) throws {
    var process = try provider.startedProcess(task)
    while let rows = take(parts: parts) {
      var next = rows.lowerBound
      var isCareful = false
      while next < rows.upperBound {
        let end = isCareful ? next + 1 : rows.upperBound
        let answered = evaluate(next..<end, process)
        next += answered.rows
        guard let trouble = answered.trouble else { continue }
        if task.threads > 1 && end - next > 1 {
          // Of several points at once nobody knows which it was: again, one by one.
          isCareful = true
        } else {
          let words = process.lastWords
          try fail(next, trouble + (words.isEmpty ? "" : ". The library said: \(words)"))
          next += 1
        }
        guard mayGoOn() else {
          abandon(
            next..<rows.upperBound, "the library had broken \(provider.patience) times before")
          break
        }
        do {
          process = try provider.startedProcess(task)
        } catch let error as AmpError {
          // What was computed so far shall not be lost.
          giveUp()
          abandon(next..<rows.upperBound, "the library did not start again: \(error.problem)")
          break
        }
      }
    }
  }

  /// The next rows for a process; nil when all are given away.
  private func take(parts: Int) -> Range<Int>? {
    let count = momenta.count
    // Few enough that all processes end together and that all fit into a socket.
    let fitting = max(1, 16384 / (32 * momenta.particles))
    let length = max(1, min(count / (8 * parts), fitting)) * task.threads
    return state.withLock { state in
      guard !state.isOver, state.next < count else { return nil }
      let rows = state.next..<min(count, state.next + length)
      state.next = rows.upperBound
      return rows
    }
  }

  /// Evaluates `rows`; says how many were answered and, if not all were, what happened.
  private func evaluate(
    _ rows: Range<Int>, _ process: WorkerProcess
  ) -> (rows: Int, trouble: String?) {
    let width = 4 * momenta.particles
    var message = withUnsafeBytes(of: UInt32(rows.count)) { Array($0) }
    momenta.components[rows.lowerBound * width..<rows.upperBound * width].withUnsafeBytes {
      message.append(contentsOf: $0)
    }
    guard process.send(message) else {
      return (0, "the library gave no answer: " + process.stop(patience: 2))
    }
    let size = MemoryLayout<BLHATask.Reply>.stride
    var replies = [BLHATask.Reply](repeating: .init(), count: rows.count)
    var answered = 0
    let isTogether = task.threads > 1 && rows.count > 1
    let factor = isTogether ? Double((rows.count + task.threads - 1) / task.threads) : 1
    let outcome = replies.withUnsafeMutableBytes { bytes in
      process.receive(bytes, within: provider.timeout * factor) { answered = $0 / size }
    }
    for (offset, reply) in replies.prefix(answered).enumerated() {
      settle(rows.lowerBound + offset, reply)
    }
    finish(answered: answered)
    switch outcome {
    case .complete: return (answered, nil)
    case .late: return (answered, "the library gave no answer within \(provider.timeout) s")
    case .ended(let how): return (answered, "the library gave no answer: \(how)")
    }
  }

  /// Takes over the answer to a point, if it is one.
  private func settle(_ row: Int, _ reply: BLHATask.Reply) {
    let problem: String
    if reply.isMissing != 0 {
      problem =
        "the library wrote no result number \(task.index) for its subprocess \(task.id)"
    } else if !reply.value.isFinite {
      problem = "the library's result is \(reply.value)"
    } else if reply.value <= 0 {
      problem = "the library's result is \(reply.value), which is no |M|²"
    } else {
      (values[row], accuracies[row]) = (reply.value, reply.accuracy)
      return
    }
    note(row, problem)
  }

  private func note(_ row: Int, _ reason: String) {
    state.withLock { $0.failures.append(.init(row: row, reason: reason)) }
  }

  private func finish(answered: Int) {
    let done = state.withLock { state in
      state.answered += answered
      state.done += answered
      return state.done
    }
    progress?(done)
  }

  /// Notes a point at which the library broke; throws if it has never done anything else.
  private func fail(_ row: Int, _ reason: String) throws {
    note(row, reason)
    let (answered, breaks) = state.withLock { state in
      state.breaks += 1
      state.done += 1
      return (state.answered, state.breaks)
    }
    if answered == 0 && breaks >= 3 {
      throw AmpError(
        "the library broke at each of the first \(breaks) points, last at row \(row): \(reason)",
        in: task.library,
        remedy: "It may want its numbers otherwise (--interface blha1, blha1-pointers or blha2), "
          + "or another contract.")
    }
  }

  private func mayGoOn() -> Bool {
    state.withLock { state in
      if state.breaks >= provider.patience { state.isOver = true }
      return !state.isOver
    }
  }

  /// Notes points that nobody will evaluate any more: `rows` and all not yet given away.
  private func abandon(_ rows: Range<Int>, _ reason: String) {
    let count = momenta.count
    state.withLock { state in
      let left = Array(rows) + Array(state.next..<count)
      state.next = count
      state.failures += left.map { .init(row: $0, reason: "not evaluated: \(reason)") }
    }
  }
}

extension BLHAProvider {
  fileprivate func startedProcess(_ task: BLHATask) throws -> WorkerProcess {
    try BLHAProvider.start(task, worker: worker, timeout: timeout)
  }
}
