import AmpData
import TestSupport
import Testing

/// Files of ours as other programs read them, and files of theirs as we do.
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

  @Test(
    .enabled(if: hasPython(with: "pyhepmc"), "there is no python3 with pyhepmc here"),
    arguments: ["hepmc3", "hepmc2"])
  func eventsThatPyhepmcWritesAreRead(format: String) throws {
    let options = ReadingOptions(process: ProcessPattern(.diphotonGluon))
    let table = try AmplitudeTable(contentsOf: fixture("points/points.npz"), options: options)
    try withScratchFolder { folder in
      let (source, path) = (folder + "/ours.hepmc3", folder + "/events")
      try table.write(to: source, process: .diphotonGluon)
      let program = """
        import sys, pyhepmc
        source, path, form = sys.argv[1:]
        with pyhepmc.open(source) as old, pyhepmc.open(path, "w", format=form, precision=17) as new:
            for event in old: new.write(event)
        """
      let (code, output) = try runPython(["-c", program, source, path, format])
      #expect(code == 0, "\(output)")
      let read = try AmplitudeTable(contentsOf: path)
      #expect(read.momenta == table.momenta)
      expectClose(read.amplitudes, table.amplitudes, relative: 1e-15)
    }
  }
}
