import AmpData
import Foundation
import TestSupport
import Testing

/// What files say of themselves is read, and what was passed over is said.
struct SelfDescriptionTests {
  private let header = "E1,px1,py1,pz1,E2,px2,py2,pz2,E3,px3,py3,pz3,E4,px4,py4,pz4"
  private let good = "10,0,0,10,10,0,0,-10,10,6,8,0,10,-6,-8,0"

  private func inspected(
    _ text: String, _ name: String = "a.csv", _ options: ReadingOptions = .init()
  ) throws -> (records: PointRecords, report: ValidationReport) {
    try withScratchFolder { folder in
      try write(Array(text.utf8), to: folder + "/" + name)
      return try PointFormats.standard.inspected(folder + "/" + name, options: options)
    }
  }

  @Test func semicolonsStandForCommas() throws {
    let text = "\(header),amplitude\n\(good),2\n"
    let expected = try inspected(text).records
    for variant in [
      text.replacing(",", with: ";"), text.replacing(",", with: " ; "),
      "# " + text.replacing(",", with: ";"), "\(good),2\n".replacing(",", with: ";"),
    ] {
      let found = try inspected(variant).records
      #expect(found.momenta == expected.momenta && found.amplitudes == [2], "\(variant)")
    }
    let decimal = "\(header);amplitude\n\(good);2,5\n".replacing(",", with: ";")
      .replacing("2;5", with: "2,5")
    let error = #expect(throws: AmpError.self) { try inspected(decimal) }
    #expect(error?.problem.contains("'2,5'") == true && error?.remedy.contains("point") == true)
    #expect(error?.position == "line 2")
  }

  @Test func columnsPassedOverAreNamed() throws {
    let notes = try inspected("\(header),msq,weight\n\(good),2,1\n").report.notes
    #expect(notes.contains { $0.contains("msq, weight") && $0.contains("--amplitude-name") })
    let labelled = try inspected("\(header),amplitude,weight\n\(good),2,1\n").report.notes
    #expect(labelled == ["columns passed over: weight"])
    #expect(try inspected("\(header),amplitude\n\(good),2\n").report.notes.isEmpty)
  }

  @Test func archivesCarryTheirProcess() throws {
    let table = try GluonGenerator(gluons: 5).generate(points: 20, seed: 1, threads: 1).table
    let gluons = ScatteringProcess.gluons(5)
    try withScratchFolder { folder in
      let path = folder + "/points.npz"
      try table.write(to: path, process: gluons)
      #expect(
        try NumpyArchive(contentsOf: path).array("process").doubles() == [21, 21, 21, 21, 21])
      #expect(try PointStream(path).process == gluons)
      #expect(try AmplitudeTable(contentsOf: path) == table)
      #expect(try AmplitudeTable(contentsOf: path, options: .events(of: gluons)) == table)
      // Five particles, but not these.
      let error = #expect(throws: AmpError.self) {
        try AmplitudeTable(contentsOf: path, options: .events(of: .diphotonGluon))
      }
      #expect(error?.problem.contains("g g → g g g, not of g g → γ γ g") == true, "\(error as Any)")
      // An event file can be made without naming the process again.
      let copy = folder + "/points.lhe"
      _ = try PointFormats.standard.convert(path, to: copy, badRows: .stop)
      #expect(try AmplitudeTable(contentsOf: copy) == table)
    }
  }

  @Test func aForeignArrayCalledProcessIsPassedOver() throws {
    try withScratchFolder { folder in
      let path = folder + "/points.npz"
      for odd in [
        StoredArray([0.5, 1, 2]), StoredArray([1.0]), StoredArray([Int64](repeating: 0, count: 9)),
      ] {
        try NumpyArchive.write(
          [
            ("momenta", StoredArray([Double](repeating: 1, count: 32), shape: [2, 4, 4])),
            ("process", odd),
          ], to: path)
        let stream = try PointStream(path)
        #expect(stream.process == nil && stream.notes.count == 1, "\(stream.notes)")
      }
    }
  }

  @Test func eventsHaveNoColumnsAndOneUnit() throws {
    let table = try GluonGenerator(gluons: 4).generate(points: 3, seed: 1, threads: 1).table
    try withScratchFolder { folder in
      let path = folder + "/points.hepmc3"
      try table.write(to: path, process: .gluons(4))
      var options = ReadingOptions(columns: ["px", "py", "pz", "E"])
      let columns = #expect(throws: AmpError.self) {
        try AmplitudeTable(contentsOf: path, options: options)
      }
      #expect(columns?.problem.contains("columns") == true)
      options = ReadingOptions(unit: .mev)
      let unit = #expect(throws: AmpError.self) {
        try AmplitudeTable(contentsOf: path, options: options)
      }
      #expect(unit?.problem.contains("GEV, not in MEV") == true, "\(unit as Any)")
      #expect(unit?.position?.hasPrefix("line") == true)
      options.unit = .gev
      #expect(try AmplitudeTable(contentsOf: path, options: options) == table)
    }
  }
}
