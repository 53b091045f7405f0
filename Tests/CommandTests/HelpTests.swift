import ArgumentParser
import Foundation
import TestSupport
import Testing
import amp_cli

/// What the tool and the README say one can type can be typed.
struct HelpTests {
  static let commands = [
    "", "generate", "amplitude", "convert", "fit", "predict", "pulls", "calibrate",
    "compare", "inspect", "export", "gate", "order", "unweight", "histograms", "reproduce", "scan",
    "gather",
  ]

  private func parse(_ line: String) throws {
    // Blanks inside quotes belong to a word, as in a shell.
    let words = line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap {
      $0.offset % 2 == 1 ? [String($0.element)] : $0.element.split(separator: " ").map(String.init)
    }
    _ = try AmpCLI.parseAsRoot(Array(words.dropFirst()))
  }

  @Test(arguments: commands)
  func everyHelpHasExamplesThatParse(command: String) throws {
    let help = AmpCLI.helpMessage(for: try subcommand(command), columns: 1000)
    let lines = help.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let examples = lines.filter { $0.hasPrefix("amp-cli \(command)") && !$0.contains("<") }
    #expect(!examples.isEmpty)
    for example in examples { #expect(throws: Never.self, "\(example)") { try parse(example) } }
  }

  @Test(arguments: commands)
  func helpIsPrintedOnRequest(command: String) throws {
    try withScratchFolder { folder in
      let outcome = try Command(folder: folder)(command + " --help")
      #expect(outcome.code == 0)
      #expect(outcome.output.contains("Example"))
      #expect(outcome.errors == "")
    }
  }

  @Test(arguments: ["README.md", "Docs/BringYourOwn.md", "Docs/Events.md"])
  func commandsOfThePagesParse(page: String) throws {
    let text = try Command.text(fixture("../../" + page)).replacing("\\\n", with: " ")
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("    amp-cli ") }
    #expect(lines.count >= 3)
    for line in lines { #expect(throws: Never.self, "\(line)") { try parse(String(line)) } }
  }

  /// The Swift in the README is the program that is compiled.
  @Test func quickStartOfTheReadmeIsTheExample() throws {
    let readme = try Command.text(fixture("../../README.md"))
    let parts = readme.components(separatedBy: "```swift\n")
    let code = try #require(parts.dropFirst().first?.components(separatedBy: "```").first)
    let example = fixture("../../Examples/QuickStart/Sources/QuickStart/main.swift")
    #expect(code == (try Command.text(example)))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionScriptsKnowTheCommands(shell: String) throws {
    try withScratchFolder { folder in
      let outcome = try Command(folder: folder)("--generate-completion-script \(shell)")
      #expect(outcome.code == 0)
      for word in Self.commands.dropFirst() + ["refit-head", "pt-gamma1"] {
        #expect(outcome.output.contains(word), "\(word)")
      }
    }
  }

  private func subcommand(_ name: String) throws -> any ParsableCommand.Type {
    if name.isEmpty { return AmpCLI.self }
    let all = AmpCLI.configuration.subcommands
    return try #require(
      all.first { ($0.configuration.commandName ?? "\($0)".lowercased()) == name })
  }
}
