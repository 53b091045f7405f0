import AmpCore
import Foundation
import TestSupport

/// A page of the manual and the commands in it.
struct Page: Sendable, CustomStringConvertible {
  /// The path within the repository, for example `Docs/Methods.md`.
  let path: String
  let text: String

  var description: String { path }

  static let all: [Page] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: fixture("../../Docs"))) ?? []
    let paths = ["README.md"] + names.filter { $0.hasSuffix(".md") }.map { "Docs/" + $0 }.sorted()
    return paths.compactMap { path in
      (try? Command.text(fixture("../../" + path))).map { Page(path: path, text: $0) }
    }
  }()

  /// The indented lines that begin with `amp-cli`, continued ones joined, redirections and comments
  /// cut off.
  var commands: [String] {
    text.replacing("\\\n", with: " ").split(separator: "\n")
      .filter { $0.hasPrefix("    amp-cli ") && !$0.contains("…") }
      .map { line in
        let command = line.prefix { $0 != "<" && $0 != "#" }.split(separator: " > ")[0]
        return command.trimmingCharacters(in: .whitespaces)
      }
  }

  /// What stands between single backticks.
  var spans: [String] {
    var spans: [String] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("    ") && !line.hasPrefix("```")
    {
      let parts = line.split(separator: "`", omittingEmptySubsequences: false)
      spans += parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
    }
    return spans
  }

  /// Commands behind a `$`, each with the lines that it prints.
  var transcripts: [(command: String, printed: [String])] {
    var result: [(command: String, printed: [String])] = []
    var isOpen = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("    $ amp-cli ") {
        result.append((line.dropFirst("    $ amp-cli ".count).description, []))
        isOpen = true
      } else if line.hasPrefix("    "), isOpen {
        result[result.count - 1].printed.append(String(line.dropFirst(4)))
      } else {
        isOpen = false
      }
    }
    return result
  }

  /// The words of a command, with those in double quotes kept together as a shell does.
  static func words(_ command: String) -> [String] {
    command.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap {
      $0.offset % 2 == 1 ? [String($0.element)] : $0.element.split(separator: " ").map(String.init)
    }
  }
}
