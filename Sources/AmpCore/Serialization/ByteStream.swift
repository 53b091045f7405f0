/// A known number of bytes, read from front to back: a part of a file, perhaps compressed.
package final class ByteStream {
  /// What errors call the bytes: a path, or a path with the name of an array.
  package let place: String

  /// The number of bytes left to read.
  package private(set) var remaining: Int

  private let file: MappedFile
  private var offset: Int
  private let inflater: Inflater?
  private let expectedCRC: UInt32?
  private var crc: UInt32 = 0

  /// The whole of `file`.
  package init(_ file: MappedFile) {
    self.file = file
    place = file.path
    remaining = file.bytes.count
    offset = 0
    inflater = nil
    expectedCRC = nil
  }

  /// The bytes in `range` of `file`, which inflate to `count` bytes with the checksum `crc`.
  package init(
    _ file: MappedFile, range: Range<Int>, count: Int, isDeflated: Bool, crc: UInt32, place: String
  ) {
    self.file = file
    self.place = place
    remaining = count
    offset = range.lowerBound
    inflater = isDeflated ? Inflater(file, range: range, wrapping: .raw) : nil
    expectedCRC = crc
  }

  /// Fills `buffer`; throws if there are fewer bytes.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    if buffer.count > remaining {
      throw AmpError(
        "the file ends too early: \(buffer.count) bytes expected, \(remaining) found", in: place,
        remedy: "Copy or download the file again.")
    }
    if let inflater {
      let found = try inflater.read(into: buffer)
      if found < buffer.count {
        throw AmpError(
          "the compressed data end too early: \(buffer.count) bytes expected, \(found) found",
          in: place, remedy: "Copy or download the file again.")
      }
    } else {
      buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + buffer.count]))
      offset += buffer.count
    }
    remaining -= buffer.count
    if expectedCRC != nil { crc = crc32(crc, UnsafeRawBufferPointer(buffer)) }
  }

  /// The next `count` bytes.
  package func read(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(count, max(remaining, 0)))
    try bytes.withUnsafeMutableBytes { try read(into: $0) }
    if bytes.count < count {
      throw AmpError(
        "the file ends too early: \(count) bytes expected, \(bytes.count) found", in: place,
        remedy: "Copy or download the file again.")
    }
    return bytes
  }

  /// Throws unless everything was read and the checksum is right.
  package func finish() throws {
    if remaining > 0 {
      throw AmpError(
        "\(remaining) bytes follow the data", in: place,
        remedy: "Check that the file is complete and holds one array only.")
    }
    if let inflater {
      let more = try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
        try inflater.read(into: $0)
      }
      if more > 0 {
        throw AmpError(
          "the compressed data are longer than the archive says", in: place,
          remedy: "Copy or download the file again.")
      }
    }
    if let expectedCRC, expectedCRC != crc {
      throw AmpError(
        "the checksum is wrong: the data are damaged", in: place,
        remedy: "Copy or download the file again.")
    }
  }
}
