import Foundation
import TestSupport
import Testing

/// `amp-cli reproduce`, with few points and epochs.
struct ReproduceTests {
  static let few = "--points 1000 --effort 0.01 --members 2 --samples 2 --output out"

  @Test func everyItemOfThePaperIsListed() throws {
    try withScratchFolder { folder in
      let outcome = try Command(folder: folder)("reproduce list")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let names = outcome.output.split(separator: "\n").map { $0.prefix { $0 != " " } }
      let wanted = (1...15).map { "fig\($0)" } + (1...4).map { "tab\($0)" } + ["toy"]
      #expect(Set(names.map(String.init)).isSuperset(of: wanted), "\(names)")
    }
  }

  @Test func fitsAreSharedMadeOnceAndDrawn() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let first = try amp("reproduce fig5 \(Self.few) --quiet")
      #expect(first.code == 0, "\(first.errors)")
      #expect(first.output.contains("15 of 15 fits"))
      let metrics = try amp.contents("out/jobs/mlp3-det-t75-f10/metrics.json")
      for name in ["out/index.html", "out/summary.md", "out/summary.json", "out/fig5/noise.svg"] {
        #expect(amp.has(name), "\(name)")
      }
      // Fig. 6 needs the same fits.
      let jobs = try amp("reproduce jobs fig6 \(Self.few)").output.split(separator: "\n")
      #expect(jobs.count == 15 && jobs.allSatisfy { $0.hasPrefix("done\t") }, "\(jobs)")
      let before = try amp.everything().filter { $0.hasPrefix("out/jobs") }
      let second = try amp("reproduce fig6 \(Self.few)")
      #expect(second.code == 0 && !second.errors.contains("epoch"), "\(second.errors)")
      #expect(try amp.everything().filter { $0.hasPrefix("out/jobs") } == before)
      #expect(try amp.contents("out/jobs/mlp3-det-t75-f10/metrics.json") == metrics)
    }
  }

  @Test func aJobIsTheRunOfItsConfiguration() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let job = "mlp3-re-t75-f1"
      // As a batch system does before it runs a job.
      try FileManager.default.createDirectory(
        atPath: amp.path("out/jobs/\(job)"), withIntermediateDirectories: true)
      #expect(try amp("reproduce run \(job) \(Self.few) --quiet").code == 0)
      let fit = try amp("fit --config out/jobs/\(job)/config.yaml --output run --quiet")
      #expect(fit.code == 0, "\(fit.errors)")
      for file in ["config.yaml", "best.safetensors"] {
        #expect(try amp.contents("run/" + file) == amp.contents("out/jobs/\(job)/" + file))
      }
    }
  }

  /// Only what is finished is drawn, and what is missing is said.
  @Test func gatheringDrawsWhatIsFinished() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      #expect(try amp("reproduce run mlp3-det-t75-f0 \(Self.few) --quiet").code == 0)
      let outcome = try amp("reproduce gather all \(Self.few)")
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("1 of 15 fits"))
      let summary = try amp.json("out/summary.json")
      let items = try #require(summary["items"] as? [[String: Any]])
      let targets = items.flatMap { $0["targets"] as? [[String: Any]] ?? [] }
      let verdicts = targets.compactMap { $0["verdict"] as? String }
      #expect(verdicts.count > 100 && verdicts.count { $0 == "not run" } > 90)
      #expect(verdicts.contains { $0 != "not run" })
    }
  }

  @Test func anInterruptedJobEndsWithTheSameBits() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let options = "mlp3-det-t75-f0 --points 2000 --effort 12 --quiet --output"
      #expect(try amp("reproduce run \(options) whole").code == 0)
      let process = try amp.start("reproduce run \(options) out")
      let configuration = "out/jobs/mlp3-det-t75-f0/config.yaml"
      while process.isRunning && !amp.has(configuration) { usleep(1000) }
      // Training begins a moment after the configuration is written.
      usleep(100_000)
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      #expect(process.exitCode == 130)
      #expect(!amp.has("out/jobs/mlp3-det-t75-f0/metrics.json"))
      #expect(
        try amp("reproduce jobs fig3 --points 2000 --effort 12 --output out").output
          .contains("begun\tmlp3-det-t75-f0"))
      #expect(try amp("reproduce run \(options) out").code == 0)
      for file in ["best.safetensors", "judgement.json"] {
        #expect(
          try amp.contents("out/jobs/mlp3-det-t75-f0/" + file)
            == amp.contents("whole/jobs/mlp3-det-t75-f0/" + file))
      }
    }
  }

  @Test func badInputIsRefusedAndNothingIsWritten() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      for (arguments, words) in [
        ("fig77", "there is no figure or table \"fig77\". Did you mean fig7?"),
        ("fig5 --scale quik", "there is no scale \"quik\". Did you mean quick?"),
        ("fig5 --points 3", "a reproduction with 3 points is not possible"),
        ("fig5 --effort 0", "the effort is 0.0"),
        ("fig5 --learning-rate -1", "the learning rate is -1.0"),
        ("fig5 --train-fraction 2", "the train fraction is 2.0"),
        ("fig5 --emit cron", "there is no batch system \"cron\""),
        ("run mlp3-dett-t75-f0", "there is no job \"mlp3-dett-t75-f0\". Did you mean"),
      ] {
        let outcome = try amp("reproduce \(arguments) --output out")
        let isName = words.hasPrefix("there is no ")
        #expect(outcome.code == (isName ? 64 : 1), "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == (isName ? 3 : 1))
        #expect(try amp.everything() == [])
      }
    }
  }

  @Test func otherSettingsDoNotMixWithFinishedJobs() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      #expect(try amp("reproduce run mlp3-det-t75-f0 \(Self.few) --quiet").code == 0)
      let before = try amp.everything()
      let outcome = try amp("reproduce fig3 \(Self.few) --learning-rate 0.01")
      #expect(outcome.code == 1)
      #expect(
        outcome.errors.contains("learning-rate: 1e-3 instead of learning-rate: 1e-2"),
        "\(outcome.errors)")
      #expect(try amp.everything() == before)
    }
  }

  @Test(arguments: ["snakemake", "slurm", "htcondor"])
  func scriptsHoldEveryJobAndWhatComesBeforeAndAfter(system: String) throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let outcome = try amp("reproduce fig5 \(Self.few) --emit \(system)")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let files = outcome.output.split(separator: "\n").map(String.init)
      let text = try files.map { try Command.text($0) }.joined()
      let jobs = try amp("reproduce jobs fig5 \(Self.few)").output.split(separator: "\n")
      for job in jobs { #expect(text.contains(job.split(separator: "\t")[1]), "\(job)") }
      for words in ["reproduce points", "reproduce run", "reproduce gather fig5", "--effort 0.01"] {
        #expect(text.contains(words), "\(words)")
      }
      #expect(!amp.has("out/jobs"))
      if system == "slurm" {
        #expect(try Command.shell(["bash", "-n", "out/jobs.slurm"], in: folder) == 0)
      }
    }
  }
}
