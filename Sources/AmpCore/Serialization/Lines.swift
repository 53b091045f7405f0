/// Text in blocks of whole lines, plain or gzip-compressed.
///
/// A plain file is mapped and its blocks are not copied; a compressed one is inflated block by
/// block, so that files larger than the memory can be read.
package struct LineBlocks {
  private let file: MappedFile
  private let blockSize: Int

  /// Opens `path`; it counts as compressed if its first two bytes say so.
  package init(_ path: String, blockSize: Int = 4 << 20) throws {
    self.init(try MappedFile(path), blockSize: blockSize)
  }

  package init(_ file: MappedFile, blockSize: Int = 4 << 20) {
    self.file = file
    self.blockSize = blockSize
  }

  /// Whether the bytes begin like a gzip file.
  package static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  /// The first bytes of `file`, inflated if it is compressed; at most `count`.
  package static func head(_ file: MappedFile, count: Int) throws -> [UInt8] {
    guard isGzip(file.bytes) else { return Array(file.bytes.prefix(count)) }
    let inflater = Inflater(file, range: 0..<file.bytes.count, wrapping: .gzip)
    var head = [UInt8](repeating: 0, count: count)
    let found = try head.withUnsafeMutableBytes { try inflater.read(into: $0) }
    return Array(head.prefix(found))
  }

  /// Calls `body` with each block; every block but the last ends with a line feed.
  package func forEach(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let source = LineSource(file, blockSize: blockSize)
    while let block = try source.next() { try body(block) }
  }
}

/// Text written to a file, through gzip if its name ends with `.gz`.
package struct TextFile: ~Copyable {
  private var file: AtomicFile
  private let deflater: Deflater?

  package init(_ path: String) throws {
    file = try AtomicFile(path)
    // Digits of momenta hardly compress better at higher levels, which take several times as long.
    deflater = path.lowercased().hasSuffix(".gz") ? Deflater(wrapping: .gzip, level: 1) : nil
  }

  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    if let deflater {
      try deflater.write(bytes) { try file.write($0) }
    } else {
      try file.write(bytes)
    }
  }

  package mutating func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  package mutating func commit() throws {
    let empty = UnsafeRawBufferPointer(start: nil, count: 0)
    if let deflater { try deflater.write(empty, finish: true) { try file.write($0) } }
    try file.commit()
  }
}
