#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of a file, mapped into memory and read from the disk as they are touched.
///
/// Pipes and devices cannot be mapped and are read to their end.
package final class MappedFile: @unchecked Sendable {
  // Unchecked: the bytes are never written to after init.

  /// The name by which errors call the file.
  package let path: String

  /// All bytes of the file; valid as long as this object lives.
  package let bytes: UnsafeRawBufferPointer

  /// Whether this is a file on a disk, which can be read twice, unlike a pipe.
  package let isRegular: Bool

  private let isMapped: Bool

  /// Maps the file at `path`; throws if it is missing, unreadable or a folder.
  package init(_ path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw MappedFile.failure(errno, path) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw MappedFile.failure(errno, path) }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR {
      throw AmpError(
        "this is a folder, not a file", in: path, remedy: "Give the path of a file in it.")
    }
    isRegular = kind == S_IFREG
    if !isRegular {
      bytes = try MappedFile.readAll(descriptor, path)
      isMapped = false
    } else if status.st_size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      isMapped = false
    } else {
      let size = Int(status.st_size)
      guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED
      else { throw MappedFile.failure(errno, path) }
      bytes = UnsafeRawBufferPointer(start: base, count: size)
      isMapped = true
    }
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }

  /// Gives back the memory of bytes that are not needed any more; they are read again if they are.
  ///
  /// Keeps a program that goes through a large file once from holding all of it.
  package func release(_ range: Range<Int>) {
    guard isMapped, let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
    let page = Int(getpagesize())
    let start = range.lowerBound / page * page
    let end = range.upperBound == bytes.count ? bytes.count : range.upperBound / page * page
    if start < end { madvise(base + start, end - start, MADV_DONTNEED) }
  }

  private static func readAll(_ descriptor: Int32, _ path: String) throws
    -> UnsafeRawBufferPointer
  {
    var all = [UInt8]()
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { block.deallocate() }
    while true {
      let found = systemRead(descriptor, block)
      if found < 0 && errno == EINTR { continue }
      if found < 0 { throw failure(errno, path) }
      if found == 0 { break }
      all.append(contentsOf: block[..<found])
    }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: all.count, alignment: 16)
    copy.copyBytes(from: all)
    return UnsafeRawBufferPointer(copy)
  }

  private static func failure(_ code: Int32, _ path: String) -> AmpError {
    AmpError(
      code == ENOENT ? "there is no such file" : "cannot be read: \(systemComplaint(code))",
      in: path,
      remedy: code == EACCES
        ? "Change its permissions with 'chmod +r'." : "Check the spelling of the path.")
  }
}
