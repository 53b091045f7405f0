import AmpData
import Foundation
import TestSupport
import Testing

/// Everything that can be wrong with a file: each error names the file, the place, and a remedy.
struct BadFilesTests {
  private let header = "E1,px1,py1,pz1,E2,px2,py2,pz2,E3,px3,py3,pz3,E4,px4,py4,pz4,amplitude\n"
  private let good = "10,0,0,10,10,0,0,-10,10,6,8,0,10,-6,-8,0,1\n"

  /// The error about a CSV file of that text.
  private func error(csv text: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> AmpError
  {
    try withScratchFolder { folder in
      let path = folder + "/a.csv"
      try write(Array(text.utf8), to: path)
      let error = #expect(throws: AmpError.self, sourceLocation: sourceLocation) {
        try AmplitudeTable(contentsOf: path)
      }
      #expect(error?.place == path, sourceLocation: sourceLocation)
      return try #require(error, sourceLocation: sourceLocation)
    }
  }

  @Test func missingFile() {
    let error = #expect(throws: AmpError.self) { try AmplitudeTable(contentsOf: "/no/where.npz") }
    #expect(error?.place == "/no/where.npz")
    #expect(error?.problem.contains("no such file") == true)
  }

  @Test func folderInsteadOfFile() throws {
    try withScratchFolder { folder in
      let error = #expect(throws: AmpError.self) { try AmplitudeTable(contentsOf: folder) }
      #expect(error?.problem.contains("folder") == true)
    }
  }

  @Test func emptyFileAndUnknownContent() throws {
    #expect(try error(csv: "").problem.contains("empty"))
    for text in ["hello world\n", "\u{0},1,2\n", "1.0 2.0 3.0\n"] {
      let error = try error(csv: text)
      #expect(error.problem.contains("no known format"))
      #expect(error.remedy.contains(".npz, .npy, .csv"))
    }
  }

  @Test func unknownEndingWhenWriting() throws {
    let table = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
    try withScratchFolder { folder in
      for name in ["points.root", "points", "npz"] {
        let path = folder + "/" + name
        let error = #expect(throws: AmpError.self) { try table.write(to: path) }
        #expect(error?.place == path)
        #expect(error?.remedy.contains(".csv.gz") == true)
        #expect(throws: AmpError.self) { try PointFormats.standard.checkWritable(path) }
      }
      #expect(throws: Never.self) { try PointFormats.standard.checkWritable(folder + "/a.npz") }
      #expect(throws: AmpError.self) {
        try PointFormats.standard.checkWritable(folder + "/b/a.npz")
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test(arguments: ["momenta.npy", "points.npz", "points.csv.gz"])
  func truncatedFiles(name: String) throws {
    try withScratchFolder { folder in
      let path = folder + "/" + name
      try write(Array(try bytes(of: fixture("points/\(name)")).dropLast(100)), to: path)
      let error = #expect(throws: AmpError.self) { try Momenta(contentsOf: path) }
      #expect(error?.place == path)
    }
  }

  @Test func textCutInsideALine() throws {
    let error = try error(csv: header + good + good.dropLast(20))
    #expect(error.position == "line 3")
    #expect(error.problem.contains("17 are expected"))
  }

  @Test(arguments: [[7], [7, 6], [2, 3, 5], [2, 0, 4], [1, 2, 3, 4], []])
  func wrongShape(shape: [Int]) throws {
    try withScratchFolder { folder in
      let path = folder + "/a.npy"
      let values = [Double](repeating: 1, count: shape.reduce(1, *))
      try StoredArray(values, shape: shape).writeNumpy(to: path)
      let error = #expect(throws: AmpError.self) { try AmplitudeTable(contentsOf: path) }
      #expect(error?.place == path)
    }
  }

  @Test(arguments: [[0, 5, 4], [0, 20], [0, 21]])
  func zeroRowsOfNumpy(shape: [Int]) throws {
    try withScratchFolder { folder in
      try StoredArray([Double](), shape: shape).writeNumpy(to: folder + "/a.npy")
      let error = #expect(throws: AmpError.self) { try Momenta(contentsOf: folder + "/a.npy") }
      #expect(error?.problem.contains("no points") == true)
    }
  }

  @Test func zeroRowsOfText() throws {
    #expect(try error(csv: header).problem.contains("no points"))
    #expect(try error(csv: "# a,b\n\n" + header + "\n\n").problem.contains("no points"))
  }

  @Test func aPointMustHaveOutgoingParticles() throws {
    #expect(try error(csv: "1,0,0,1,1,0,0,-1,7\n").problem.contains("2 particles"))
  }

  @Test func amplitudesAndPointsMustMatch() throws {
    try withScratchFolder { folder in
      let labels = folder + "/labels.npy"
      try StoredArray([1.0, 2, 3]).writeNumpy(to: labels)
      let error = #expect(throws: AmpError.self) {
        try AmplitudeTable(
          contentsOf: fixture("points/momenta.npy"), options: .init(labels: labels))
      }
      #expect(error?.place == labels)
      #expect(error?.problem.contains("3 amplitudes for the 20 points") == true)
      let path = folder + "/a.npz"
      try NumpyArchive.write(
        [
          ("momenta", StoredArray([Double](repeating: 1, count: 40), shape: [2, 5, 4])),
          ("amplitudes", StoredArray([1.0, 2, 3])),
        ], to: path)
      #expect(throws: AmpError.self) { try AmplitudeTable(contentsOf: path) }
    }
  }

  @Test func momentaWithoutAmplitudesAndTheOtherWayRound() throws {
    let alone = #expect(throws: AmpError.self) {
      try AmplitudeTable(contentsOf: fixture("points/momenta.npy"))
    }
    #expect(alone?.problem.contains("no amplitudes") == true)
    let labels = #expect(throws: AmpError.self) {
      try Momenta(contentsOf: fixture("points/amplitudes.npy"))
    }
    #expect(labels?.problem.contains("no momenta") == true)
    #expect(throws: AmpError.self) {
      try AmplitudeTable(
        contentsOf: fixture("points/momenta.npy"),
        options: .init(labels: fixture("points/momenta.npy")))
    }
  }

  @Test func namedArraysMustBeThere() throws {
    let error = #expect(throws: AmpError.self) {
      try AmplitudeTable(contentsOf: fixture("numpy/stored.npz"))
    }
    #expect(error?.problem.contains("'momenta'") == true)
    #expect(throws: AmpError.self) {
      try AmplitudeTable(
        contentsOf: fixture("points/points.npz"), options: .init(amplitudeName: "msq"))
    }
  }

  @Test func cellsThatAreNoNumbers() throws {
    let bad = try error(csv: header + good + "\n# note\n" + good.replacing("-6", with: "six"))
    #expect(bad.position == "line 5")
    #expect(bad.problem.contains("'px4' has 'six'"))
    #expect(try error(csv: header + good.replacing("-6", with: "")).problem.contains("is empty"))
    #expect(try error(csv: header + good.replacing("-6", with: "1 2")).position == "line 2")
    #expect(try error(csv: header + good.replacing(",1\n", with: ",1,\n")).position == "line 2")
    #expect(try error(csv: header + good.replacing(",1\n", with: "\n")).position == "line 2")
  }

  @Test func headersThatNameTooLittle() throws {
    #expect(try error(csv: "a,b,c\n1,2,3\n").problem.contains("names no column"))
    #expect(try error(csv: header.replacing("py3", with: "y3") + good).problem.contains("'py3'"))
    #expect(try error(csv: header.replacing("py3", with: "px3") + good).problem.contains("twice"))
  }

  @Test func badNumbersNameLineAndRemedy() throws {
    for (from, to, problem) in [
      (",6,", ",nan,", "px of particle 3 is nan"), (",1\n", ",inf\n", "the amplitude is inf"),
      (",1\n", ",0\n", "the amplitude is 0.0"), (",1\n", ",-2e-7\n", "the amplitude is -2e-07"),
      (",6,", ",6.1,", "incoming and outgoing px differ by -0.1 GeV"),
      ("10,6,8,0", "10,8,6,0", "incoming and outgoing px"),
    ] {
      let bad = good.replacing(from, with: to, maxReplacements: 1)
      let error = try error(csv: header + good + bad)
      #expect(error.position == "line 3")
      #expect(error.problem.contains(problem), "\(error)")
      #expect(error.remedy.contains("skipped"))
    }
  }

  @Test func badRowsOfArraysAreCountedFromZero() throws {
    var table = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
    table.amplitudes[7] = -1
    table.amplitudes[9] = .nan
    try withScratchFolder { folder in
      try table.write(to: folder + "/a.npz")
      let error = #expect(throws: AmpError.self) {
        try AmplitudeTable(contentsOf: folder + "/a.npz")
      }
      #expect(error?.position == "row 7")
      #expect(error?.problem == "the amplitude is -1.0 (and 1 more of 20 rows are bad)")
      let (kept, report) = try AmplitudeTable.read(folder + "/a.npz", badRows: .skip)
      #expect(report.rows == 20 && report.rejected == [7, 9] && report.kept == 18)
      #expect(kept == table.rows((0..<20).filter { $0 != 7 && $0 != 9 }))
      let (momenta, clean) = try Momenta.read(folder + "/a.npz", badRows: .skip)
      #expect(momenta == table.momenta && clean.rejected.isEmpty)
      table.amplitudes = table.amplitudes.map { -abs($0) }
      try table.write(to: folder + "/b.npz")
      let all = #expect(throws: AmpError.self) {
        try AmplitudeTable.read(folder + "/b.npz", badRows: .skip)
      }
      #expect(all?.problem.contains("all 20 rows") == true)
    }
  }
}
