import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Files that a command must not take for what they are not, or replace.
struct MistakenFilesTests {
  @Test func eventsOfAnotherProcessAreNoPoints() throws {
    try withPoints(400) { amp in
      try amp("fit points.npz --recipe paper --hidden 8 --epochs 1 --seed 1 --output run --quiet")
      try amp("generate --process gg_ggg --points 20 --seed 1 --output other.lhe --quiet")
      for line in [
        "predict run other.lhe --output a.npz",
        "amplitude other.lhe --output a.npz",
        "fit other.lhe --output other --quiet",
      ] {
        let run = try amp(line)
        #expect(run.code == 1, "\(line): \(run.errors)")
        #expect(!amp.has("a.npz") && !amp.has("other"), "\(line)")
      }
    }
  }

  @Test func whatIsThereIsNotReplaced() throws {
    try withPoints(400) { amp in
      try amp("fit points.npz --recipe paper --hidden 8 --epochs 1 --seed 1 --output run --quiet")
      let before = try ["points.npz", "run/best.safetensors", "run/metrics.json"].map {
        try amp.contents($0)
      }
      for (line, word) in [
        ("export run --output run/best.safetensors", ".onnx"),
        ("predict run points.npz --output points.npz", "replace"),
        ("pulls run --data points.npz --report run", "overwrite"),
      ] {
        let run = try amp(line)
        #expect(run.code == 1 && run.errors.contains(word), "\(line): \(run.errors)")
      }
      let after = try ["points.npz", "run/best.safetensors", "run/metrics.json"].map {
        try amp.contents($0)
      }
      #expect(before == after)
    }
  }

  @Test func optionsWithoutMeaningAndSwappedFilesAreNamed() throws {
    try withPoints(400) { amp in
      try amp("fit points.npz --recipe paper --hidden 8 --epochs 1 --seed 1 --output run --quiet")
      try amp("generate --process gg_ggg --points 20 --seed 1 --output other.npz --quiet")
      for (line, word) in [
        ("inspect run --picture a.svg", "histograms are those of points"),
        ("export points.npz --output a.onnx", "this is a file of points (NumPy archive)"),
        ("predict points.npz run --output a.npz", "this is a file of points"),
        ("predict run other.npz --output a.npz", "points of g g → g g g, not of g g → γ γ g"),
        ("fit other.npz --output other", "points of g g → g g g, not of g g → γ γ g"),
        ("generate --process gg_aagg --points 2 --output a.npz", "amp-cli amplitude POINTS"),
      ] {
        let run = try amp(line)
        #expect(run.code == 1 && run.errors.contains(word), "\(line): \(run.errors)")
        #expect(!amp.has("a.svg") && !amp.has("a.npz") && !amp.has("a.onnx"), "\(line)")
      }
    }
  }

  @Test func anOrderGoesToStandardOutput() throws {
    try withPoints(1) { amp in
      try amp("order --process gg_aag --output order.lh")
      let piped = try amp("order --process gg_aag --output - --quiet")
      #expect(piped.code == 0 && !amp.has("-"))
      #expect(try Array(piped.output.utf8) == amp.contents("order.lh"))
    }
  }

  /// A model that left its run still knows its training points, and judges itself on the others.
  @Test func modelsKnowTheirTrainingPointsOutsideOfTheirRun() throws {
    try withPoints(1000) { amp in
      try amp("fit points.npz --hidden 8 --epochs 1 --seed 1 --output run --quiet")
      try amp("calibrate run --output away.safetensors --quiet")
      let own = try amp("pulls away.safetensors --data points.npz --quiet")
      #expect(own.code == 0 && own.output.contains("200 test points"), "\(own.output)\(own.errors)")
      let again = try amp(
        "calibrate away.safetensors --data points.npz --output twice.safetensors --quiet")
      #expect(again.output.contains("100 validation points"), "\(again.output)\(again.errors)")
      try amp("generate --points 50 --seed 2 --output new.npz --quiet")
      let other = try amp("pulls away.safetensors --data new.npz --quiet")
      #expect(other.output.contains("50 points of new.npz"), "\(other.output)\(other.errors)")
      // Models of earlier versions do not know.
      let surrogate = try Surrogate(contentsOf: amp.path("away.safetensors"))
      try surrogate.trained(on: nil).write(to: amp.path("old.safetensors"))
      let old = try amp("pulls old.safetensors --data points.npz")
      #expect(old.code == 0 && old.errors.contains("does not say on which points"), "\(old.errors)")
    }
  }
}
