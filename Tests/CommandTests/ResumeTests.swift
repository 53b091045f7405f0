import AmpCore
import Foundation
import TestSupport
import XCTest

/// A fit that is killed and resumed ends with the same bytes as one that never stopped.
final class ResumeTests: XCTestCase {
  private let epochs = 120

  func testKilledFitsWithAdamEndTheSame() throws { try check("adam") }

  func testKilledFitsWithSOAPEndTheSame() throws { try check("soap") }

  private func check(_ optimizer: String) throws {
    try withPoints(1500) { amp in
      let options = """
        --optimizer \(optimizer) --epochs \(epochs) --batch 128 --hidden 16,16 \
        --precision \(optimizer == "adam" ? "float64" : "float32") --checkpoint-seconds 0
        """
      XCTAssertEqual(try amp("fit points.npz \(options) --output whole --threads 1").code, 0)

      // Killed once: at the very beginning, early, and later.
      for (moment, epoch) in [0, 2, epochs / 4].enumerated() {
        let run = "run\(moment)"
        try kill(amp, "fit points.npz \(options) --output \(run) --threads 2", in: run, at: epoch)
        XCTAssertEqual(try amp("fit --resume \(run) --threads \(1 + moment % 2)").code, 0)
        try expectSame(amp, run)
      }

      // Killed again and again.
      try kill(amp, "fit points.npz \(options) --output often --threads 1", in: "often", at: 1)
      for epoch in [5, 15, 30] {
        try kill(
          amp, "fit --resume often --checkpoint-seconds 0 --threads 2", in: "often", at: epoch)
      }
      XCTAssertEqual(try amp("fit --resume often").code, 0)
      try expectSame(amp, "often")
    }
  }

  /// Starts a fit, kills it when `epoch` epochs are in its checkpoint, and looks at what is left.
  private func kill(_ amp: Command, _ arguments: String, in run: String, at epoch: Int) throws {
    let process = try amp.start(arguments)
    let deadline = Date() + 120
    while process.isRunning, try reached(amp, run) < epoch || !amp.has(run + "/config.yaml") {
      XCTAssertLessThan(Date(), deadline)
      usleep(300)
    }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    XCTAssertEqual(process.exitCode, 137, "killed too late")
    for name in try FileManager.default.contentsOfDirectory(atPath: amp.path(run)) {
      let path = amp.path(run + "/" + name)
      switch (name as NSString).pathExtension {
      case "safetensors": XCTAssertNoThrow(try TensorFile(contentsOf: path), name)
      case "yaml": XCTAssertTrue(try Command.text(path).contains("\nseed: 0\n"), name)
      case "tmp": XCTAssertTrue(name.hasPrefix(".amp-"), name)
      default: XCTFail("\(name) in a run that is not finished")
      }
    }
  }

  /// The epochs in the checkpoint; it can be read at any time.
  private func reached(_ amp: Command, _ run: String) throws -> Int {
    guard amp.has(run + "/checkpoint.safetensors") else { return 0 }
    let file = try TensorFile(contentsOf: amp.path(run + "/checkpoint.safetensors"))
    let state = try JSONSerialization.jsonObject(with: Data((file.metadata["state"] ?? "").utf8))
    return try XCTUnwrap((state as? [String: Any])?["epoch"] as? Int)
  }

  private func expectSame(_ amp: Command, _ run: String) throws {
    for model in ["best.safetensors", "last.safetensors"] {
      let same = try amp.contents("\(run)/\(model)") == amp.contents("whole/\(model)")
      XCTAssertTrue(same, "\(run) \(model)")
    }
    XCTAssertTrue(try losses(amp, run) == losses(amp, "whole"), run)
    let names = try FileManager.default.contentsOfDirectory(atPath: amp.path(run))
    XCTAssertEqual(names.filter { $0.hasPrefix(".") }, [])
  }

  /// The history without the times.
  private func losses(_ amp: Command, _ run: String) throws -> [[Double]] {
    try Command.text(amp.path(run + "/history.jsonl")).split(separator: "\n").map {
      let object = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      return ["epoch", "rate", "training", "validation"].compactMap { object?[$0] as? Double }
    }
  }
}
