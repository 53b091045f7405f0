/// Blocks of whole lines of a text, plain or gzip-compressed, one after the other.
///
/// The memory it holds is a block or two, however long the text is: pages of a mapped file are given
/// back once their block is done with.
package final class LineSource {
  /// Longer lines are taken for a file that is no text.
  package static let longestLine = 64 << 20

  private let file: MappedFile
  private let blockSize: Int
  private let inflater: Inflater?
  private var start = 0
  private var released = 0
  private var buffer: UnsafeMutableBufferPointer<UInt8>
  private var carried: Range<Int> = 0..<0
  private var isDone = false

  /// Starts at the front of `file`, which is compressed if its first two bytes say so.
  package init(_ file: MappedFile, blockSize: Int = 4 << 20) {
    self.file = file
    self.blockSize = blockSize
    let isGzip = LineBlocks.isGzip(file.bytes)
    inflater = isGzip ? Inflater(file, range: 0..<file.bytes.count, wrapping: .gzip) : nil
    buffer = .allocate(capacity: isGzip ? blockSize : 0)
  }

  deinit { buffer.deallocate() }

  /// The next block, valid until the next call; every block but the last ends with a line feed.
  package func next() throws -> UnsafeBufferPointer<UInt8>? {
    if isDone { return nil }
    return try inflater == nil ? nextMapped() : nextInflated()
  }

  private func nextMapped() throws -> UnsafeBufferPointer<UInt8>? {
    file.release(released..<start)
    released = start
    let bytes = file.bytes.assumingMemoryBound(to: UInt8.self)
    if start == bytes.count { return nil }
    var end = min(start + blockSize, bytes.count)
    while end < bytes.count && bytes[end - 1] != 0x0a {
      end += 1
      if end - start > LineSource.longestLine + blockSize { throw tooLong }
    }
    defer { start = end }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  private func nextInflated() throws -> UnsafeBufferPointer<UInt8>? {
    guard let inflater else { return nil }
    for (i, at) in carried.enumerated() { buffer[i] = buffer[at] }
    var filled = carried.count
    carried = 0..<0
    while true {
      let room = buffer.count - filled
      let found = try inflater.read(
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]))
      filled += found
      if found < room {
        isDone = true
        return filled > 0 ? UnsafeBufferPointer(rebasing: buffer[..<filled]) : nil
      }
      if let lastFeed = buffer.lastIndex(of: 0x0a) {
        carried = lastFeed + 1..<filled
        return UnsafeBufferPointer(rebasing: buffer[...lastFeed])
      }
      // A line longer than the block.
      if buffer.count > LineSource.longestLine { throw tooLong }
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * buffer.count)
      _ = larger.update(fromContentsOf: buffer)
      buffer.deallocate()
      buffer = larger
    }
  }

  private var tooLong: AmpError {
    AmpError(
      "a line is longer than \(LineSource.longestLine >> 20) MiB", in: file.path,
      remedy: "Check that this is a text file with line ends.")
  }
}
