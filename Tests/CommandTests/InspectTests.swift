import AmpData
import Foundation
import TestSupport
import Testing

/// Runs the tool as a user does.
struct InspectTests {
  private func run(_ arguments: String...) throws -> (status: Int32, out: String, error: String) {
    // The tool lies next to the bundle of the tests; on macOS that is a folder.
    var folder = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])
    while !FileManager.default.isExecutableFile(
      atPath: folder.appendingPathComponent("amp-cli").path)
    {
      try #require(folder.path != "/", "amp-cli is not built")
      folder.deleteLastPathComponent()
    }
    let process = Process()
    process.executableURL = folder.appendingPathComponent("amp-cli")
    process.arguments = arguments
    let (out, error) = (Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = error
    try process.run()
    let texts = [out, error].map {
      String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    process.waitUntilExit()
    return (process.terminationStatus, texts[0], texts[1])
  }

  @Test func inspectShowsContentsRangesAndChecks() throws {
    let (status, out, _) = try run("inspect", fixture("points/points.npz"))
    #expect(status == 0)
    #expect(out.contains("20 points of 5 particles, with amplitudes"))
    #expect(out.contains("GeV^-2"))
    #expect(out.contains("20 rows checked, 0 bad"))
  }

  @Test func jsonIsValidAndCountsBadRows() throws {
    try withScratchFolder { folder in
      var table = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
      table.amplitudes[3] = .nan
      try table.write(to: folder + "/a.csv")
      let (status, out, _) = try run("inspect", folder + "/a.csv", "--json", "-")
      #expect(status == 0)
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
      #expect(json["rows"] as? Int == 20)
      #expect(json["sha256"] as? String == (try SHA256.hex(ofFile: folder + "/a.csv")))
      let checks = try #require(json["checks"] as? [String: Any])
      #expect(checks["rejected"] as? [Int] == [3])
      #expect((json["summary"] as? [String: Any])?["points"] as? Int == 19)
    }
  }

  @Test func badFilesEndInOneSentenceAndAStatus() throws {
    let (status, out, error) = try run("inspect", "/no/where.npz")
    #expect(status != 0)
    #expect(out.isEmpty)
    #expect(
      error == "Error: /no/where.npz: there is no such file. Check the spelling of the path.\n")
  }
}
