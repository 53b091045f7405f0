import AmpCore
import Foundation

/// Where `--json` puts its object: into a file, or with `-` on standard output.
///
/// On standard output the object stands alone, so that a program can read it: tables for people are
/// then left out.
struct JSONOutput {
  /// The path given, nil if `--json` was not.
  let path: String?

  init(_ path: String?) { self.path = path }

  /// Whether standard output belongs to the object.
  var isStandardOutput: Bool { path == "-" }

  /// Throws an ``AmpError`` unless the object can be written.
  func check() throws {
    if let path, !isStandardOutput { try AtomicFile.check(path) }
  }

  /// Prints `text` for people, unless standard output belongs to the object.
  func show(_ text: String) {
    if !isStandardOutput { print(text) }
  }

  /// Writes `value` with sorted keys, if `--json` was given.
  func write(_ value: some Encodable) throws {
    if path == nil { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try write(text: String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Writes the object `text`, if `--json` was given.
  func write(text: String) throws {
    guard let path else { return }
    let whole = text.hasSuffix("\n") ? text : text + "\n"
    if isStandardOutput {
      print(whole, terminator: "")
    } else {
      try RunFolder.write(whole, to: path)
    }
  }
}
