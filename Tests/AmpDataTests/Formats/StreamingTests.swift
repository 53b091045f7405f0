import AmpData
import Foundation
import TestSupport
import Testing

/// Files go through in batches, into every format and back, and no bad row gets lost in them.
struct StreamingTests {
  static let suffixes = [
    ".npz", ".npy", ".csv", ".csv.gz", ".txt", ".txt.gz", ".hepmc3", ".hepmc3.gz", ".lhe",
    ".lhe.gz",
  ]

  /// Many points, more than fit into a batch, with the photons in order of p_T.
  private func points(_ count: Int, seed: UInt64 = 3) throws -> AmplitudeTable {
    let options = ReadingOptions(process: ProcessPattern(.diphotonGluon))
    let few = try AmplitudeTable(contentsOf: fixture("points/points.npz"), options: options)
    var random = Philox(seed: seed, purpose: .other)
    let rows = (0..<count).map { _ in Int(random.next() % 20) }
    var table = few.rows(rows)
    table.amplitudes = (0..<count).map { Double($0 + 1) / 3 }
    return table
  }

  /// Expects the same bits, without a print of all of them.
  private func expectSame<Points: Equatable>(
    _ points: Points, _ expected: Points, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isSame = points == expected
    #expect(isSame, sourceLocation: sourceLocation)
  }

  @Test(arguments: suffixes)
  func longFilesComeInSmallBatchesAndWhole(suffix: String) throws {
    let table = try points(15_000)
    try withScratchFolder { folder in
      let path = folder + "/long" + suffix
      try table.write(to: path, process: .diphotonGluon)
      var stream = try PointStream(path)
      var (largest, count) = (0, 0)
      while let batch = try stream.next() {
        largest = max(largest, batch.records.count)
        #expect(batch.rejected.isEmpty)
        count += batch.records.count
      }
      #expect(count == 15_000)
      #expect(largest < 14_000)
      let isSame =
        try PointFormats.standard.recognized(path).read(path).amplitudes == table.amplitudes
      #expect(isSame)
    }
  }

  @Test(arguments: suffixes)
  func convertingThereAndBackKeepsTheBits(suffix: String) throws {
    try withScratchFolder { folder in
      let (start, there, back) = (folder + "/a.npz", folder + "/b" + suffix, folder + "/c.npz")
      let process = ProcessPattern(.diphotonGluon)
      for table in [try points(50), try points(15_000)] {
        try table.write(to: start)
        let options = ReadingOptions(process: process)
        let first = try PointFormats.standard.convert(
          start, to: there, badRows: .stop, options: options)
        #expect(first.written == table.count && first.layout.hasAmplitudes)
        try _ = PointFormats.standard.convert(there, to: back, badRows: .stop, options: options)
        expectSame(try AmplitudeTable(contentsOf: back), table)
      }
    }
  }

  @Test(arguments: suffixes)
  func badRowsAreFoundWhereverTheyAre(suffix: String) throws {
    var table = try points(12_000)
    var random = Philox(seed: 7, purpose: .other)
    var bad: [Int: PointChecks.Kind] = [:]
    for i in 0..<12 {
      let row = Int(random.next() % 12_000)
      if bad[row] != nil { continue }
      let at = 20 * row + 8
      switch i % 4 {
      case 0: (table.momenta.components[at + 1], bad[row]) = (.nan, .notFinite)
      case 1: (table.amplitudes[row], bad[row]) = (-1, .notPositiveAmplitude)
      case 2: (table.momenta.components[at + 3], bad[row]) = (9999, .notConserved)
      default: (table.amplitudes[row], bad[row]) = (.infinity, .notFinite)
      }
    }
    try withScratchFolder { folder in
      let path = folder + "/long" + suffix
      try table.write(to: path, process: .diphotonGluon)
      let (kept, report) = try AmplitudeTable.read(path, badRows: .skip)
      #expect(report.rejected == bad.keys.sorted())
      expectSame(kept, table.rows((0..<12_000).filter { bad[$0] == nil }))
      #expect(report.findings.reduce(0) { $0 + $1.count } >= bad.count)
      let out = folder + "/out.npz"
      let conversion = try PointFormats.standard.convert(path, to: out, badRows: .skip)
      #expect(conversion.report.bad == bad.count && conversion.written == kept.count)
      expectSame(try AmplitudeTable(contentsOf: out), kept)
      try FileManager.default.removeItem(atPath: out)
      let error = #expect(throws: AmpError.self) {
        try PointFormats.standard.convert(path, to: out, badRows: .stop)
      }
      #expect(error?.place == path && error?.position != nil)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == ["long" + suffix])
    }
  }

  @Test func labelsOfAnotherFileComeInStep() throws {
    let table = try points(15_000)
    try withScratchFolder { folder in
      try table.momenta.write(to: folder + "/m.lhe.gz", process: .diphotonGluon)
      try StoredArray(table.amplitudes).writeNumpy(to: folder + "/a.npy")
      let options = ReadingOptions(labels: folder + "/a.npy")
      let read = try AmplitudeTable(contentsOf: folder + "/m.lhe.gz", options: options)
      expectSame(read, table)
      try StoredArray(table.amplitudes + [1]).writeNumpy(to: folder + "/a.npy")
      let error = #expect(throws: AmpError.self) {
        try AmplitudeTable(contentsOf: folder + "/m.lhe.gz", options: options)
      }
      #expect(error?.problem.contains("15001 amplitudes for the 15000 points") == true)
    }
  }

  @Test func turnedAndCompressedArraysAreReadInPieces() throws {
    let table = try points(15_000)
    let width = 20
    // Fortran order: the first axis runs fastest.
    let turned = (0..<width).flatMap { column in
      (0..<table.count).map { table.momenta.components[$0 * width + column] }
    }
    let header = "{'descr': '<f8', 'fortran_order': True, 'shape': (15000, 20), }"
    let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8)
      + turned.withUnsafeBytes { Array($0) }
    try withScratchFolder { folder in
      try write(bytes, to: folder + "/f.npy")
      try expectSame(Momenta(contentsOf: folder + "/f.npy"), table.momenta)
      try gzip(bytes, to: folder + "/f.npy.gz")
      try expectSame(Momenta(contentsOf: folder + "/f.npy.gz"), table.momenta)
      try table.momenta.write(to: folder + "/c.npy")
      try gzip(try TestSupport.bytes(of: folder + "/c.npy"), to: folder + "/c.npy.gz")
      try expectSame(Momenta(contentsOf: folder + "/c.npy.gz"), table.momenta)
    }
  }

  @Test func deflatedArchivesAreReadInPieces() throws {
    let table = try points(15_000)
    try withScratchFolder { folder in
      try NumpyArchive.write(
        [
          ("amplitudes", StoredArray(table.amplitudes)),
          ("momenta", StoredArray(table.momenta.components, shape: [table.count, 5, 4])),
        ], to: folder + "/a.npz", compressed: true)
      expectSame(try AmplitudeTable(contentsOf: folder + "/a.npz"), table)
    }
  }

  /// Through the library's own text writer, which does not mind what the bytes are.
  private func gzip(_ bytes: [UInt8], to path: String) throws {
    var file = try TextFile(path)
    try bytes.withUnsafeBytes { try file.write($0) }
    try file.commit()
  }

  @Test(arguments: ["(1000000000000, 5, 4)", "(5000000, 20)", "(1, 1000000000000)"])
  func headersThatPromiseTooMuchAreRefused(shape: String) throws {
    let text = "{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }"
    let padded = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8)
      + [UInt8](repeating: 0, count: 1600)
    try withScratchFolder { folder in
      try write(bytes, to: folder + "/a.npy")
      try gzip(bytes, to: folder + "/b.npy.gz")
      for name in ["/a.npy", "/b.npy.gz"] {
        #expect(throws: AmpError.self) { try Momenta(contentsOf: folder + name) }
      }
    }
  }

  @Test func duplicatesAreCountedWithTheRowTheyRepeat() throws {
    let table = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
    #expect(DuplicatePoints(in: table.momenta).count == 0)
    let found = DuplicatePoints(in: table.momenta.rows([0, 1, 2, 1, 3, 0, 1]), examples: 2)
    #expect(found.count == 3)
    #expect(found.examples.map(\.row) == [3, 5] && found.examples.map(\.repeats) == [1, 0])
  }
}
