import AmpCore
import TestSupport
import Testing

struct LinesTests {
  private func lines(of path: String, blockSize: Int) throws -> [String] {
    var text = ""
    try LineBlocks(path, blockSize: blockSize).forEach { block in
      text += String(decoding: block, as: UTF8.self)
      #expect(block.last == 0x0a || text.hasSuffix("end"))
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test(arguments: [1, 7, 64, 1000, 1 << 20], ["plain.txt", "packed.txt.gz"])
  func blocksAreWholeLines(blockSize: Int, name: String) throws {
    try withScratchFolder { folder in
      let path = folder + "/" + name
      let expected =
        (0..<300).map { "line \($0) " + String(repeating: "x", count: $0 % 40) } + ["end"]
      var file = try TextFile(path)
      try file.write(expected.joined(separator: "\n"))
      try file.commit()
      #expect(try bytes(of: path).starts(with: [0x1f, 0x8b]) == name.hasSuffix(".gz"))
      #expect(try lines(of: path, blockSize: blockSize) == expected)
    }
  }

  @Test func severalGzipMembersAreOneText() throws {
    try withScratchFolder { folder in
      var whole: [UInt8] = []
      for part in ["one\n", "two\nend"] {
        var file = try TextFile(folder + "/part.gz")
        try file.write(part)
        try file.commit()
        whole += try bytes(of: folder + "/part.gz")
      }
      try write(whole, to: folder + "/whole.gz")
      #expect(try lines(of: folder + "/whole.gz", blockSize: 64) == ["one", "two", "end"])
      try write(whole + [1, 2, 3], to: folder + "/more.gz")
      #expect(throws: AmpError.self) { try lines(of: folder + "/more.gz", blockSize: 64) }
    }
  }

  @Test func cutAndDamagedGzipIsNoticed() throws {
    try withScratchFolder { folder in
      let path = folder + "/a.gz"
      var file = try TextFile(path)
      for i in 0..<1000 { try file.write("\(i * i)\n") }
      try file.commit()
      let sound = try bytes(of: path)
      try write(Array(sound.dropLast(20)), to: path)
      let error = #expect(throws: AmpError.self) { try lines(of: path, blockSize: 64) }
      #expect(error?.problem.contains("end too early") == true)
      var damaged = sound
      damaged[damaged.count - 6] ^= 1  // inside the checksum
      try write(damaged, to: path)
      #expect(throws: AmpError.self) { try lines(of: path, blockSize: 64) }
    }
  }
}
