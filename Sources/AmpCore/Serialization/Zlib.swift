import CZlib

/// How compressed bytes are wrapped.
package enum DeflateWrapping: Int32, Sendable {
  /// Nothing around them, as inside a zip file.
  case raw = -15
  /// The header and CRC of gzip.
  case gzip = 31
}

/// Decompresses a range of a mapped file, piece by piece.
package final class Inflater {
  private let file: MappedFile
  private var rest: UnsafeRawBufferPointer
  private let wrapping: DeflateWrapping
  // zlib remembers the address of its stream, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var ended = false

  /// Starts at the first byte of `range`.
  package init(_ file: MappedFile, range: Range<Int>, wrapping: DeflateWrapping) {
    self.file = file
    self.wrapping = wrapping
    rest = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot start: \(status)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills `buffer`, less only at the end of the data; returns how many bytes there were.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count && !ended {
      // zlib counts in 32 bits.
      let input = min(rest.count, 1 << 30)
      let room = min(buffer.count - filled, 1 << 30)
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: rest.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(input)
      stream.pointee.next_out = buffer.baseAddress.map {
        ($0 + filled).assumingMemoryBound(to: UInt8.self)
      }
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      let taken = input - Int(stream.pointee.avail_in)
      let made = room - Int(stream.pointee.avail_out)
      rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
      filled += made
      switch status {
      case Z_STREAM_END: try endOfMember()
      case Z_OK where taken > 0 || made > 0: continue
      case Z_OK, Z_BUF_ERROR: throw damaged("the compressed data end too early")
      default:
        let detail = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
        throw damaged("the compressed data are damaged (\(detail))")
      }
    }
    return filled
  }

  /// A gzip file may be several of them, one after the other.
  private func endOfMember() throws {
    if wrapping == .raw || rest.isEmpty {
      ended = true
    } else if rest.count >= 2 && rest[0] == 0x1f && rest[1] == 0x8b {
      inflateReset(stream)
    } else {
      throw damaged("\(rest.count) bytes follow the end of the compressed data")
    }
  }

  private func damaged(_ problem: String) -> AmpError {
    AmpError(problem, in: file.path, remedy: "Copy or download the file again.")
  }
}

/// Compresses bytes and hands them on, piece by piece.
package final class Deflater {
  private let stream: UnsafeMutablePointer<z_stream>
  private var output = [UInt8](repeating: 0, count: 1 << 16)

  /// Starts compression at `level`, from 1 (fast) to 9 (small).
  package init(wrapping: DeflateWrapping, level: Int = 6) {
    precondition((1...9).contains(level), "compression level \(level) is not in 1...9")
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, Int32(level), Z_DEFLATED, wrapping.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot start: \(status)")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses `bytes` (and ends the data if `finish`), passing what is ready to `emit`.
  package func write(
    _ bytes: UnsafeRawBufferPointer, finish: Bool = false,
    _ emit: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var rest = bytes
    var done = false
    while !done {
      let input = min(rest.count, 1 << 30)
      let last = finish && input == rest.count
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: rest.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(input)
      let (status, made) = output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH)
        return (status, output.count - Int(stream.pointee.avail_out))
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[(input - Int(stream.pointee.avail_in))...])
      if made > 0 { try output.withUnsafeBytes { try emit(.init(rebasing: $0[..<made])) } }
      done = last ? status == Z_STREAM_END : rest.isEmpty && made < output.count
    }
  }
}

/// Continues a CRC-32 (that of zip and gzip) with more bytes; starts from 0.
package func crc32(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
  UInt32(
    crc32_z(UInt(crc), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
}

/// The CRC-32 of bytes with the checksum `crc` and `count` bytes with the checksum `next` after them.
package func crc32(_ crc: UInt32, followedBy next: UInt32, count: Int) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_combine(UInt(crc), UInt(next), count))
}
