import AmpData
import ArgumentParser
import Foundation
import TestSupport
import Testing
import amp_cli

/// Every command in the README and in Docs is one that the tool has, and works.
struct PageCommandTests {
  /// Capitals stand for something in the pages.
  static let examples = ["F": "0.05", "NAME": "heteroscedastic", "RUN": "run3"]

  /// The words of `command` without `amp-cli`, with something in place of capitals.
  private func words(_ command: String) -> [String] {
    let words = Array(Page.words(command).dropFirst())
    return words.indices.map { i in
      if i > 0, words[i - 1] == "--architecture", words[i] == "NAME" { return "mlp-i" }
      return PageCommandTests.examples[words[i]] ?? words[i]
    }
  }

  @Test(arguments: Page.all)
  func commandsParse(page: Page) {
    for command in page.commands where !command.contains("--generate-completion-script") {
      #expect(throws: Never.self, "\(page): \(command)") {
        _ = try AmpCLI.parseAsRoot(words(command))
      }
    }
  }

  @Test func thereAreCommandsInThePages() {
    #expect(Page.all.count > 14)
    #expect(Page.all.reduce(0) { $0 + $1.commands.count } > 60)
  }

  /// Options of other programs that the pages mention.
  static let foreign: Set<String> = ["--compilers", "--option"]

  @Test func optionsInTheTextExist() throws {
    func all(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
      [command] + command.configuration.subcommands.flatMap(all)
    }
    let known = Set(
      all(AmpCLI.self).flatMap { command in
        AmpCLI.helpMessage(for: command, columns: 1000).split { " \n,/()[]".contains($0) }
          .filter { $0.hasPrefix("--") }.map(String.init)
      })
    for page in Page.all {
      for span in page.spans {
        let words = Page.words(span)
        if words.first == "amp-cli", words.count > 1, words[1] != "COMMAND", words[1] != "…" {
          let problem = AmpCLI.misspelling(in: Array(words.dropFirst()))
          #expect(problem == nil, "\(page): \(span)")
        }
        // Options of make, swift and scripts belong to these.
        guard let first = words.first, first.hasPrefix("--") || first == "amp-cli" else { continue }
        for word in words where word.hasPrefix("--") {
          let option = String(word.prefix { $0 != "=" && $0 != "," })
          #expect(
            known.contains(option) || PageCommandTests.foreign.contains(option), "\(page): \(span)")
        }
      }
    }
  }

  @Test(arguments: Page.all)
  func transcriptsAreWhatIsPrinted(page: Page) throws {
    if page.transcripts.isEmpty { return }
    try withPoints(40) { amp in
      for (command, printed) in page.transcripts {
        let outcome = try amp(command)
        let lines = (outcome.output + outcome.errors).split(separator: "\n")
        for (line, expected) in zip(lines, printed) {
          let beginning = expected.components(separatedBy: "…")[0]
          #expect(line.hasPrefix(beginning), "\(page): \(command)")
        }
        #expect(lines.count >= printed.count && !printed.isEmpty)
      }
    }
  }

  /// Commands that need what is not here; other tests run the like.
  static let elsewhere = [
    "hdf5", "libnjet2", "liborder", "libAmpExport", "n3jet", "cyclic.npy", "mixed.npy", "demo/",
    "predict run -", "residual", "tail", "points/points.txt", "../run",
  ]

  /// Commands that take a moment on small data; others are only parsed.
  static let cheap: Set<String> = [
    "generate", "amplitude", "convert", "fit", "predict", "pulls", "calibrate", "compare",
    "inspect", "export", "gate", "order", "--generate-completion-script",
  ]

  /// Commands of the pages on 3000 points, with small networks and one epoch.
  @Test func commandsRun() throws {
    try withPoints(3000) { amp in
      for command in [
        "fit points.npz --epochs 1 --hidden 8 --seed 1 --output run",
        "convert points.npz gang.npz",
        "fit gang.npz --epochs 1 --hidden 8 --uncertainty ensemble --members 2 --output gang",
        "convert points.npz labelled.npz", "convert points.npz momenta.npz",
        "convert points.npz points.csv", "convert points.npz njet.txt",
        "convert points.npz events.lhe --process gg_aag",
        "convert points.npz events.hepmc3.gz --process gg_aag",
      ] { #expect(try amp(command).code == 0, "\(command)") }
      let points = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      try StoredArray(points.amplitudes).writeNumpy(to: amp.path("amplitudes.npy"))
      try points.momenta.write(to: amp.path("momenta.npy"))
      var unused = Set(PageCommandTests.elsewhere)
      var count = 0
      for page in Page.all {
        for command in page.commands {
          if let reason = PageCommandTests.elsewhere.first(where: command.contains) {
            unused.remove(reason)
            continue
          }
          guard PageCommandTests.cheap.contains(words(command)[0]) else { continue }
          let arguments = try shrunk(words(command), in: amp)
          let outcome = try amp(
            arguments.map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " "))
          #expect(outcome.code == 0, "\(page): \(command): \(outcome.errors)")
          count += 1
        }
      }
      #expect(unused.isEmpty, "no page needs them any more")
      #expect(count > 50)
    }
  }

  /// `words` for small data; removes what they would not replace.
  private func shrunk(_ words: [String], in amp: Command) throws -> [String] {
    var words = words
    if let at = words.firstIndex(of: "--points") { words[at + 1] = "3000" }
    if words[0] == "fit", !words.contains("--resume") {
      words += ["--epochs", "1", "--hidden", "8", "--batch", "256"]
      if !words.contains("--process"), !words.contains("--config") {
        // The points of a page may have been labelled anew; their number stays small.
        words += ["--train-fraction", "0.5"]
      }
    }
    if words[0] == "calibrate" {
      // An ensemble is calibrated as such; the pages call every run "run".
      if words.contains("ensemble") { words[1] = "gang" }
      words.append("--overwrite")
    }
    if words[0] == "fit", let at = words.firstIndex(where: { $0 == "--output" || $0 == "-o" }) {
      try? FileManager.default.removeItem(atPath: amp.path(words[at + 1]))
    }
    return words
  }
}
