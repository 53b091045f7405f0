import AmpData
import Foundation
import TestSupport
import Testing

/// HDF5 goes the way of every other format through the commands.
struct DatasetTests {
  private func withFile<Result>(_ body: (Command) throws -> Result) throws -> Result {
    try withScratchFolder { folder in
      // The content decides, not the name.
      try write(bytes(of: fixture("points/points.hdf5")), to: folder + "/points.dat")
      return try body(Command(folder: folder))
    }
  }

  @Test func datasetsAreConverted() throws {
    try withFile { amp in
      let table = try AmplitudeTable(contentsOf: fixture("points/points.csv"))
      for (dataset, output) in [("aag", "a.npz"), ("packed", "b.csv"), ("/deep/./aag", "c.npy")] {
        let run = try amp("convert points.dat \(output) --dataset \(dataset)")
        #expect(run.code == 0 && run.errors.contains("20 of 20 points with"), "\(run.errors)")
        #expect(try AmplitudeTable(contentsOf: amp.path(output)) == table)
      }
      let bad = try amp("convert points.dat d.npz --dataset bad --bad-rows skip")
      #expect(bad.code == 0 && bad.errors.contains("20 rows checked, 2 bad"), "\(bad.errors)")
      #expect(try AmplitudeTable(contentsOf: amp.path("d.npz")).count == 18)
    }
  }

  @Test func mistakesAreRefused() throws {
    try withFile { amp in
      for (line, word) in [
        ("convert points.dat a.npz", "aag, bad, deep/aag"),
        ("convert points.dat a.npz --dataset x", "aag, bad, deep/aag"),
        ("convert points.dat a.npz --dataset bad", "row 4"),
        ("convert points.dat a.hdf5 --dataset aag", ".npz"),
        ("convert \(fixture("points/points.csv")) a.npz --dataset aag", "no datasets"),
        ("inspect points.dat", "aag, bad, deep/aag"),
        ("amplitude points.dat --output a.npz", "aag, bad, deep/aag"),
        ("fit points.dat --output a.npz", "aag, bad, deep/aag"),
        ("fit --resume run --dataset aag", "--resume"),
      ] {
        let run = try amp(line)
        #expect(run.code == 1 && run.errors.contains(word), "\(line): \(run.errors)")
        #expect(try amp.everything() == ["points.dat"])
      }
    }
  }

  @Test func datasetsAreInspectedAndLabelled() throws {
    try withFile { amp in
      let seen = try amp("inspect points.dat --dataset packed")
      #expect(seen.code == 0 && seen.output.contains("(HDF5)"), "\(seen.errors)")
      #expect(seen.output.contains("20 points of 5 particles, with amplitudes"))
      let run = try amp("amplitude points.dat --dataset flat --output a.npz --tolerance 1")
      #expect(run.code == 0, "\(run.errors)")
      #expect(try AmplitudeTable(contentsOf: amp.path("a.npz")).count == 20)
    }
  }

  /// The run remembers its dataset: its training points are never taken for new ones.
  @Test func runsRememberTheirDataset() throws {
    try withFile { amp in
      let fit = try amp(
        "fit points.dat --dataset aag --split 0.3,0.5,0.2 --epochs 1 --hidden 4 --output run")
      #expect(fit.code == 0, "\(fit.errors)")
      #expect(try Command.text(amp.path("run/config.yaml")).contains("dataset: aag\n"))
      for (option, words) in [
        ("", "4 test points of"), (" --dataset /aag", "4 test points of"),
        (" --dataset packed", "20 points of"),
      ] {
        let pulls = try amp("pulls run --data points.dat" + option)
        #expect(pulls.code == 0 && pulls.output.contains(words), "\(pulls.output)\(pulls.errors)")
        let gate = try amp("gate run --data points.dat --max-uncertainty 1" + option)
        #expect(gate.code == 0 && gate.output.contains(words), "\(gate.output)\(gate.errors)")
      }
      for (option, words) in [
        ("", "of 10 validation points of"), (" --data points.dat", "of 10 validation points of"),
        (" --dataset packed", "of 10 points of"),
        (" --data points.dat --dataset packed", "of 10 points of"),
      ] {
        let run = try amp("calibrate run --overwrite --output a.safetensors" + option)
        #expect(run.code == 0 && run.output.contains(words), "\(run.output)\(run.errors)")
      }
      let predict = try amp("predict run points.dat --dataset momenta --output p.npz")
      #expect(predict.code == 0 && predict.errors.contains("20 points"), "\(predict.errors)")
      let again = try amp("fit --config run/config.yaml --seed 2 --epochs 1 --output run2")
      #expect(again.code == 0, "\(again.errors)")
    }
  }

  /// Whatever was changed on reading is said by every command that reads.
  @Test func normalizationIsSaidByAllWhoRead() throws {
    try withPoints(200) { amp in
      var table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      for row in 0..<table.count {
        for i in 0..<8 { table.momenta.components[20 * row + i].negate() }
      }
      try table.write(to: amp.path("turned.npz"))
      let words = "in 200 rows incoming momenta had negative energies"
      for line in [
        "fit turned.npz --epochs 1 --hidden 4 --output run",
        "predict run turned.npz --output p.npz",
        "pulls run --data turned.npz",
        "gate run --data turned.npz --max-uncertainty 1",
        "calibrate run --output a.safetensors",
      ] {
        let run = try amp(line)
        #expect(run.code == 0 && run.errors.contains(words), "\(line): \(run.errors)")
        #expect(run.errors.components(separatedBy: words).count == 2, "\(line): \(run.errors)")
      }
      #expect(try amp("pulls run --data turned.npz --dataset aag").errors.contains("no datasets"))
      try table.rows(0..<150).write(to: amp.path("other.csv"))
      for line in ["pulls run --data", "calibrate run --output b.safetensors --data"] {
        let run = try amp(line + " other.csv")
        #expect(run.code == 0 && run.errors.contains("in 150 rows incoming"), "\(run.errors)")
        let quiet = try amp(
          line.replacing("b.s", with: "c.s") + " other.csv --quiet")
        #expect(quiet.code == 0 && !quiet.errors.contains("incoming"), "\(quiet.errors)")
      }
    }
  }

  /// The same words name a process in every command.
  @Test(arguments: ["gg_aag", "21,21->22,22,21", "gg>22,22,g"])
  func processesAreNamedAlikeEverywhere(name: String) throws {
    try withPoints(20) { amp in
      for line in [
        "convert points.npz a.lhe --process \(name)",
        "inspect a.lhe --process \(name)",
        "amplitude a.lhe --process \(name) --output b.npz --tolerance 1",
        "generate --points 5 --process \(name) --output c.lhe",
        "fit points.npz --process \(name) --epochs 1 --hidden 4 --output run",
        "order --process \(name) --output order.lh",
      ] {
        let run = try amp(line)
        #expect(run.code == 0, "\(line): \(run.errors)")
      }
      // A pattern of several processes stands where events are picked, and nowhere else.
      #expect(try amp("convert a.lhe d.npz --process 93,93->a,a,93").code == 0)
      for line in [
        "amplitude a.lhe --process 93,93->a,a,93 --output e.npz",
        "fit points.npz --process 93,93->a,a,93 --output e", "order --process 93,93->a,a,93 -o e",
      ] {
        let run = try amp(line)
        #expect(run.code == 1 && run.errors.contains("several processes"), "\(run.errors)")
      }
    }
  }

  @Test func generatedEventsNameTheirProcess() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let made = try amp("generate --points 5 --process gg_ggg --output a.lhe")
      #expect(made.code == 0, "\(made.errors)")
      #expect(try amp("inspect a.lhe").output.contains("21 21 -> 21 21 21 (5)"))
    }
  }
}
