/// Writes a zip file member by member, straight to the disk, with zip64 records when needed.
///
/// Times are fixed at 1980, so that the same members give the same bytes.
package struct ZipWriter: ~Copyable {
  private struct Entry {
    var name: [UInt8]
    var isDeflated: Bool
    var crc: UInt32 = 0
    var packed = 0
    var size = 0
    var offset: Int
    var isLarge: Bool
  }

  private var file: AtomicFile
  private var entries: [Entry] = []
  private var names: Set<String> = []
  private var growing: (entry: Entry, start: Int)?

  /// Member sizes from which on both headers of a member get zip64 fields; smaller only in tests.
  private let large: Int

  package init(_ path: String, large: Int = 0xf000_0000) throws {
    file = try AtomicFile(path)
    self.large = large
  }

  /// Adds a member made of `parts`, one after the other; traps if the name was used before.
  package mutating func add(
    _ name: String, deflated: Bool = false, size: Int,
    _ body: (_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    precondition(names.insert(name).inserted, "two members called '\(name)'")
    precondition(name.utf8.count < 0x1_0000, "the name of a member is too long")
    let isLarge = size >= large
    var entry = Entry(
      name: Array(name.utf8), isDeflated: deflated, size: size, offset: file.count,
      isLarge: isLarge)
    try file.write(header(entry, isLarge: isLarge))
    let start = file.count
    var written = 0
    let deflater = deflated ? Deflater(wrapping: .raw) : nil
    // The file is moved out of self while the closure writes to it.
    try body { bytes in
      entry.crc = crc32(entry.crc, bytes)
      written += bytes.count
      if let deflater {
        try deflater.write(bytes) { try file.write($0) }
      } else {
        try file.write(bytes)
      }
    }
    let empty = UnsafeRawBufferPointer(start: nil, count: 0)
    if let deflater { try deflater.write(empty, finish: true) { try file.write($0) } }
    precondition(written == size, "'\(name)' was to have \(size) bytes, but got \(written)")
    entry.packed = file.count - start
    try file.patch(header(entry, isLarge: isLarge), at: entry.offset)
    entries.append(entry)
  }

  /// Begins a member of a size that only ``end(front:)`` will know; traps as ``add`` does.
  ///
  /// `size` is that size if it is known after all; without it, room is left for the largest one.
  package mutating func begin(_ name: String, size: Int? = nil) throws {
    precondition(names.insert(name).inserted, "two members called '\(name)'")
    precondition(name.utf8.count < 0x1_0000, "the name of a member is too long")
    let isLarge = size.map { $0 >= large } ?? true
    let entry = Entry(
      name: Array(name.utf8), isDeflated: false, offset: file.count, isLarge: isLarge)
    try file.write(header(entry, isLarge: isLarge))
    growing = (entry, file.count)
  }

  /// Appends to the member that was begun.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    guard let before = growing?.entry.crc else { preconditionFailure("no member was begun") }
    growing?.entry.crc = crc32(before, bytes)
    try file.write(bytes)
  }

  /// Leaves room at the front of the member that was begun.
  package mutating func reserve(_ count: Int) throws {
    try file.write([UInt8](repeating: 0, count: count))
  }

  /// Ends the member that was begun; `front` goes into the room that was reserved.
  package mutating func end(front: [UInt8]) throws {
    guard var entry = growing?.entry, let start = growing?.start else {
      preconditionFailure("no member was begun")
    }
    growing = nil
    entry.size = file.count - start
    entry.packed = entry.size
    precondition(entry.isLarge || entry.size < large, "a member of another size than was said")
    let crc = front.withUnsafeBytes { crc32(0, $0) }
    entry.crc = crc32(crc, followedBy: entry.crc, count: entry.size - front.count)
    try file.patch(front, at: start)
    try file.patch(header(entry, isLarge: entry.isLarge), at: entry.offset)
    entries.append(entry)
  }

  /// Writes the directory and gives the file its name.
  package mutating func commit() throws {
    let start = file.count
    for entry in entries { try file.write(directoryRecord(entry)) }
    let size = file.count - start
    if entries.count >= 0xffff || start >= large {
      let record = file.count
      try file.write(
        little(0x0606_4b50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8)
          + little(entries.count, 8) + little(entries.count, 8) + little(size, 8)
          + little(start, 8))
      try file.write(little(0x0706_4b50, 4) + little(0, 4) + little(record, 8) + little(1, 4))
    }
    let count = little(min(entries.count, 0xffff), 2)
    try file.write(
      little(0x0605_4b50, 4) + little(0, 4) + count + count + little(min(size, 0xffff_ffff), 4)
        + little(start >= large ? 0xffff_ffff : start, 4) + little(0, 2))
    try file.commit()
  }

  /// The header in front of a member's data.
  private func header(_ entry: Entry, isLarge: Bool) -> [UInt8] {
    let extra =
      isLarge ? little(1, 2) + little(16, 2) + little(entry.size, 8) + little(entry.packed, 8) : []
    return little(0x0403_4b50, 4) + common(entry, isLarge: isLarge) + little(extra.count, 2)
      + entry.name + extra
  }

  private func directoryRecord(_ entry: Entry) -> [UInt8] {
    let isLarge = entry.isLarge
    let isFar = entry.offset >= large
    var extra: [UInt8] = []
    if isLarge { extra += little(entry.size, 8) + little(entry.packed, 8) }
    if isFar { extra += little(entry.offset, 8) }
    if !extra.isEmpty { extra = little(1, 2) + little(extra.count, 2) + extra }
    return little(0x0201_4b50, 4) + little(45, 2) + common(entry, isLarge: isLarge)
      + little(extra.count, 2) + little(0, 10) + little(isFar ? 0xffff_ffff : entry.offset, 4)
      + entry.name + extra
  }

  /// Version, UTF-8 flag, method, time, checksum, sizes and length of the name.
  private func common(_ entry: Entry, isLarge: Bool) -> [UInt8] {
    little(isLarge ? 45 : 20, 2) + little(0x0800, 2) + little(entry.isDeflated ? 8 : 0, 2)
      + little(0, 2) + little(0x21, 2) + little(Int(entry.crc), 4)
      + little(isLarge ? 0xffff_ffff : entry.packed, 4)
      + little(isLarge ? 0xffff_ffff : entry.size, 4) + little(entry.name.count, 2)
  }
}

/// The lowest `count` bytes of `value`, lowest first.
private func little(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: $0 < 8 ? value >> (8 * $0) : 0) }
}
