/// Text in blocks of whole lines, plain or gzip-compressed.
///
/// A plain file is mapped and its blocks are not copied; a compressed one is inflated block by
/// block, so that files larger than the memory can be read.
package struct LineBlocks {
  private let file: MappedFile
  private let blockSize: Int
  private let isGzip: Bool

  /// Opens `path`; it counts as compressed if its first two bytes say so.
  package init(_ path: String, blockSize: Int = 4 << 20) throws {
    try self.init(try MappedFile(path), blockSize: blockSize)
  }

  package init(_ file: MappedFile, blockSize: Int = 4 << 20) throws {
    self.file = file
    self.blockSize = blockSize
    isGzip = LineBlocks.isGzip(file.bytes)
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
    if isGzip { return try forEachInflated(body) }
    try file.bytes.withMemoryRebound(to: UInt8.self) { bytes in
      var start = 0
      while start < bytes.count {
        var end = min(start + blockSize, bytes.count)
        while end < bytes.count && bytes[end - 1] != 0x0a { end += 1 }
        try body(UnsafeBufferPointer(rebasing: bytes[start..<end]))
        start = end
      }
    }
    withExtendedLifetime(file) {}
  }

  private func forEachInflated(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let inflater = Inflater(file, range: 0..<file.bytes.count, wrapping: .gzip)
    var block = [UInt8](repeating: 0, count: blockSize)
    var carried = 0
    while true {
      let room = block.count - carried
      let found = try block.withUnsafeMutableBytes { bytes in
        try inflater.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[carried...]))
      }
      let filled = carried + found
      if found < room {
        if filled > 0 {
          try block.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[..<filled]))
          }
        }
        return
      }
      guard let lastFeed = block.lastIndex(of: 0x0a) else {
        // A line longer than the block.
        carried = filled
        block.append(contentsOf: repeatElement(0, count: block.count))
        continue
      }
      let end = lastFeed + 1
      try block.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[..<end])) }
      carried = filled - end
      block.withUnsafeMutableBufferPointer { bytes in
        for i in 0..<carried { bytes[i] = bytes[end + i] }
      }
    }
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
