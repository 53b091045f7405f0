#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Numbers put aside until they are needed: a few in memory, many in a file without a name.
///
/// The file lies in a folder of the caller's choice, and is gone when this object is.
package final class Spill {
  private let folder: String
  private let limit: Int
  private var pending: [Double] = []
  private var descriptor: Int32 = -1

  /// How many numbers were put aside.
  package private(set) var count = 0

  /// Keeps up to `limit` numbers in memory, and more of them in a file in `folder`.
  package init(in folder: String, limit: Int = 1 << 20) {
    self.folder = folder
    self.limit = limit
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Puts numbers aside.
  package func append(_ values: [Double]) throws {
    pending += values
    count += values.count
    guard pending.count > limit else { return }
    if descriptor < 0 {
      let name = folder + "/.amp-" + String(UInt64.random(in: .min ... .max), radix: 36) + ".tmp"
      descriptor = systemOpen(name, O_RDWR | O_CREAT | O_EXCL)
      if descriptor < 0 { throw failure }
      unlink(name)
    }
    try pending.withUnsafeBytes { bytes in
      var rest = UnsafeRawBufferPointer(rebasing: bytes[...])
      while !rest.isEmpty {
        let written = systemWrite(descriptor, rest)
        if written < 0 && errno == EINTR { continue }
        if written <= 0 { throw failure }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Calls `body` with all numbers in order, piece by piece.
  package func forEach(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    if descriptor >= 0 {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
      defer { block.deallocate() }
      var offset = 0
      let size = (count - pending.count) * 8
      while offset < size {
        let found = pread(
          descriptor, block.baseAddress, min(block.count, size - offset), off_t(offset))
        if found < 0 && errno == EINTR { continue }
        if found <= 0 { throw failure }
        try body(UnsafeRawBufferPointer(rebasing: block[..<found]))
        offset += found
      }
    }
    try pending.withUnsafeBytes { if !$0.isEmpty { try body($0) } }
  }

  private var failure: AmpError {
    AmpError(
      "amplitudes cannot be put aside here: \(systemComplaint(errno))", in: folder,
      remedy: "Free some space on its disk, or write to another folder.")
  }
}
