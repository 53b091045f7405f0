import Foundation

/// Progress that worker threads report.
///
/// Unchecked Sendable because a lock guards the line.
final class ThreadSafeProgress: @unchecked Sendable {
  private let progress: Progress
  private let command: String
  private let total: Int
  private let lock = NSLock()

  init(of command: String, total: Int, quiet: Bool) {
    progress = Progress(quiet: quiet)
    self.command = command
    self.total = total
  }

  var seconds: Double { progress.seconds }

  func report(_ done: Int) {
    if done >= total { return }
    lock.withLock {
      let fraction = Double(done) / Double(max(1, total))
      progress.update(
        "\(command): \(grouped(done)) of \(grouped(total)) points"
          + progress.remaining(fraction))
    }
  }

  func finish(_ text: String) { lock.withLock { progress.line(text) } }
}
