import AmpData
import TestSupport
import Testing

/// Tables that do not say what their columns are.
struct NJetTextTests {
  private let path = fixture("events/n3jet.txt")

  @Test func momentaAreToldFromValuesAndSignsAreTurned() throws {
    let expected = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
    let (records, report) = try PointFormats.standard.inspected(path)
    #expect(report.bad == 0)
    // Sixteen digits are written there.
    expectClose(
      try #require(records.momenta).components, expected.momenta.components, relative: 1e-15)
    #expect(records.amplitudes == nil)
    #expect(report.notes.contains { $0.contains("3 values follow the momenta of 5 particles") })
    #expect(
      report.notes.contains { $0.contains("in 20 rows incoming momenta had negative energies") })
    let table = try AmplitudeTable(
      contentsOf: path, options: ReadingOptions(amplitudeName: "value2"))
    expectClose(table.amplitudes, expected.amplitudes, relative: 1e-15)
    let error = #expect(throws: AmpError.self) {
      try AmplitudeTable(contentsOf: path, options: ReadingOptions(amplitudeName: "value4"))
    }
    #expect(error?.problem.contains("value1, value2, value3") == true)
  }

  private func read(_ text: String, _ options: ReadingOptions = .init()) throws -> PointRecords {
    try withScratchFolder { folder in
      try write(Array(text.utf8), to: folder + "/a.txt")
      return try PointFormats.standard.inspected(folder + "/a.txt", options: options).records
    }
  }

  @Test func fourMomentaAreNotTakenForThreeWithFourValues() throws {
    let point = "10 0 0 10  10 0 0 -10\t10 6 8 0 10 -6 -8 0"
    #expect(try read(point + "\r\n" + point + " \n").momenta?.particles == 4)
    #expect(try read(point + " 7\n\n# end\n" + point + " 8").amplitudes == [7, 8])
    // Twelve numbers are conserved as three particles, with four values behind.
    let three = try read("5 0 0 5 5 0 0 -5 10 0 0 0 1 2 3 4\n", massive)
    #expect(three.momenta?.particles == 3 && three.amplitudes == nil)
    let error = #expect(throws: AmpError.self) { try read("1 2 3 4 5 6 7 8 9 1 2 3 4\n") }
    #expect(error?.remedy.contains("--columns") == true)
  }

  private var massive: ReadingOptions {
    var checks = PointChecks()
    checks.massShell = nil
    checks.tolerated = Set(PointChecks.Kind.allCases)
    return ReadingOptions(checks: checks)
  }

  @Test func linesOfOtherLengthsAreNamed() throws {
    let point = "10 0 0 10 10 0 0 -10 10 6 8 0 10 -6 -8 0 7\n"
    for bad in [String(point.dropLast(3)), point.replacing("7", with: "7 8"), "10 0\n"] {
      let error = #expect(throws: AmpError.self) { try read(point + bad + "\n") }
      #expect(error?.position == "line 2")
      #expect(error?.problem.contains("17 are expected") == true)
    }
    let glued = #expect(throws: AmpError.self) {
      try read(point + point.replacing(" -6", with: "-6"))
    }
    #expect(glued?.position == "line 2")
    #expect(throws: AmpError.self) { try read(point + point.replacing(" 6", with: " six")) }
  }

  @Test func columnsCanBeNamed() throws {
    let expected = "10 0 0 10 10 0 0 -10 10 6 8 0 10 -6 -8 0"
    let other = "1,7,6,8,0,10,-6,-8,0,10,0,0,10,10,0,0,-10,10\n"
    let names = "id,amplitude,px3,py3,pz3,E3,px4,py4,pz4,E4,px1,py1,pz1,E1,px2,py2,pz2,E2"
    let columns = names.split(separator: ",").map(String.init)
    for text in [other, other.replacing(",", with: " ")] {
      let records = try read(text, ReadingOptions(columns: columns))
      #expect(try records.momenta == read(expected).momenta)
      #expect(records.amplitudes == [7])
    }
    let cyclic = "0 0 10 10 0 0 -10 10 6 8 0 10 -6 -8 0 10 7\n"
    let order = ["px", "py", "pz", "E"]
    let records = try read(cyclic, ReadingOptions(columns: order))
    #expect(try records.momenta == read(expected).momenta)
    #expect(records.amplitudes == [7])
    try withScratchFolder { folder in
      let values = cyclic.split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
      try StoredArray(Array(values.dropLast()), shape: [1, 4, 4]).writeNumpy(to: folder + "/a.npy")
      let array = try PointFormats.standard.inspected(
        folder + "/a.npy", options: ReadingOptions(columns: order))
      #expect(array.records.momenta == records.momenta)
    }
    #expect(throws: AmpError.self) { try read(other, ReadingOptions(columns: ["E1", "px1"])) }
    #expect(throws: AmpError.self) {
      try read(other, ReadingOptions(columns: [String](repeating: "E1", count: 18)))
    }
  }

  @Test func particlesOfArraysComeIntoTheOrderOfTheProcess() throws {
    // The file has the harder photon second, and the gluon before both.
    let beams = "10 0 0 10 10 0 0 -10 "
    let (soft, hard) = ("5 3 4 0 ", "6 -6 0 0 ")
    let gluon = "9 3 -4 7.4833147735478827 "
    let text = beams + gluon + soft + hard
    let options = ReadingOptions(
      checks: massive.checks, process: ProcessPattern(.diphotonGluon), pdg: [21, 21, 21, 22, 22])
    let records = try read(text, options)
    let expected = (beams + hard + soft + gluon).split(separator: " ").compactMap { Double($0) }
    #expect(records.momenta == Momenta(expected, particles: 5))
    var wrong = options
    wrong.pdg = [21, 21, 22, 22, 22]
    let error = #expect(throws: AmpError.self) { try read(text, wrong) }
    #expect(error?.place == "--pdg")
    // With four particles, the last four numbers are values.
    wrong.pdg = nil
    wrong.process = ProcessPattern(incoming: [21, 21], outgoing: [22, 22])
    #expect(try read(text, wrong).momenta?.particles == 4)
  }
}
