import Dispatch
import Foundation
import Synchronization

/// Notes SIGINT (Ctrl-C) and SIGTERM instead of dying from them, until it is released.
///
/// The first signal is for the work to end in order; the second ends the process at once.
final class Interruption {
  /// What ``check()`` throws after a signal.
  struct Stop: Error {
    /// The number of the signal.
    let signal: Int32
    /// What a shell says of a process that a signal ended.
    var exitCode: Int32 { 128 + signal }
  }

  private let received: Received
  private let sources: [any DispatchSourceSignal]

  private final class Received: Sendable {
    let signal = Atomic<Int32>(0)
  }

  /// Calls `first` when the first signal arrives, on another thread.
  init(first: @escaping @Sendable () -> Void) {
    let received = Received()
    self.received = received
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if received.signal.exchange(number, ordering: .relaxed) != 0 { exit(128 + number) }
        first()
      }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  /// The signal that arrived, if any.
  var stop: Stop? {
    let number = received.signal.load(ordering: .relaxed)
    return number == 0 ? nil : Stop(signal: number)
  }
}
