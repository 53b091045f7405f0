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
}
