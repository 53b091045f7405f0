import AmpData
import Foundation
import TestSupport
import Testing

/// A compiled Tests/Fixtures/blha/library.c, in the folder of a command.
struct TestLibrary {
  /// Whether there is a C compiler.
  static let isPossible = (try? run("cc", ["--version"])) == 0

  /// The path of the library.
  let path: String

  /// Compiles it into `folder`, with macros defined.
  init(in folder: String, name: String = "liborder.so", _ macros: String...) throws {
    path = folder + "/" + name
    let code = try TestLibrary.run(
      "cc",
      ["-shared", "-fPIC", "-O1", "-o", path, fixture("blha/library.c"), "-lm"]
        + macros.map { "-D" + $0 })
    #expect(code == 0)
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Whether the library misbehaves at point `row`.
  static func isOdd(_ momenta: Momenta, _ row: Int) -> Bool { Int(momenta[row, 2][0]) % 10 == 3 }

  /// A contract about g g → g g, with a behaviour and further lines.
  static func contract(
    _ behaviour: String, amplitudeType: String = "Tree", id: Int = 7, more: String = "",
    process: String = "21 21 -> 21 21"
  ) -> String {
    """
    # A contract of the tests
    InterfaceVersion BLHA2 | OK
    AmplitudeType \(amplitudeType) | OK  # accepted
    TestBehaviour \(behaviour) | OK
    \(more)
    \(process) | 1 \(id)

    """
  }
}

/// Calls `body` with amp-cli in a folder with points.npz (`count` of g g → g g) and the library.
func withLibrary<Result>(
  _ count: Int, _ macros: String..., body: (Command, AmplitudeTable) throws -> Result
) throws -> Result {
  try withScratchFolder { folder in
    let table = try GluonGenerator(gluons: 4).generate(points: count, seed: 5).table
    try table.momenta.write(to: folder + "/points.npz")
    let arguments = macros
    switch arguments.count {
    case 0: _ = try TestLibrary(in: folder)
    case 1: _ = try TestLibrary(in: folder, arguments[0])
    default: _ = try TestLibrary(in: folder, arguments[0], arguments[1])
    }
    return try body(Command(folder: folder), table)
  }
}

extension Command {
  /// Writes a text file into the folder.
  func put(_ text: String, in name: String) throws {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
  }

  /// The array `name` of an archive in the folder.
  func array(_ name: String, of file: String) throws -> [Double] {
    try NumpyArchive(contentsOf: path(file)).array(name).doubles()
  }
}
