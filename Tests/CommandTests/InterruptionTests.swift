import AmpCore
import Foundation
import TestSupport
import Testing

/// Signals and closed pipes end nothing in disorder.
struct InterruptionTests {
  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signalEndsAFitWithACheckpoint(signal: Int32, code: Int32) throws {
    try withPoints(1000) { amp in
      let options = "--hidden 8 --batch 64 --epochs 100000"
      let log = amp.path("log")
      try write([], to: log)
      let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
      let process = try amp.start(
        "fit points.npz \(options) --checkpoint-seconds 0 --output run", errors: errors)
      while process.isRunning && !amp.has("run/checkpoint.safetensors") { usleep(1000) }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.exitCode == code)
      let text = try Command.text(log)
      #expect(text.contains("finishing the epoch"))
      #expect(text.contains("Go on with: amp-cli fit --resume run"))
      #expect(!text.contains("Error"))
      #expect(throws: Never.self) {
        try TensorFile(contentsOf: amp.path("run/checkpoint.safetensors"))
      }
      #expect(!amp.has("run/best.safetensors"))
      let about = try amp("inspect run")
      #expect(about.code == 0 && about.output.contains("not finished: amp-cli fit --resume run"))

      // The checkpoint belongs to the options of the run.
      let configuration = try Command.text(amp.path("run/config.yaml"))
      let changed = configuration.replacing("learning-rate: ", with: "learning-rate: 1")
      try write(Array(changed.utf8), to: amp.path("run/config.yaml"))
      let refused = try amp("fit --resume run")
      #expect(refused.code == 1 && refused.errors.contains("a fit with other options"))
    }
  }

  /// Eight million rows of nothing, which `convert` has begun to pass over when they vanish.
  @Test func inputCutShortWhileItIsReadIsSaid() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let (rows, file, log) = (8_000_000, amp.path("huge.npy"), amp.path("log"))
      let header = NumpyHeader(type: "<f8", shape: [rows, 21]).bytes
      try write(header, to: file)
      #expect(truncate(file, header.count + rows * 21 * 8) == 0)
      try write([], to: log)
      let process = try amp.start(
        "convert huge.npy new.npz --bad-rows skip",
        errors: try FileHandle(forWritingTo: URL(fileURLWithPath: log)))
      let status = "/proc/\(process.processIdentifier)/stat"
      /// Whether it has computed for 0.2 s, of some five: not only looked at the format.
      func isBeingRead() -> Bool {
        guard let text = try? String(contentsOfFile: status, encoding: .utf8) else {
          usleep(500_000)  // not Linux
          return true
        }
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 11 && (Int(fields[11]) ?? 0) >= 20
      }
      while process.isRunning && !isBeingRead() { usleep(1000) }
      #expect(truncate(file, 0) == 0)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.exitCode == 1)
      let text = try Command.text(log)
      #expect(text.hasPrefix("Error: an input file was cut short"), "\(text)")
      #expect(text.split(separator: "\n").count == 1 && !amp.has("new.npz"))
    }
  }

  /// `amp-cli … | true`: nobody reads, and the work is done all the same.
  @Test func closedPipesDoNotEndTheWork() throws {
    try withPoints(300) { amp in
      for (arguments, result) in [
        ("fit points.npz --hidden 4 --epochs 2 --output run", "run/metrics.json"),
        ("pulls run --data points.npz --json pulls.json", "pulls.json"),
        ("inspect points.npz", "points.npz"),
        ("generate --points 2000 --output new.npz", "new.npz"),
      ] {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let writing = pipe.fileHandleForWriting
        let process = try amp.start(arguments, output: writing, errors: writing)
        process.waitUntilExit()
        #expect(process.exitCode == 0, "\(arguments)")
        #expect(amp.has(result))
      }
    }
  }
}
