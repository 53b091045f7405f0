import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// `amp-cli calibrate`, from a run to a model file that all commands read.
struct CalibrateTests {
  /// A folder with points.npz and a run on it whose σ is off: trained briefly, head not refitted.
  private func withRun(_ options: String = "", _ body: (Command) throws -> Void) throws {
    try withPoints(3000) { amp in
      let fit = try amp(
        "fit points.npz --epochs 6 --batch 128 --hidden 16,16 --refit-head false --output run --calibrate false "
          + options)
      #expect(fit.code == 0, "\(fit.errors)")
      try body(amp)
    }
  }

  /// The run's own parts: 300 validation points calibrate, 600 test points judge.
  @Test func everyMethodWritesAModelAndItsNumbers() throws {
    try withRun { amp in
      let best = try amp.contents("run/best.safetensors")
      for (options, words) in [
        ("--method global", ["global on σ_syst: factor"]),
        ("--method global --sgd", ["global on σ_syst: factor"]),
        ("--method bins --bins 4 --by s12", ["4 bins of s12"]),
        ("--method smooth", ["smooth on σ_syst, 6 nodes of amplitude"]),
        ("--method head", ["head of ln σ² refitted"]),
        ("--method conformal --level 0.8", ["conformal at 80 %", "80.00 %"]),
        ("--method conformal --bins 3", ["3 bins of amplitude"]),
      ] {
        let run = try amp(
          "calibrate run \(options) --output run/new.safetensors --overwrite --json new.json")
        #expect(run.code == 0, "\(options): \(run.errors)")
        for word in words + ["300 validation points", "600 test points", "before", "ideal"] {
          #expect(run.output.contains(word), "\(options): \(run.output)")
        }
        let numbers = try amp.json("new.json")
        let after = try #require(numbers["after"] as? [String: Any])
        #expect(after["points"] as? Int == 600)
        // A file in the folder of the run is judged on the same points by the other commands.
        #expect(try amp("pulls run/new.safetensors --data points.npz --json p.json").code == 0)
        let pulls = try #require(try amp.json("p.json")["pull_systematic"] as? [String: Any])
        #expect(pulls["std"] as? Double == after["std"] as? Double)
        #expect(try amp("inspect run/new.safetensors").output.contains(words[0]))
        let comparison = try amp("compare run run/new.safetensors")
        #expect(comparison.code == 0, "\(comparison.errors)")
        #expect(comparison.output.contains("width of t_syst"))
        #expect(try amp("predict run/new.safetensors points.npz --output p.npz").code == 0)
      }
      #expect(try amp.contents("run/best.safetensors") == best)
    }
  }

  /// The recipe fast calibrates with the validation points, in the way of the method.
  @Test(arguments: [
    ("", "smooth on σ_syst, 6 nodes"), ("--calibrate false", nil), ("--recipe paper", nil),
    ("--recipe paper --calibrate true", "smooth on σ_syst, 6 nodes"),
    ("--uncertainty bayesian --samples 3", "smooth on σ_syst, 6 nodes"),
    ("--uncertainty ensemble --members 3", "ensemble on σ_syst: correlation"),
    ("--uncertainty mixture", nil), ("--uncertainty none", nil),
  ])
  func fitsAreCalibrated(options: String, words: String?) throws {
    try withPoints(3000) { amp in
      let fit = try amp(
        "fit points.npz --epochs 2 --batch 128 --hidden 8 --finishing-epochs 0 --output run "
          + options)
      #expect(fit.code == 0, "\(fit.errors)")
      let text = try amp("inspect run").output
      #expect(text.contains("calibrated") == (words != nil), "\(text)")
      if let words { #expect(text.contains(words), "\(text)") }
    }
  }

  /// The correlation of the members makes the pull of their mean one, and stays in the file.
  @Test(arguments: ["ensemble --members 3", "repulsive --members 3", "bayesian --samples 5"])
  func ensemblesAreCalibratedForTheirCorrelation(uncertainty: String) throws {
    try withRun("--uncertainty \(uncertainty)") { amp in
      let run = try amp(
        "calibrate run --method ensemble --output run/new.safetensors --json new.json")
      #expect(run.code == 0, "\(run.errors)")
      for word in [
        "ensemble on σ_syst: correlation", "width of one network", "300 validation points",
        "600 test points", "Wrote run/new.safetensors",
      ] { #expect((run.output + run.errors).contains(word), "\(word): \(run.output)") }
      let numbers = try amp.json("new.json")
      let written = try #require(numbers["recalibration"] as? [String: Any])
      let correlation = try #require(written["correlation"] as? Double)
      let width = try #require((written["factors"] as? [Double])?.first)
      #expect((0...1).contains(correlation) && width > 0)

      let old = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
      let new = try Surrogate(contentsOf: amp.path("run/new.safetensors"))
      #expect(new.description.recalibrations.count == 1)
      expectClose(
        new.description.recalibrations[0].correlation ?? -1, correlation, relative: 1e-14)
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      let held = try table.split(training: 0.7, validation: 0.1, test: 0.2, seed: 0).validation
      let (before, after) = (try old.predict(held.momenta), try new.predict(held.momenta))
      #expect(before.logMean == after.logMean && before.logStatistical == after.logStatistical)
      let networks = Double(old.samples)
      let factor = width * (correlation + (1 - correlation) / networks).squareRoot()
      expectClose(
        after.logSystematic ?? [], (before.logSystematic ?? []).map { factor * $0 },
        relative: 1e-12)
      // The points that calibrate have the rms pull one, unless the correlation was cut at zero.
      let pulls = try CalibrationPoints(new, held).pulls
      let square = pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count)
      if correlation > 0 { expectClose(square, 1, absolute: 1e-9) }
      // One network keeps the width of one network.
      let one = try new.predict(held.momenta, samples: 1).logSystematic ?? []
      let alone = try old.predict(held.momenta, samples: 1).logSystematic ?? []
      expectClose(one, alone.map { width * $0 }, relative: 1e-12)
      #expect(try amp("inspect run/new.safetensors").output.contains("correlation"))
      #expect(try amp("pulls run/new.safetensors --data points.npz --json p.json").code == 0)
      let judged = try #require(try amp.json("p.json")["pull_systematic"] as? [String: Any])
      let shown = try #require(numbers["after"] as? [String: Any])
      #expect(judged["std"] as? Double == shown["std"] as? Double)
    }
  }

  /// The refit of the head comes first, and works for the posterior of a Bayesian network too.
  @Test func headOfABayesianNetworkIsRefitted() throws {
    try withRun("--uncertainty bayesian --samples 4") { amp in
      let head = try amp("calibrate run --method head --output run/a.safetensors")
      #expect(head.code == 0 && head.output.contains("head of ln σ² refitted"), "\(head.errors)")
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      let held = try table.split(training: 0.7, validation: 0.1, test: 0.2, seed: 0).validation
      let new = try Surrogate(contentsOf: amp.path("run/a.safetensors"))
      let old = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
      #expect(try old.predict(held.momenta).logMean == new.predict(held.momenta).logMean)
      let pulls = try CalibrationPoints(new, held).pulls
      expectClose(pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count), 1, absolute: 1e-4)
    }
  }

  /// Of the calibration points themselves the rms pull is one; amplitudes stay to the bit.
  @Test func fileHoldsTheCalibration() throws {
    try withRun("--split 0.6,0.4,0") { amp in
      for method in ["global", "bins --bins 5", "head"] {
        let run = try amp("calibrate run --method \(method) --output a.safetensors --overwrite")
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.errors.contains("calibration points themselves"))
        let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
        let held = try table.split(training: 0.6, validation: 0.4, test: 0, seed: 0).validation
        let old = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
        let new = try Surrogate(contentsOf: amp.path("a.safetensors"))
        #expect(new.description.recalibrations.count == 1)
        #expect(try old.predict(held.momenta).logMean == new.predict(held.momenta).logMean)
        let pulls = try CalibrationPoints(new, held).pulls
        let mean = pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count)
        expectClose(mean, 1, absolute: method == "head" ? 1e-4 : 1e-12, method)
        #expect(try CalibrationPoints(old, held).pulls != pulls)
        #expect(try old.systematicScales(at: held.momenta) == nil)
        if method != "head" {
          let scales = try #require(try new.systematicScales(at: held.momenta))
          let before = try old.predict(held.momenta).logSystematic ?? []
          let after = try new.predict(held.momenta).logSystematic ?? []
          expectClose(after, zip(before, scales).map { $0 * $1 }, relative: 1e-14)
        }
        try new.write(to: amp.path("copy.safetensors"))
        #expect(try Surrogate(contentsOf: amp.path("copy.safetensors")) == new)
        #expect(try amp.contents("copy.safetensors") == amp.contents("a.safetensors"))
      }
    }
  }

  @Test func damagedCalibrationsAreRefused() throws {
    try withRun { amp in
      let path = amp.path("a.safetensors")
      for (method, good, bad) in [
        ("bins", "\"edges\":[", "\"edges\":[0,"), ("bins", "\"factors\":[", "\"factors\":[-1,"),
        ("bins", "\"variable\":\"s12\"", "\"variable\":\"s67\""),
        ("bins", "\"variable\":\"s12\"", "\"variable\":\"mass\""),
        ("bins", "\"method\":\"bins\"", "\"method\":\"magic\""),
        ("smooth", "\"nodes\":[", "\"nodes\":[0,"),
        ("smooth", "\"nodes\":[", "\"nodes\":null,\"old\":["),
        ("smooth", "\"edges\":[", "\"edges\":[1"),
        ("smooth", "\"method\":\"smooth\"", "\"method\":\"smooth\",\"network\":{}"),
        ("smooth", "\"method\":\"smooth\"", "\"method\":\"network\""),
        ("smooth", "\"method\":\"smooth\"", "\"method\":\"bins\""),
        ("bins", "\"method\":\"bins\"", "\"method\":\"bins\",\"level\":0.5"),
      ] {
        try amp(
          "calibrate run --method \(method) --bins 3 --by s12 --output a.safetensors --overwrite")
        let file = try Surrogate(contentsOf: path).file()
        let header = try #require(file.metadata["surrogate"])
        #expect(header.contains(good))
        var damaged = file
        damaged.metadata["surrogate"] = header.replacingOccurrences(of: good, with: bad)
        try damaged.write(to: path)
        let run = try amp("inspect a.safetensors")
        #expect(run.code == 1 && run.errors.contains("a.safetensors"), "\(bad): \(run.errors)")
      }
    }
  }

  /// Calibrations add up; a refit of the head makes those before it void.
  @Test func calibrationsAddUp() throws {
    try withRun { amp in
      func records(_ name: String) throws -> [Recalibration.Method] {
        try Surrogate(contentsOf: amp.path(name)).description.recalibrations.map(\.method)
      }
      try amp("calibrate run --method bins --bins 3 --output run/a.safetensors")
      try amp("calibrate run/a.safetensors --output run/b.safetensors")
      #expect(try records("run/b.safetensors") == [.bins, .global])
      // After the bins there is nothing left for one factor to do.
      let factor = try Surrogate(contentsOf: amp.path("run/b.safetensors"))
        .description.recalibrations[1].factors[0]
      expectClose(factor, 1, absolute: 1e-9)
      try amp("calibrate run/b.safetensors --method head --output run/c.safetensors")
      #expect(try records("run/c.safetensors") == [.head])
    }
  }

  /// `pulls` of a calibrated model says what was done, and how the pulls were before.
  @Test(arguments: [
    ("--method global", false), ("--method bins --bins 3 --by s12", true), ("--method head", false),
    ("--method conformal --bins 3", true),
  ])
  func pullsShowBeforeAndAfter(options: String, hasBins: Bool) throws {
    try withRun { amp in
      try amp("calibrate run \(options) --output run/a.safetensors")
      try amp("pulls run --data points.npz --json old.json --report old")
      let outcome = try amp(
        "pulls run/a.safetensors --data points.npz --json new.json --report new")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let record = try Surrogate(contentsOf: amp.path("run/a.safetensors"))
        .description.recalibrations[0].description
      #expect(outcome.output.contains(record))
      let (old, new) = (try amp.json("old.json"), try amp.json("new.json"))
      #expect(old["pull_before_calibration"] == nil)
      let before = try #require(new["pull_before_calibration"] as? [String: Any])
      let alone = try #require(old["pull_systematic"] as? [String: Any])
      #expect(before["std"] as? Double == alone["std"] as? Double)
      let after = try #require(new["pull_systematic"] as? [String: Any])
      #expect(after["std"] as? Double != before["std"] as? Double)
      let page = try Command.text(amp.path("new/index.html"))
      let plain = try Command.text(amp.path("old/index.html"))
      for title in ["Pulls before and after calibration", "Calibration before and after"] {
        #expect(page.contains("aria-label=\"\(title)\"") && !plain.contains(title))
      }
      #expect(page.contains("aria-label=\"Calibration factors by") == hasBins)
      #expect(page.contains(record))
    }
  }

  /// Away from its run, the head before the refit is lost: there is nothing to compare with.
  @Test func refittedHeadAloneHasNoBefore() throws {
    try withRun { amp in
      try amp("calibrate run --method head --output a.safetensors")
      let outcome = try amp("pulls a.safetensors --data points.npz --json a.json")
      #expect(outcome.code == 0 && !outcome.output.contains("before"), "\(outcome.errors)")
      #expect(try amp.json("a.json")["pull_before_calibration"] == nil)
    }
  }

  @Test func otherDataIsHalved() throws {
    try withRun { amp in
      try amp("generate --points 800 --seed 9 --output other.npz")
      let half = try amp("calibrate run --data other.npz --output a.safetensors")
      #expect(half.code == 0, "\(half.errors)")
      #expect(half.output.contains("400 points of other.npz, half of them"))
      #expect(half.output.contains("400 points of other.npz, the other half"))
      #expect(!half.errors.contains("training points") && !half.errors.contains("spent"))
      let moved = try amp(
        "calibrate a.safetensors --data points.npz --on all --output b.safetensors")
      #expect(moved.output.contains("of 3 000 points, training points among them, of points.npz"))
      #expect(moved.errors.contains("cannot fail"))
    }
  }

  @Test func doubtfulPointsGetAWarning() throws {
    try withRun("--noise 0.1") { amp in
      let all = try amp("calibrate run --on all --output a.safetensors")
      #expect(all.code == 0 && all.errors.contains("Warning: training points are among"))
      let test = try amp("calibrate run --on test --output b.safetensors --quiet")
      #expect(test.errors.contains("Warning: the test points are now spent"))
      #expect(test.output.contains("300 validation points"))
      try amp("generate --points 400 --seed 9 --output other.npz")
      let other = try amp("calibrate run --data other.npz --output c.safetensors")
      #expect(other.errors.contains("noise of 10 % on its labels"))
    }
  }

  @Test func mistakesAreRefusedAndLeaveNothing() throws {
    try withRun { amp in
      try write(Array("not a model".utf8), to: amp.path("taken.safetensors"))
      try amp("generate --points 12 --seed 2 --output few.npz")
      let before = try amp.everything()
      for (arguments, word) in [
        ("run --output taken.safetensors", "--overwrite"),
        ("run --output model.npz", ".safetensors"),
        ("run --output no/a.safetensors", "mkdir"),
        ("run --method ensemble --output a.safetensors", "single network"),
        ("run --method bins --bins 0 --output a.safetensors", "from 1 up"),
        ("run --method bins --bins 200 --output a.safetensors", "too few"),
        ("run --bins 3 --output a.safetensors", "bins or smooth or conformal"),
        ("run --level 0.5 --output a.safetensors", "--method conformal"),
        ("run --method head --sgd --output a.safetensors", "--method global"),
        ("run --method conformal --level 2 --output a.safetensors", "between 0 and 1"),
        ("run --method conformal --level 0.9999 --output a.safetensors", "at least 9999 points"),
        ("run --data few.npz --output a.safetensors", "6 points are too few"),
        ("run --data few.npz --method head --output a.safetensors", "17 weights"),
        ("run --data none.npz --output a.safetensors", "none.npz"),
        ("nowhere --output a.safetensors", "nowhere"),
      ] {
        let run = try amp("calibrate " + arguments)
        #expect(run.code == 1, "\(arguments)")
        #expect(run.output == "" && run.errors.hasPrefix("Error: "), "\(run.errors)")
        #expect(run.errors.contains(word), "\(arguments): \(run.errors)")
        #expect(try amp.everything() == before)
      }
      try Command(folder: amp.folder)("calibrate run --output alone.safetensors")
      let alone = try amp("calibrate alone.safetensors --output a.safetensors")
      #expect(alone.code == 1 && alone.errors.contains("--data points.npz"))
    }
  }
}
