import AmpCore
import Foundation
import TestSupport

/// Compilers and the library beside the tests, for programs in other languages.
enum Programs {
  /// The folder with libAmpExport and the tests.
  static let build: String = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let beside =
      bundle ?? Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return beside.deletingLastPathComponent().path
  }()

  /// The folder of the package.
  static let package: String = {
    URL(fileURLWithPath: fixture("")).deletingLastPathComponent().deletingLastPathComponent().path
  }()

  /// Runs a program found on the path; its code, and all it wrote, errors apart.
  static func run(
    _ arguments: [String], in folder: String
  ) throws -> (code: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    let (out, err) = (folder + "/stdout", folder + "/stderr")
    for path in [out, err] { try write([], to: path) }
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: out))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: err))
    try process.run()
    process.waitUntilExit()
    func text(_ path: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
    return (process.terminationStatus, try text(out), try text(err))
  }

  /// Whether a program is on the path.
  static func has(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: $0 + "/" + program)
    }
  }

  /// Builds an example into `folder` as its makefile does.
  static func make(_ target: String, in folder: String) throws {
    let examples = package + "/Examples/Embedding"
    for file in try FileManager.default.contentsOfDirectory(atPath: examples) {
      try? FileManager.default.copyItem(
        atPath: examples + "/" + file, toPath: folder + "/" + file)
    }
    let outcome = try run(
      [
        "make", "-s", target, "AMP=" + build, "CC=gcc", "CXX=g++",
        "INCLUDE=" + package + "/Sources/AmpExport/include",
      ], in: folder)
    guard outcome.code == 0, !outcome.errors.contains("warning") else {
      throw AmpError(outcome.errors, in: target, remedy: "Mend the example.")
    }
  }
}
