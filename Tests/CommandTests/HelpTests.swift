import ArgumentParser
import Foundation
import TestSupport
import Testing
import amp_cli

/// What the tool and the README say one can type can be typed.
struct HelpTests {
  /// The names of all commands that help shows, and the empty one of the tool itself.
  static let commands =
    [""]
    + AmpCLI.configuration.subcommands.filter { $0.configuration.shouldDisplay }.map(name)

  static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? "\(command)".lowercased()
  }

  private func parse(_ line: String) throws {
    _ = try AmpCLI.parseAsRoot(Array(Page.words(line).dropFirst()))
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

  /// What Docs/CommandLine.md says of all commands.
  @Test(arguments: commands.dropFirst())
  func everyCommandHasWhatAllHave(command: String) throws {
    let help = AmpCLI.helpMessage(for: try subcommand(command), columns: 1000)
    // A group of commands has no options of its own.
    if try subcommand(command).configuration.subcommands.isEmpty {
      #expect(help.contains("--quiet") && help.contains("Say nothing but errors and results."))
    }
    #expect(!help.contains("--json") || help.contains("--json <json>"))
    #expect(try Command.text(fixture("../../Docs/CommandLine.md")).contains("| `\(command)` |"))
  }

  @Test func misspeltCommandsAreAnsweredWithTheNearest() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      for (words, nearest) in [
        ("fti points.npz", "fit"), ("generat --points 9", "generate"), ("help comapre", "compare"),
        ("Pulls run", "Write pulls."),
      ] {
        let outcome = try amp(words)
        #expect(outcome.code == 64 && outcome.output == "")
        #expect(
          outcome.errors.contains("Did you mean \(nearest)?") || outcome.errors.contains(nearest),
          "\(outcome.errors)")
      }
      let far = try amp("multiply")
      #expect(far.code == 64 && far.errors.contains("Choose one of: generate, amplitude"))
      #expect(!far.errors.contains("Did you mean") && !far.errors.contains("blha-worker"))
      for words in ["--help", "help", "help fit", "fit --help", "--version"] {
        #expect(try amp(words).code == 0, "\(words)")
      }
    }
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
      for word in Self.commands.dropFirst() + [
        "refit-head", "pt-gamma1", "groupkan", "one-cycle", "snakemake", "nnpdf31", "mev", "skip",
        "fig13",
        "quick", "blha1-pointers",
      ] {
        #expect(outcome.output.contains(word), "\(word)")
      }
    }
  }

  private func subcommand(_ name: String) throws -> any ParsableCommand.Type {
    if name.isEmpty { return AmpCLI.self }
    let all = AmpCLI.configuration.subcommands
    return try #require(all.first { HelpTests.name(of: $0) == name })
  }
}
