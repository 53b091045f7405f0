import AmpData
import Foundation
import TestSupport
import Testing

struct PointFilesTests {
  /// Random numbers, not kinematics: what is checked here are bits.
  private func randomTable(seed: UInt64, particles: Int) -> AmplitudeTable {
    var random = Philox(seed: seed, purpose: .other)
    func any() -> Double {
      let value = Double(bitPattern: random.next())
      return value.isFinite ? value : random.normal()
    }
    let count = 1 + Int(random.next() % 40)
    return AmplitudeTable(
      momenta: Momenta((0..<count * particles * 4).map { _ in any() }, particles: particles),
      amplitudes: (0..<count).map { _ in any() })
  }

  @Test(arguments: 0..<16 as Range<UInt64>, [".npz", ".npy", ".csv", ".csv.gz"])
  func everyFormatRoundTripsBitByBit(seed: UInt64, suffix: String) throws {
    let table = randomTable(seed: seed, particles: 1 + Int(seed % 6))
    try withScratchFolder { folder in
      let path = folder + "/points" + suffix
      try table.write(to: path)
      let labelled = try PointFormats.standard.recognized(path).read(path, amplitudeName: nil)
      #expect(labelled.momenta == table.momenta)
      #expect(labelled.amplitudes == table.amplitudes)
      try table.momenta.write(to: path)
      let unlabelled = try PointFormats.standard.recognized(path).read(path, amplitudeName: nil)
      #expect(unlabelled.momenta == table.momenta)
      #expect(unlabelled.amplitudes == nil)
    }
  }

  @Test(arguments: ["points.npz", "rows.npy", "points.csv", "points.csv.gz"])
  func filesOfNumpyHoldTheSamePoints(name: String) throws {
    let momenta = try Momenta(contentsOf: fixture("points/momenta.npy"))
    let amplitudes = try StoredArray(numpy: fixture("points/amplitudes.npy")).doubles()
    let table = try AmplitudeTable(contentsOf: fixture("points/\(name)"))
    #expect(table.count == 20)
    #expect(table.momenta == momenta)
    #expect(table.amplitudes == amplitudes)
    #expect(try Momenta(contentsOf: fixture("points/\(name)")) == momenta)
  }

  @Test(arguments: ["amplitudes.npy", "points.npz", "points.csv"])
  func amplitudesComeFromASecondFile(labels: String) throws {
    let options = ReadingOptions(labels: fixture("points/\(labels)"))
    let table = try AmplitudeTable(contentsOf: fixture("points/momenta.npy"), options: options)
    #expect(try table == AmplitudeTable(contentsOf: fixture("points/points.npz")))
  }

  @Test func singlePrecisionPassesTheChecks() throws {
    let table = try AmplitudeTable(contentsOf: fixture("points/rows_f4.npy"))
    let exact = try AmplitudeTable(contentsOf: fixture("points/rows.npy"))
    expectClose(table.amplitudes, exact.amplitudes, relative: 1e-7)
    expectClose(table.momenta.components, exact.momenta.components, relative: 1e-7)
  }

  private func read(csv text: String, _ options: ReadingOptions = .init()) throws -> AmplitudeTable
  {
    try withScratchFolder { folder in
      try write(Array(text.utf8), to: folder + "/a.csv")
      return try AmplitudeTable(contentsOf: folder + "/a.csv", options: options)
    }
  }

  @Test func csvColumnsGoByNameCommentsAndBlankLinesGo() throws {
    let text =
      "\u{FEFF}# made by hand\r\n\r\n"
      + "id,\"Amplitude\", PX1,E1,py1,pz1,E2,px2,py2,pz2,E3,px3,py3,pz3,E4,px4,py4,pz4\r\n"
      + "\"a, b\", 2.5e-3 ,0,10,0,10,10,0,0,-10,10,6,8,0,10,-6,-8,0\r\n"
      + "  # between\r\n\r\n"
      + "x,\"3\",0,10,0,10,10,0,0,-10,10,0,6,8,10,0,-6,-8"
    let table = try read(csv: text)
    #expect(table.amplitudes == [2.5e-3, 3])
    #expect(table.momenta.particles == 4)
    #expect(table.momenta[0, 2] == [10, 6, 8, 0])
    #expect(table.momenta[1, 0] == [10, 0, 0, 10])
  }

  @Test func csvWithoutHeaderGoesByTheNumberOfColumns() throws {
    let point = "10,0,0,10,10,0,0,-10,10,6,8,0,10,-6,-8,0"
    #expect(try read(csv: point + ",7\n" + point + ",8\n").amplitudes == [7, 8])
    let error = #expect(throws: AmpError.self) { try read(csv: point + "\n") }
    #expect(error?.problem.contains("no amplitudes") == true)
    #expect(throws: AmpError.self) { try read(csv: point + ",7,8\n") }
  }

  @Test func anotherColumnCanBeTheAmplitude() throws {
    let text =
      "E1,px1,py1,pz1,E2,px2,py2,pz2,E3,px3,py3,pz3,E4,px4,py4,pz4,amplitude,msq\n"
      + "10,0,0,10,10,0,0,-10,10,6,8,0,10,-6,-8,0,1,2\n"
    #expect(try read(csv: text).amplitudes == [1])
    #expect(try read(csv: text, .init(amplitudeName: "msq")).amplitudes == [2])
    let error = #expect(throws: AmpError.self) { try read(csv: text, .init(amplitudeName: "A")) }
    #expect(error?.problem.contains("amplitude, msq") == true)
  }

  @Test(.enabled(if: hasNumpy, "there is no python3 with NumPy here"))
  func numpyReadsWhatIsWritten() throws {
    let table = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
    try withScratchFolder { folder in
      for suffix in [".npz", ".npy", ".csv", ".csv.gz"] {
        try table.write(to: folder + "/t" + suffix)
      }
      try table.momenta.write(to: folder + "/m.npy")
      let program = """
        import sys, numpy as np
        folder, reference = sys.argv[1:]
        with np.load(reference) as r: momenta, amplitudes = r['momenta'], r['amplitudes']
        rows = np.concatenate([momenta.reshape(20, 20), amplitudes[:, None]], axis=1)
        with np.load(folder + '/t.npz') as t:
            assert np.array_equal(t['momenta'], momenta)
            assert np.array_equal(t['amplitudes'], amplitudes)
        assert np.array_equal(np.load(folder + '/t.npy'), rows)
        assert np.array_equal(np.load(folder + '/m.npy'), momenta)
        for name in ('/t.csv', '/t.csv.gz'):
            assert np.array_equal(np.loadtxt(folder + name, delimiter=',', skiprows=1), rows)
            named = np.genfromtxt(folder + name, delimiter=',', names=True)
            assert np.array_equal(named['px3'], momenta[:, 2, 1])
            assert np.array_equal(named['amplitude'], amplitudes)
        print('same')
        """
      #expect(try numpyOutput(program, folder, fixture("points/points.npz")) == "same\n")
    }
  }
}
