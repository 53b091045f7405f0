import Foundation

/// Runs Python, which is `AMP_PYTHON` or the `python3` on the path; returns its code and what it said.
public func runPython(_ arguments: [String]) throws -> (code: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments =
    [ProcessInfo.processInfo.environment["AMP_PYTHON"] ?? "python3"] + arguments
  process.standardInput = FileHandle.nullDevice
  let pipe = Pipe()
  (process.standardOutput, process.standardError) = (pipe, pipe)
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// Whether there is a Python with all of `modules`.
public func hasPython(with modules: String...) -> Bool {
  (try? runPython(["-c", "import " + modules.joined(separator: ", ")]))?.code == 0
}

/// What Python prints, or nil if there is none with NumPy.
public func numpyOutput(_ program: String, _ arguments: String...) throws -> String? {
  hasPython(with: "numpy") ? try runPython(["-c", program] + arguments).output : nil
}

/// Whether ``numpyOutput(_:_:)`` works here.
public let hasNumpy = hasPython(with: "numpy")
