import AmpData
import Foundation
import TestSupport
import Testing

/// What scripts rely on, as Docs/CommandLine.md says it: JSON, exit codes, and quiet logs.
struct ScriptingTests {
  /// Commands with `--json`, and keys of their objects.
  static let commands = [
    ("generate --points 50 --output new.npz", ["points", "cross_section", "acceptance", "output"]),
    ("amplitude points.npz --output labelled.npz", ["points", "failures", "seconds"]),
    ("convert points.npz points.csv", ["written", "checks", "has_amplitudes"]),
    ("predict run points.npz --output new.csv", ["points", "median_relative_systematic"]),
    ("pulls run --data points.npz", ["points", "pull_systematic", "seconds"]),
    ("calibrate run --output run/new.safetensors --overwrite", ["before", "after"]),
    ("gate run --data points.npz --max-uncertainty 0.1", ["trusted", "max_uncertainty"]),
    ("compare run run", ["runs"]),
    ("inspect points.npz", ["rows", "checks", "sha256"]),
    ("inspect run", ["configuration", "surrogate", "finished"]),
    ("inspect --architectures", ["architectures"]),
    ("fit points.npz --hidden 4 --epochs 1 --output new", ["median_abs_delta", "seconds"]),
    ("fit --resume run", ["median_abs_delta", "seconds"]),
    ("export run --output new.onnx", ["format", "process", "bytes", "output"]),
    ("order --process gg_aag --output new.lh", ["accord", "lines", "process", "output"]),
    ("unweight run --points 2000 --output new.npz --exact", ["events", "points"]),
    ("histograms run --points 2000 --output new", ["histograms", "points"]),
    ("scan scan.yaml --output scan", ["runs", "unfinished"]),
    ("gather scan", ["runs", "unfinished"]),
    ("reproduce list", ["items"]), ("reproduce jobs fig5 --output new", ["jobs"]),
    ("reproduce gather toy --output new", ["items", "scale"]),
    ("reproduce toy --effort 0.01 --output new", ["items", "scale"]),
  ]

  private func object(_ text: String) throws -> [String: Any]? {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
  }

  @Test func jsonStandsAloneOnStandardOutputOrInAFile() throws {
    try withPoints(300) { amp in
      try amp("fit points.npz --hidden 4 --epochs 1 --output run")
      let scan = "data: points.npz\nhidden: [4]\nepochs: 1\nscan: {noise: [0, 0.05]}\n"
      try write(Array(scan.utf8), to: amp.path("scan.yaml"))
      for (command, keys) in ScriptingTests.commands {
        func forget() { try? FileManager.default.removeItem(atPath: amp.path("new")) }
        forget()
        let outcome = try amp(command + " --json - --quiet")
        #expect(outcome.code == 0 && outcome.errors == "", "\(command): \(outcome.errors)")
        let printed = try #require(try object(outcome.output), "\(command)")
        #expect(Set(keys).isSubset(of: printed.keys), "\(command): \(printed.keys.sorted())")
        #expect(outcome.output.hasSuffix("}\n"))
        forget()
        #expect(try amp(command + " --json numbers.json --quiet").code == 0)
        #expect(try amp.json("numbers.json").keys.sorted() == printed.keys.sorted())
        forget()
        let refused = try amp(command + " --json nowhere/a.json")
        #expect(refused.code == 1 && refused.errors.contains("mkdir -p nowhere"), "\(command)")
      }
      let runs = try object(amp("compare run --json -").output)?["runs"] as? [[String: Any]]
      let metrics = try #require(runs?.first?["metrics"] as? [String: Any])
      let saved = try amp.json("run/metrics.json")
      #expect(metrics["median_abs_delta"] as? Double == saved["median_abs_delta"] as? Double)
      for command in ["fit --resume run", "compare run"] {
        let printed = try object(amp(command + " --json - --quiet").output)
        let runs = printed?["runs"] as? [[String: Any]]
        let numbers = try #require(runs?.first?["metrics"] as? [String: Any] ?? printed)
        #expect(numbers["median_abs_delta"] as? Double == saved["median_abs_delta"] as? Double)
      }
      let order = "order --process gg_aag --output -"
      #expect(try amp(order + " --json order.json").output == amp(order).output)
      for command in ["predict run - --output -", order] {
        #expect(try amp(command + " --json -").code == 1, "\(command)")
      }
    }
  }

  @Test func exitCodesAreTheDocumentedOnes() throws {
    try withPoints(60) { amp in
      for (command, code) in [
        ("inspect points.npz", 0), ("--version", 0), ("fit --help", 0),
        ("inspect nowhere.npz", 1), ("fit points.npz --activation glu --output run", 64),
        ("generate --points 9 --output nowhere/a.npz", 1), ("fit points.npz", 1),
        ("fti", 64), ("fit points.npz --epchs 3 --output run", 64), ("generate --points", 64),
        ("generate --points many --output a.npz", 64), ("pulls run", 64), ("convert a.npz", 64),
        ("fit points.npz --threads 0 --output run", 64),
      ] as [(String, Int32)] {
        let outcome = try amp(command)
        #expect(outcome.code == code, "\(command): \(outcome.errors)")
        #expect(outcome.errors.isEmpty == (code == 0))
      }
      let table = try Command.text(fixture("../../Docs/CommandLine.md"))
      // 130 and 143 are tested with signals, in InterruptionTests.
      for row in ["| 0 |", "| 1 |", "| 64 |", "| 130, 143 |"] { #expect(table.contains(row)) }
    }
  }

  /// Every command that people can see is among those that are tried with `--json`.
  @Test(arguments: HelpTests.commands.dropFirst())
  func everyCommandHasJSON(command: String) throws {
    let lines = ScriptingTests.commands.map(\.0)
    #expect(lines.contains { $0.hasPrefix(command + " ") }, "\(command) is not tried with --json")
  }

  /// Where nobody looks, progress says nothing, and nothing moves the cursor or has a colour.
  @Test func logsHoldWhatStays() throws {
    try withPoints(2000) { amp in
      for environment in [[:], ["TERM": "xterm-256color"], ["NO_COLOR": "1"]] {
        try? FileManager.default.removeItem(atPath: amp.path("run"))
        var said = ""
        for command in [
          "fit points.npz --hidden 16 --epochs 30 --batch 64 --output run",
          "generate --points 3000 --output new.npz", "pulls run --data points.npz", "--help",
          "compare run run", "inspect run",
        ] {
          let outcome = try amp(command, environment: environment)
          said += outcome.errors + outcome.output
        }
        #expect(said.contains("30 epochs in") && said.contains("3 000 points in"))
        #expect(!said.contains("epoch 1 of") && !said.contains(" left"))
        #expect(!said.contains("\u{1b}") && !said.contains("\r"))
      }
    }
  }

  @Test func quietCommandsSayNothingButResults() throws {
    try withPoints(300) { amp in
      for (command, hasResult) in [
        ("fit points.npz --hidden 4 --epochs 1 --output run", false),
        ("generate --points 50 --output new.npz", false),
        ("amplitude points.npz --output labelled.npz", false),
        ("convert points.npz points.csv", false),
        ("predict run points.npz --output new.csv", false),
        ("export run --output run.onnx", false),
        ("order --process gg_aag --output order.lh", false),
        ("calibrate run --output run/new.safetensors", true),
        ("pulls run --data points.npz", true), ("compare run", true), ("inspect run", true),
        ("gate run --data points.npz --max-uncertainty 0.1", true),
      ] {
        let outcome = try amp(command + " --quiet")
        #expect(outcome.code == 0 && outcome.errors == "", "\(command): \(outcome.errors)")
        #expect(outcome.output.isEmpty != hasResult, "\(command)")
      }
    }
  }
}
