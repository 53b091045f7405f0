import AmpData
import Foundation
import TestSupport

/// The built amp-cli, run as its users run it.
struct Command {
  /// What a command left: its exit code and what it said.
  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
  }

  /// The folder in which commands run.
  let folder: String

  /// The executable, which lies beside the tests.
  static let executable: URL = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let beside =
      bundle ?? Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return beside.deletingLastPathComponent().appendingPathComponent("amp-cli")
  }()

  /// Starts `amp-cli` with `arguments`, split at blanks outside of double quotes.
  func start(
    _ arguments: String, output: FileHandle = .nullDevice, errors: FileHandle = .nullDevice,
    environment: [String: String] = [:]
  )
    throws -> Process
  {
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = Page.words(arguments)
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    try process.run()
    return process
  }

  /// Runs `amp-cli` with `arguments`, split at blanks, to its end.
  @discardableResult
  func callAsFunction(
    _ arguments: String, environment: [String: String] = [:]
  ) throws -> Outcome {
    // Files, because a pipe that nobody empties would stop the command.
    try withScratchFolder { logs in
      func file(_ name: String) throws -> FileHandle {
        try write([], to: logs + name)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: logs + name))
      }
      let process = try start(
        arguments, output: try file("/out"), errors: try file("/err"), environment: environment)
      process.waitUntilExit()
      return Outcome(
        code: process.exitCode, output: try Command.text(logs + "/out"),
        errors: try Command.text(logs + "/err"))
    }
  }

  /// Runs another program, found on the path; returns its exit code.
  static func shell(_ arguments: [String], in folder: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.exitCode
  }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { folder + "/" + name }

  /// All bytes of a file in the folder.
  func contents(_ name: String) throws -> [UInt8] { try bytes(of: path(name)) }

  /// Whether a file or folder of that name exists.
  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Everything in the folder, hidden files included.
  func everything() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
  }

  /// The JSON object in a file of the folder.
  func json(_ name: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(contents(name))) as? [String: Any] ?? [:]
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try bytes(of: path), as: UTF8.self)
  }
}

extension Process {
  /// The exit code as a shell tells it: 128 + signal for a process that a signal ended.
  var exitCode: Int32 {
    terminationReason == .uncaughtSignal ? 128 + terminationStatus : terminationStatus
  }
}

/// Calls `body` with amp-cli in a folder that holds `count` labelled points in points.npz.
func withPoints<Result>(_ count: Int, _ body: (Command) throws -> Result) throws -> Result {
  try withScratchFolder { folder in
    try DiphotonGenerator().generate(points: count, seed: 1).table.write(to: folder + "/points.npz")
    return try body(Command(folder: folder))
  }
}
