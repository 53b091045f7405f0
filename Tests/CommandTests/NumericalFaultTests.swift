import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// What `amp-cli fit` leaves behind when numbers go wrong.
struct NumericalFaultTests {
  /// A loss that explodes after good epochs: the best one stays, and the command says so and fails.
  @Test func surrogateOfTheBestEpochIsKept() throws {
    try withPoints(400) { amp in
      let outcome = try amp(
        "fit points.npz --optimizer adam --learning-rate 3 --epochs 60 --batch 64 "
          + "--hidden 16,16 --output run")
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("kept the surrogate of epoch"), "\(outcome.errors)")
      #expect(outcome.errors.contains("Try a lower learning rate"), "\(outcome.errors)")
      #expect(
        try amp.everything() == [
          "points.npz", "run", "run/best.safetensors", "run/config.yaml", "run/history.jsonl",
        ])
      // What is kept can be used.
      #expect(try amp("pulls run --data points.npz").code == 0)
      #expect(try amp("predict run points.npz --output out.npz").code == 0)
      let amplitudes = try NumpyArchive(contentsOf: amp.path("out.npz")).array("amplitude")
      #expect(!amplitudes.doubles().contains { !$0.isFinite })
      // Going on comes to the same end.
      let before = try amp.contents("run/best.safetensors")
      #expect(try amp("fit --resume run").code == 1)
      #expect(try amp.contents("run/best.safetensors") == before)
    }
  }

  /// A checkpoint that was written before stays as it was.
  @Test func checkpointIsNotOverwritten() throws {
    try withPoints(400) { amp in
      let outcome = try amp(
        "fit points.npz --optimizer adam --learning-rate 3 --epochs 60 --batch 64 "
          + "--hidden 16,16 --output run --checkpoint-seconds 0")
      #expect(outcome.code == 1)
      let file = try TensorFile(contentsOf: amp.path("run/checkpoint.safetensors"))
      #expect(throws: Never.self) { try file.requireFinite() }
    }
  }

  /// The whole of a fit, with refit, finishing and report, on data from which little can be learned.
  @Test(arguments: ["constant", "twice", "range", "far"])
  func degenerateDataAreFitted(kind: String) throws {
    try withPoints(60) { amp in
      var table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      switch kind {
      case "constant": table.amplitudes = table.amplitudes.map { _ in 2e-5 }
      case "twice": table = table.rows((0..<60).map { $0 / 30 })
      case "range":
        table.amplitudes = table.amplitudes.indices.map { pow(10, Double($0 * 10) - 295) }
      default: table.amplitudes[11] = 1e200
      }
      try table.write(to: amp.path("points.npz"))
      let outcome = try amp(
        "fit points.npz --target ln --epochs 30 --finishing-epochs 3 --output run")
      #expect(outcome.code == 0, "\(outcome.errors)")
      for name in ["best", "last"] {
        let file = try TensorFile(contentsOf: amp.path("run/\(name).safetensors"))
        #expect(throws: Never.self) { try file.requireFinite() }
      }
      #expect(try !amp.json("run/metrics.json").isEmpty)
      #expect(try amp("predict run points.npz --output out.npz").code == 0)
      let archive = try NumpyArchive(contentsOf: amp.path("out.npz"))
      for name in ["amplitude", "systematic"] {
        let values = try archive.array(name).doubles()
        #expect(!values.contains { $0.isNaN || $0 < 0 }, "\(name)")
      }
      if kind == "constant" {
        for amplitude in try archive.array("amplitude").doubles() {
          #expect(abs(amplitude / 2e-5 - 1) < 0.05)
        }
      }
    }
  }

  /// Points that are too few for a split are refused.
  @Test(arguments: [1, 2])
  func tooFewPointsAreRefused(count: Int) throws {
    try withPoints(20) { amp in
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      try table.rows(0..<count).write(to: amp.path("few.npz"))
      let outcome = try amp("fit few.npz --epochs 1 --output run")
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("leaves none of \(count) points"), "\(outcome.errors)")
      #expect(outcome.errors.contains("Use more points"), "\(outcome.errors)")
      #expect(!amp.has("run"))
    }
  }

  @Test func zeroEpochsAndTinyRatesGiveTheUntrainedNetwork() throws {
    try withPoints(60) { amp in
      #expect(
        try amp("fit points.npz --recipe paper --epochs 0 --hidden 8 --output none").code == 0)
      #expect(
        try amp(
          "fit points.npz --recipe paper --epochs 2 --learning-rate 1e-30 --hidden 8 --output tiny"
        ).code == 0)
      let none = try Surrogate(contentsOf: amp.path("none/best.safetensors"))
      let tiny = try Surrogate(contentsOf: amp.path("tiny/best.safetensors"))
      #expect(none.weights == tiny.weights)
    }
  }
}
