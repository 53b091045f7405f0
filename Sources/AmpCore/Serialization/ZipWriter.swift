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
  }

  private var file: AtomicFile
  private var entries: [Entry] = []
  private var names: Set<String> = []

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
    var entry = Entry(name: Array(name.utf8), isDeflated: deflated, offset: file.count)
    entry.size = size
    let isLarge = size >= large
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
    let isLarge = entry.size >= large
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
