import AmpData
import Foundation
import TestSupport
import Testing

/// Events as generators write them; the fixtures hold the points of points.npz.
struct EventFilesTests {
  static let process = ProcessPattern(.diphotonGluon)

  /// The points of the fixtures, with the photons in order of p_T.
  private func reference() throws -> AmplitudeTable {
    var table = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
    for row in 0..<table.count {
      func transverse(_ particle: Int) -> Double {
        let p = table.momenta[row, particle]
        return p[1] * p[1] + p[2] * p[2]
      }
      if transverse(3) > transverse(2) {
        for i in 0..<4 { table.momenta.components.swapAt(20 * row + 8 + i, 20 * row + 12 + i) }
      }
    }
    return table
  }

  private func read(_ name: String, _ options: ReadingOptions) throws -> (
    momenta: Momenta, amplitudes: [Double]?, notes: String
  ) {
    let (records, report) = try PointFormats.standard.inspected(
      fixture("events/" + name), options: options)
    #expect(report.bad == 0 && report.rows == 20)
    return (try #require(records.momenta), records.amplitudes, report.notes.joined(separator: "\n"))
  }

  @Test(arguments: [
    ("sherpa.hepmc3.gz", "ME"), ("events.hepmc2", nil), ("madgraph.lhe.gz", nil),
    ("madgraph.lhe.gz", "XWGTUP"),
  ])
  func hardProcessesComeOutBitByBit(name: String, weight: String?) throws {
    let expected = try reference()
    let options = ReadingOptions(amplitudeName: weight, process: Self.process)
    let (momenta, amplitudes, notes) = try read(name, options)
    #expect(momenta == expected.momenta)
    #expect(amplitudes == expected.amplitudes)
    #expect(notes.contains("particles were put in the order of the process, identical ones by p_T"))
    // The first weight is that of the event and kept; HepMC2 has no other one here.
    #expect(notes.contains("weights passed over: ") == (name != "events.hepmc2"))
    // Positions lead to the events.
    #expect(try AmplitudeTable(contentsOf: fixture("events/" + name), options: options) == expected)
  }

  @Test func megaelectronvoltsBecomeGigaelectronvolts() throws {
    let (momenta, amplitudes, notes) = try read("pythia_mev.hepmc3", ReadingOptions())
    expectClose(momenta.components, try reference().momenta.components, relative: 1e-15)
    #expect(amplitudes == nil)
    #expect(notes.contains("20 events were converted from MeV to GeV"))
    #expect(notes.contains("processes: 21 21 -> 22 22 21 (20)"))
  }

  @Test func amplitudesInPowersOfMeVAreConverted() throws {
    let path = fixture("points/points.npz")
    let plain = try AmplitudeTable(contentsOf: path)
    let scaled = try AmplitudeTable(contentsOf: path, options: ReadingOptions(unit: .mev))
    #expect(scaled.momenta.components == plain.momenta.components.map { $0 / 1000 })
    expectClose(scaled.amplitudes, plain.amplitudes.map { $0 * 1e6 }, relative: 1e-15)
    try withScratchFolder { folder in
      let large = plain.momenta.components.map { $0 * 1000 }
      try Momenta(large, particles: 5).write(to: folder + "/mev.npy")
      let notes = try PointFormats.standard.inspected(folder + "/mev.npy").report.notes
      #expect(notes.contains { $0.contains("if they are in MeV, say --unit mev") })
      #expect(try PointFormats.standard.inspected(path).report.notes.isEmpty)
    }
  }

  @Test func severalProcessesMustBeToldApart() throws {
    let path = fixture("events/sherpa.hepmc3.gz")
    let error = #expect(throws: AmpError.self) { try Momenta(contentsOf: path) }
    #expect(error?.position == "line 23")
    #expect(error?.problem.contains("21 2 -> 22 22 2, those before are 21 21 -> 22 22 21") == true)
    #expect(error?.remedy.contains("--process") == true)
    var options = ReadingOptions(process: try ProcessPattern(named: "93 93 -> 22 22 93"))
    #expect(try Momenta.read(path, badRows: .stop, options: options).momenta.count == 24)
    options.process = try ProcessPattern(named: "gu → ua 22")
    let quarks = try Momenta.read(path, badRows: .stop, options: options)
    #expect(quarks.momenta.count == 4)
    #expect(quarks.report.notes.joined().contains("20 events of other processes were passed over"))
    options.process = try ProcessPattern(named: "1 -1 -> 22 22 21")
    let none = #expect(throws: AmpError.self) {
      try Momenta.read(path, badRows: .stop, options: options)
    }
    #expect(none?.problem.contains("21 21 -> 22 22 21 (20)") == true)
  }

  @Test func weightsThatAreNotThereAreNamed() throws {
    for name in ["sherpa.hepmc3.gz", "events.hepmc2", "madgraph.lhe.gz"] {
      let error = #expect(throws: AmpError.self) {
        try PointFormats.standard.inspected(
          fixture("events/" + name),
          options: ReadingOptions(amplitudeName: "no such", process: Self.process))
      }
      #expect(error?.problem.contains("there is no weight 'no such'; there are ") == true)
    }
  }

  /// The text of a fixture with a change, read as a file.
  private func error(
    _ name: String, _ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> AmpError? {
    let text = String(decoding: try bytes(of: fixture("events/" + name)), as: UTF8.self)
    #expect(text.contains(old), sourceLocation: sourceLocation)
    return try withScratchFolder { folder in
      try write(
        Array(text.replacing(old, with: new, maxReplacements: 1).utf8), to: folder + "/a")
      let error = #expect(throws: AmpError.self, sourceLocation: sourceLocation) {
        try Momenta(contentsOf: folder + "/a")
      }
      #expect(error?.place == folder + "/a", sourceLocation: sourceLocation)
      return error
    }
  }

  @Test func brokenEventsNameTheirLine() throws {
    let three = "pythia_mev.hepmc3"
    #expect(try error(three, "E 0 2 10", "E 0 2 11")?.position == "line 4")
    #expect(try error(three, "E 0 2 10", "E 0 2 9")?.problem.contains("more particles") == true)
    #expect(try error(three, "E 0 2 10", "E 0 2 1000000000000")?.position == "line 4")
    #expect(try error(three, "U MEV", "U TEV")?.problem.contains("'TEV'") == true)
    #expect(try error(three, "P 3 1 21", "P 3 1 gluon")?.position == "line 9")
    #expect(try error(three, "P 3 1 21", "P 3 1 2212")?.problem.isEmpty == false)
    let two = "events.hepmc2"
    #expect(try error(two, "2 5 6 2 1.0", "2 5 6 999999999 1.0")?.position == "line 4")
    #expect(try error(two, "2 5 6 2 1.0", "999999999 5 6 2 1.0")?.position == "line 4")
    #expect(try error(two, "0 0 0 0 0 2 3 0", "0 0 0 0 0 2 4 0")?.position == "line 4")
    #expect(try error(two, "0 0 0 0 0 2 3 0", "0 0 0 0 0 2 2 0")?.position == "line 14")
  }

  @Test func brokenLesHouchesEventsNameTheirLine() throws {
    func error(_ body: String) throws -> AmpError? {
      try withScratchFolder { folder in
        let text = "<LesHouchesEvents version=\"1.0\">\n<event>\n" + body
        try write(Array(text.utf8), to: folder + "/a.lhe")
        return #expect(throws: AmpError.self) { try Momenta(contentsOf: folder + "/a.lhe") }
      }
    }
    let particle = "21 -1 0 0 0 0 0 0 1 1 0 0 9\n"
    #expect(try error("3 1 1 0 0 0\n" + particle)?.problem.contains("has no end") == true)
    #expect(try error("3 1 1 0 0 0\n" + particle + "</event>\n")?.position == "line 2")
    #expect(try error("999999999 1 1 0 0 0\n</event>\n")?.position == "line 3")
    #expect(try error("-5 1 1 0 0 0\n</event>\n")?.position == "line 3")
    #expect(try error("1 1 1 0 0 0\n21 -1 0 0 0 0 x 0 1 1\n</event>\n")?.position == "line 4")
    let two = "2 1 1 0 0 0\n" + particle + particle + "</event>\n"
    #expect(try error(two)?.problem.contains("no hard process") == true)
  }

  @Test func filesThatWereCutOffAreNoticed() throws {
    for name in ["pythia_mev.hepmc3", "events.hepmc2"] {
      let text = String(decoding: try bytes(of: fixture("events/" + name)), as: UTF8.self)
      let mark = try #require(
        text.range(of: "HepMC::[A-Za-z0-9_]*-END", options: .regularExpression))
      try withScratchFolder { folder in
        try write(Array(text[..<mark.lowerBound].utf8), to: folder + "/a")
        let notes = try PointFormats.standard.inspected(folder + "/a").report.notes
        #expect(notes.contains { $0.contains("may have been cut off") })
        try write(Array(text[..<mark.lowerBound].dropLast(30).utf8), to: folder + "/a")
        #expect(throws: AmpError.self) { try PointFormats.standard.inspected(folder + "/a") }
      }
    }
  }

  @Test func eventsAreWrittenOnlyIfTheirParticlesAreKnown() throws {
    let table = try reference()
    try withScratchFolder { folder in
      for name in ["a.lhe", "a.hepmc3"] {
        let error = #expect(throws: AmpError.self) { try table.write(to: folder + "/" + name) }
        #expect(error?.remedy.contains("--process") == true)
        #expect(throws: AmpError.self) {
          try table.write(to: folder + "/" + name, process: ScatteringProcess([21, 21, 22, 22]))
        }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test(arguments: [
    "", "21 21", "21 21 ->", "21 -> 22 22", "21 21 21 -> 22", "x y -> w", "21 21 -> 22 -> 22",
    "21 21 -> 99999999999",
  ])
  func processesThatAreNone(text: String) {
    let error = #expect(throws: AmpError.self) { try ProcessPattern(named: text) }
    #expect(error?.remedy.contains("21 21 -> 22 22 21") == true)
  }

  @Test func patternsAreReadAsProcessesAre() throws {
    for name in ["gg_aag", "21 21 -> 22 22 21", "uu~_ag", "11 -11 -> 2 -2"] {
      #expect(
        try ProcessPattern(named: name) == ProcessPattern(ScatteringProcess(named: name)))
    }
    let jets = try ProcessPattern(named: "93 93 > aa 93")
    #expect(jets == ProcessPattern(incoming: [93, 93], outgoing: [22, 22, 93]))
    #expect(jets.process == nil)
  }

  /// The last parton of an event, or one that comes in, has an identifier whose negative is no Int32.
  @Test(arguments: [
    "HepMC::Version 3.02.06\nHepMC::Asciiv3-START_EVENT_LISTING\nE 0 0 4\nU GEV MM\n"
      + "P 1 0 21 0 0 9 9 0 4\nP 2 0 ID 0 0 -9 9 0 4\nP 3 0 22 9 0 0 9 0 1\nP 4 0 22 -9 0 0 9 0 1\n",
    "HepMC::Version 2.06.09\nHepMC::IO_GenEvent-START_EVENT_LISTING\nE 0 -1 0 1 1 0 0 1 0 0 0 0\n"
      + "U GEV MM\nV -1 0 0 0 0 0 2 2 0\nP 1 21 0 0 9 9 0 4 0 0 -1 0\nP 2 ID 0 0 -9 9 0 4 0 0 -1 0\n"
      + "P 3 22 9 0 0 9 0 1 0 0 0 0\nP 4 22 -9 0 0 9 0 1 0 0 0 0\n",
    "<LesHouchesEvents version=\"1.0\">\n<event>\n3 1 1 0 0 0\n21 -1 0 0 0 0 0 0 9 9 0 0 9\n"
      + "21 -1 0 0 0 0 0 0 -9 9 0 0 9\nID 1 0 0 0 0 0 0 0 18 0 0 9\n</event>\n</LesHouchesEvents>\n",
  ])
  func identifiersWithoutANegativeAreNoPartons(text: String) throws {
    let damaged = text.replacingOccurrences(of: "ID", with: "\(Int32.min)")
    var jets = ReadingOptions()
    jets.process = ProcessPattern(incoming: [21, 93], outgoing: [93])
    try withScratchFolder { folder in
      try write(Array(damaged.utf8), to: folder + "/a")
      for options in [ReadingOptions(), jets] {
        let format = try PointFormats.standard.recognized(folder + "/a")
        do {
          var reader = try format.reader(folder + "/a", options)
          while let table = try reader.next() { #expect(table.count <= 1) }
        } catch let error as AmpError {
          #expect(error.place?.hasSuffix("/a") == true)
        }
      }
    }
  }
}
