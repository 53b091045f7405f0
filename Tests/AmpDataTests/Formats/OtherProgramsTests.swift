import AmpData
import TestSupport
import Testing

/// Files of ours as other programs read them.
struct OtherProgramsTests {
  @Test(.enabled(if: hasNumpy, "there is no python3 with NumPy here"))
  func otherReadersFindTheSameNumbers() throws {
    let table = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
    try withScratchFolder { folder in
      let paths = [".lhe", ".lhe.gz", ".hepmc3", ".hepmc3.gz", ".txt", ".txt.gz"].map {
        folder + "/points" + $0
      }
      for path in paths { try table.write(to: path, process: .diphotonGluon) }
      let (code, output) = try runPython(
        [fixture("scripts/read_points.py"), fixture("points/points.npz")] + paths)
      #expect(code == 0, "\(output)")
      #expect(output.split(separator: "\n").count { $0.hasPrefix("same ") } >= paths.count)
      if hasPython(with: "pyhepmc") { #expect(output.contains("same with_pyhepmc")) }
    }
  }
}
