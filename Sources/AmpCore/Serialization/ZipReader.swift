/// The members of a zip file, stored or deflated, with the large-file records of zip64.
///
/// Follows PKWARE's APPNOTE 6.3. Every offset is checked against the file before it is used.
package struct ZipReader: Sendable {
  /// One file in the archive.
  package struct Member: Sendable {
    package var name: String
    package var isDeflated: Bool
    package var crc: UInt32
    package var size: Int
    package var range: Range<Int>
  }

  package let members: [Member]
  private let file: MappedFile

  package init(_ path: String) throws { try self.init(try MappedFile(path)) }

  package init(_ file: MappedFile) throws {
    self.file = file
    var cursor = ZipCursor(file)
    let directory = try cursor.directory()
    var members: [Member] = []
    var names: Set<String> = []
    cursor.position = directory.offset
    for _ in 0..<directory.count {
      let member = try cursor.member(directoryStart: directory.offset)
      guard names.insert(member.name).inserted else {
        throw cursor.damaged("two members are called '\(member.name)'")
      }
      members.append(member)
    }
    self.members = members
  }

  /// The bytes of a member, inflated as they are read.
  package func stream(_ member: Member) -> ByteStream {
    ByteStream(
      file, range: member.range, count: member.size, isDeflated: member.isDeflated,
      crc: member.crc, place: "\(file.path)[\(member.name)]")
  }
}

/// Reads little-endian fields of a zip file.
private struct ZipCursor {
  let file: MappedFile
  var position = 0

  init(_ file: MappedFile) { self.file = file }

  func damaged(_ problem: String) -> AmpError {
    AmpError(
      "the zip archive is damaged: \(problem)", in: file.path,
      remedy: "Copy or download the file again.")
  }

  mutating func integer<T: FixedWidthInteger>(_: T.Type) throws -> T {
    let size = MemoryLayout<T>.size
    guard position >= 0, position <= file.bytes.count - size else {
      throw damaged("it ends at byte \(file.bytes.count), inside a record")
    }
    defer { position += size }
    return T(littleEndian: file.bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  mutating func text(_ count: Int) throws -> String {
    guard position <= file.bytes.count - count else {
      throw damaged("it ends at byte \(file.bytes.count), inside a name")
    }
    defer { position += count }
    return String(decoding: file.bytes[position..<position + count], as: UTF8.self)
  }

  func offset(_ value: UInt64) throws -> Int {
    guard value <= UInt64(file.bytes.count) else {
      throw damaged("it points to byte \(value), but has \(file.bytes.count)")
    }
    return Int(value)
  }

  /// Finds the central directory through the record at the end of the file.
  mutating func directory() throws -> (offset: Int, count: Int) {
    let size = file.bytes.count
    var end = size - 22
    let lowest = max(0, end - 0xffff)
    while end >= lowest {
      position = end
      if try integer(UInt32.self) == 0x0605_4b50 { break }
      end -= 1
    }
    guard end >= lowest else { throw damaged("it has no directory at its end; it was cut off") }
    position = end + 10
    var count = UInt64(try integer(UInt16.self))
    position = end + 16
    var offset = UInt64(try integer(UInt32.self))
    if end >= 20 {
      position = end - 20
      if try integer(UInt32.self) == 0x0706_4b50 {
        position = end - 12
        position = try self.offset(integer(UInt64.self))
        guard try integer(UInt32.self) == 0x0606_4b50 else {
          throw damaged("its zip64 record is missing")
        }
        position += 28
        count = try integer(UInt64.self)
        position += 8
        offset = try integer(UInt64.self)
      }
    }
    let start = try self.offset(offset)
    // A directory entry has at least 46 bytes.
    guard count <= UInt64((size - start) / 46) else {
      throw damaged("its directory is too short for \(count) members")
    }
    return (start, Int(count))
  }

  mutating func member(directoryStart: Int) throws -> ZipReader.Member {
    guard try integer(UInt32.self) == 0x0201_4b50 else {
      throw damaged("its directory is broken at byte \(position - 4)")
    }
    position += 4
    let flags = try integer(UInt16.self)
    let method = try integer(UInt16.self)
    position += 4
    let crc = try integer(UInt32.self)
    var packed = UInt64(try integer(UInt32.self))
    var size = UInt64(try integer(UInt32.self))
    let nameLength = Int(try integer(UInt16.self))
    let extraLength = Int(try integer(UInt16.self))
    let commentLength = Int(try integer(UInt16.self))
    position += 8
    var header = UInt64(try integer(UInt32.self))
    let name = try text(nameLength)
    let extraEnd = position + extraLength
    while position + 4 <= extraEnd {
      let kind = try integer(UInt16.self)
      let next = try position + 2 + Int(integer(UInt16.self))
      if kind == 1 {
        if size == 0xffff_ffff { size = try integer(UInt64.self) }
        if packed == 0xffff_ffff { packed = try integer(UInt64.self) }
        if header == 0xffff_ffff { header = try integer(UInt64.self) }
      }
      position = next
    }
    let next = extraEnd + commentLength
    guard flags & 1 == 0 else { throw damaged("'\(name)' is encrypted") }
    guard method == 0 || method == 8 else {
      throw AmpError(
        "'\(name)' is compressed by method \(method), which is not known", in: file.path,
        remedy: "Write it with numpy.savez or numpy.savez_compressed.")
    }
    // The data follow the member's own header, which repeats name and extra fields.
    position = try offset(header)
    guard try integer(UInt32.self) == 0x0403_4b50 else {
      throw damaged("'\(name)' does not begin where the directory says")
    }
    position += 22
    let localName = Int(try integer(UInt16.self))
    let localExtra = Int(try integer(UInt16.self))
    guard try text(localName) == name else {
      throw damaged("'\(name)' has another name in its own header")
    }
    let start = position + localExtra
    guard start <= directoryStart, packed <= UInt64(directoryStart - start) else {
      throw damaged("'\(name)' reaches beyond the end of the data")
    }
    // Deflate cannot shrink data more than 1032-fold; a larger claim only wants our memory.
    guard method == 0 ? size == packed : size / 1032 <= packed + 1 else {
      throw damaged("'\(name)' cannot have \(size) bytes")
    }
    position = next
    return ZipReader.Member(
      name: name, isDeflated: method == 8, crc: crc, size: Int(size),
      range: start..<start + Int(packed))
  }
}
