import AmpCore
import TestSupport
import Testing

/// Arrays read piece by piece are those read whole.
struct NumpyRowsTests {
  private func joined(_ rows: NumpyRows, pieces: Int) throws -> [Double] {
    var rows = rows
    var all: [Double] = []
    while true {
      let piece = try rows.next(pieces)
      if piece.isEmpty { return all }
      #expect(piece.count <= pieces * rows.width)
      all += piece
    }
  }

  @Test(
    arguments: [
      "little_f8", "big_f8", "little_f4", "big_f4", "fortran_f8", "fortran_big_f4", "little_i8",
      "big_i8", "little_i4", "big_i4", "little_i2", "single_i1", "single_u1", "little_u2",
      "big_u4", "little_u8", "booleans", "version2", "version3", "empty",
    ], [1, 2, 100])
  func everyKindOfElementIsConverted(name: String, pieces: Int) throws {
    let path = fixture("numpy/\(name).npy")
    let whole = try StoredArray(numpy: path)
    let rows = try NumpyRows(path)
    #expect(rows.shape == whole.shape && rows.isCountSure)
    #expect(try joined(rows, pieces: pieces) == whole.doubles())
  }

  @Test(arguments: ["stored", "deflated"], ["grid", "counts"])
  func membersOfArchivesAreReadWithTheirChecksum(file: String, name: String) throws {
    let archive = try NumpyArchive(contentsOf: fixture("numpy/\(file).npz"))
    let rows = try joined(archive.rows(name), pieces: 1)
    #expect(try rows == archive.array(name).doubles())
    // One bit of the data of a stored member: the last row still comes, the end does not.
    guard file == "stored" else { return }
    var damaged = try bytes(of: fixture("numpy/stored.npz"))
    damaged[250] ^= 1
    try withScratchFolder { folder in
      try write(damaged, to: folder + "/a.npz")
      let error = #expect(throws: AmpError.self) {
        try joined(NumpyArchive(contentsOf: folder + "/a.npz").rows("grid"), pieces: 1)
      }
      #expect(error?.problem.contains("checksum") == true)
    }
  }

  @Test(arguments: ["objects", "structured", "complex"])
  func arraysOfOtherThingsAreRefused(name: String) {
    #expect(throws: AmpError.self) { try NumpyRows(fixture("numpy/\(name).npy")) }
  }

  @Test(arguments: [0, 3, 10, 1000])
  func whatIsPutAsideComesBackInOrder(limit: Int) throws {
    try withScratchFolder { folder in
      let spill = Spill(in: folder, limit: limit)
      for start in stride(from: 0, to: 100, by: 7) {
        try spill.append((start..<start + 7).map { Double($0) })
      }
      var all: [Double] = []
      try spill.forEach { all += Array($0.bindMemory(to: Double.self)) }
      #expect(all == (0..<105).map { Double($0) } && spill.count == 105)
    }
  }

  @Test func checksumsOfPartsJoin() {
    let bytes = (0..<100).map { UInt8($0 * 7 % 256) }
    func crc(_ range: Range<Int>) -> UInt32 { bytes[range].withUnsafeBytes { crc32(0, $0) } }
    #expect(crc32(crc(0..<33), followedBy: crc(33..<100), count: 67) == crc(0..<100))
  }
}
