import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Rows of momenta piped through `amp-cli predict RUN - --output -`.
struct PipeTests {
  /// Calls `body` with a run and what it predicts for points in a file, row by row.
  private func withRun(
    _ body: (Command, _ rows: [String], _ expected: [[Double]]) throws -> Void
  ) throws {
    try withPoints(200) { amp in
      let fit = try amp(
        "fit points.npz --epochs 1 --hidden 8,8 --uncertainty ensemble --members 2 --output run")
      #expect(fit.code == 0, "\(fit.errors)")
      let momenta = try Momenta(contentsOf: amp.path("points.npz"))
      let prediction = try Surrogate(contentsOf: amp.path("run/best.safetensors")).predict(momenta)
      let rows = (0..<momenta.count).map { i in
        momenta.components[20 * i..<20 * i + 20].map { "\($0)" }.joined(separator: " ")
      }
      let expected = rows.indices.map { i in
        [prediction.amplitude[i], prediction.systematic?[i], prediction.statistical?[i]]
          .compactMap { $0 }
      }
      try body(amp, rows, expected)
    }
  }

  /// Runs the command with `input` on standard input.
  private func pipe(_ amp: Command, _ input: String) throws -> Command.Outcome {
    try write(Array(input.utf8), to: amp.path("input"))
    for name in ["output", "errors"] { try write([], to: amp.path(name)) }
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = ["predict", "run", "-", "--output", "-"]
    process.currentDirectoryURL = URL(fileURLWithPath: amp.folder)
    process.standardInput = FileHandle(forReadingAtPath: amp.path("input"))
    process.standardOutput = FileHandle(forWritingAtPath: amp.path("output"))
    process.standardError = FileHandle(forWritingAtPath: amp.path("errors"))
    try process.run()
    process.waitUntilExit()
    return Command.Outcome(
      code: process.exitCode, output: try Command.text(amp.path("output")),
      errors: try Command.text(amp.path("errors")))
  }

  private func numbers(_ text: String) -> [[Double]] {
    text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
  }

  /// A row whose last particle flies elsewhere: on its mass shell, but momentum is not conserved.
  private func off(_ row: String) -> String {
    var numbers = row.split(separator: " ").map(String.init)
    numbers.swapAt(17, 18)
    return numbers.joined(separator: " ")
  }

  @Test func rowsInRowsOut() throws {
    try withRun { amp, rows, expected in
      let text = "# points\n\n" + rows.joined(separator: "\n") + "\n"
      for input in [
        text, String(text.dropLast()), text.replacing("\n", with: "\r\n"),
        text.replacing(" ", with: ",").replacing("#,", with: "# "),
        text.replacing(" ", with: " \t,  "),
      ] {
        let outcome = try pipe(amp, input)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(numbers(outcome.output) == expected)
      }
      #expect(try pipe(amp, "").output == "")
    }
  }

  @Test func aRowIsAnsweredBeforeTheNextIsRead() throws {
    try withRun { amp, rows, expected in
      let (input, output) = (Pipe(), Pipe())
      let process = Process()
      process.executableURL = Command.executable
      process.arguments = ["predict", "run", "-", "--output", "-", "--quiet"]
      process.currentDirectoryURL = URL(fileURLWithPath: amp.folder)
      (process.standardInput, process.standardOutput) = (input, output)
      try process.run()
      // A command that waits for more input would never answer: end it then.
      let watch = DispatchWorkItem { process.terminate() }
      DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: watch)
      for (row, values) in zip(rows, expected).prefix(5) {
        try input.fileHandleForWriting.write(contentsOf: Data((row + "\n").utf8))
        let answer = output.fileHandleForReading.availableData
        #expect(numbers(String(decoding: answer, as: UTF8.self)) == [values])
      }
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      watch.cancel()
      #expect(process.exitCode == 0)
    }
  }

  @Test func aRowThatIsNoPointEndsItWithItsLine() throws {
    try withRun { amp, rows, expected in
      for (bad, word) in [
        ("1 2 3", "3 numbers"), (rows[0] + " 1", "21 numbers"), ("a b", "column 1"),
        (rows[0].replacingOccurrences(of: "0.0", with: "nan"), "not a finite number"),
        (String(repeating: "0 ", count: 20), "E of particle 1 is 0.0"),
        (off(rows[0]), "differ"),
        (String(repeating: "1", count: 200_000), "longer"),
      ] {
        let outcome = try pipe(amp, "# two good ones\n\(rows[0])\n\(rows[1])\n\(bad)\n\(rows[2])\n")
        #expect(outcome.code == 1)
        #expect(
          outcome.errors.contains("standard input, line 4") && outcome.errors.contains(word),
          "\(outcome.errors)")
        #expect(numbers(outcome.output) == Array(expected[0..<2]))
      }
      for (arguments, word) in [
        ("predict run - --output a.npz", "--output -"),
        ("predict run points.npz --output -", "--output -"),
        ("predict run - --output - --samples 3", "2 networks"),
      ] {
        let outcome = try amp(arguments)
        #expect(outcome.code == 1 && outcome.errors.contains(word), "\(outcome.errors)")
      }
    }
  }
}
