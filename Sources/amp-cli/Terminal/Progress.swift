import Foundation

/// A line of progress on standard error: in place on a terminal, elsewhere one every ten minutes.
///
/// There are no colours, on a terminal either, so that there is nothing for `NO_COLOR` to turn off.
final class Progress {
  private let interactive: Bool
  private let silent: Bool
  private let start = ContinuousClock().now
  private var last: ContinuousClock.Instant?
  private var width = 0

  init(quiet: Bool = false) {
    interactive = isatty(FileHandle.standardError.fileDescriptor) == 1
    silent = quiet
    // A log is for what stays: progress comes only after a while, as a sign of life.
    if !interactive { last = start }
  }

  /// Seconds since the beginning.
  var seconds: Double { (ContinuousClock().now - start) / .seconds(1) }

  /// Shows `text()`, unless something was shown a moment ago.
  func update(_ text: @autoclosure () -> String) {
    let now = ContinuousClock().now
    let pause: Duration = interactive ? .milliseconds(100) : .seconds(600)
    if silent { return }
    if let last, now - last < pause { return }
    last = now
    show(text(), end: interactive ? "" : "\n")
  }

  /// Shows `text` as a line that stays.
  func line(_ text: String) {
    if silent { return }
    show(text, end: "\n")
    width = 0
  }

  /// The seconds that remain when `fraction` of the work is done, as text.
  func remaining(_ fraction: Double) -> String {
    guard fraction > 0 else { return "" }
    return ", \(duration(seconds / fraction * (1 - fraction))) left"
  }

  private func show(_ text: String, end: String) {
    let padding = String(repeating: " ", count: max(0, width - text.count))
    // Nobody may be listening any more: that is no reason to stop.
    try? FileHandle.standardError.write(
      contentsOf: Data(((interactive ? "\r" : "") + text + padding + end).utf8))
    width = interactive ? text.count : 0
  }
}

/// Writes a line to standard error.
func say(_ text: String) {
  try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
}

/// Seconds as `42 s`, `3 min 10 s` or `2 h 5 min`.
func duration(_ seconds: Double) -> String {
  let s = Int(seconds.rounded())
  if s < 100 { return "\(s) s" }
  return s < 6000 ? "\(s / 60) min \(s % 60) s" : "\(s / 3600) h \(s % 3600 / 60) min"
}

/// A number with three significant digits, short.
func short(_ value: Double) -> String { String(format: "%.3g", value) }

/// A count with thin groups of thousands: 1 100 000.
func grouped(_ count: Int) -> String {
  var digits = String(abs(count))
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (count < 0 ? "-" : "") + ([digits] + groups).joined(separator: " ")
}
