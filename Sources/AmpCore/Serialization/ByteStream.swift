/// A known number of bytes, read from front to back: a part of a file, perhaps compressed.
package final class ByteStream {
  /// What errors call the bytes: a path, or a path with the name of an array.
  package let place: String

  /// The number of bytes left to read; nil where only the end of compressed data will tell.
  package var remaining: Int? { length.map { $0 - position } }

  /// The number of bytes read so far.
  package private(set) var position = 0

  private let length: Int?

  private let file: MappedFile
  private let range: Range<Int>
  private var released: Int
  private let inflater: Inflater?
  private let expectedCRC: UInt32?
  private var crc: UInt32 = 0

  /// The whole of `file`, or what it holds compressed by gzip.
  package init(_ file: MappedFile, inflating isGzip: Bool = false) {
    self.file = file
    place = file.path
    range = 0..<file.bytes.count
    released = 0
    length = isGzip ? nil : file.bytes.count
    inflater = isGzip ? Inflater(file, range: range, wrapping: .gzip) : nil
    expectedCRC = nil
  }

  /// The bytes in `range` of `file`, which inflate to `count` bytes with the checksum `crc`.
  package init(
    _ file: MappedFile, range: Range<Int>, count: Int, isDeflated: Bool, crc: UInt32, place: String
  ) {
    self.file = file
    self.place = place
    self.range = range
    length = count
    released = range.lowerBound
    inflater = isDeflated ? Inflater(file, range: range, wrapping: .raw) : nil
    expectedCRC = crc
  }

  /// The bytes that are left, where they lie in the file; nil if they are compressed.
  package var mapped: UnsafeRawBufferPointer? {
    guard inflater == nil else { return nil }
    return UnsafeRawBufferPointer(
      rebasing: file.bytes[range.lowerBound + position..<range.upperBound])
  }

  /// Gives back the memory of `part` of ``mapped``, counted from where the stream is.
  package func release(_ part: Range<Int>) {
    let start = range.lowerBound + position
    file.release(start + part.lowerBound..<start + part.upperBound)
  }

  /// Fills `buffer`; throws if there are fewer bytes.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    if let remaining, buffer.count > remaining {
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
      let offset = range.lowerBound + position
      let end = offset + buffer.count
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: file.bytes[offset..<end]))
      file.release(released..<end)
      released = end
    }
    position += buffer.count
    if expectedCRC != nil { crc = crc32(crc, UnsafeRawBufferPointer(buffer)) }
  }

  /// Passes over all bytes that are left, with their checksum, without a copy of them.
  package func skipRest() throws {
    guard let rest = mapped else {
      var block = [UInt8](repeating: 0, count: 1 << 20)
      while let remaining, remaining > 0 {
        try block.withUnsafeMutableBytes {
          try read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<min($0.count, remaining)]))
        }
      }
      return
    }
    if expectedCRC != nil {
      for start in stride(from: 0, to: rest.count, by: 1 << 24) {
        let part = start..<min(start + 1 << 24, rest.count)
        crc = crc32(crc, UnsafeRawBufferPointer(rebasing: rest[part]))
        release(part)
      }
    }
    position += rest.count
  }

  /// The next `count` bytes.
  package func read(_ count: Int) throws -> [UInt8] {
    if let remaining, count > remaining {
      throw AmpError(
        "the file ends too early: \(count) bytes expected, \(max(remaining, 0)) found", in: place,
        remedy: "Copy or download the file again.")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(into: $0) }
    return bytes
  }

  /// Throws unless everything was read and the checksum is right.
  package func finish() throws {
    if let remaining, remaining > 0 {
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
          "the compressed data are longer than their header says", in: place,
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
