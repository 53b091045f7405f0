#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that appears under its name only when it is complete.
///
/// Bytes go to a temporary file in the same folder; ``commit()`` syncs it to the disk and renames
/// it, which replaces an older file in one step. A file that goes out of scope before that leaves
/// nothing behind, and leaves an older file as it was. Devices and pipes (`/dev/stdout`) cannot be
/// renamed to and are written directly; symbolic links are followed.
public struct AtomicFile: ~Copyable {
  /// The name under which the file appears.
  public let path: String

  /// The number of bytes written so far.
  public private(set) var count = 0

  private let target: String
  private let temporary: String?
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  /// Opens the temporary file.
  ///
  /// - Throws: ``AmpError`` if `path` is a folder or lies in one that is missing or read-only.
  public init(_ path: String) throws {
    let opened = try AtomicFile.open(path)
    self.path = path
    (target, temporary, descriptor) = opened
    buffer.reserveCapacity(AtomicFile.bufferSize)
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  /// Writes a whole file: what `body` writes, or nothing if it throws.
  public static func write<Result>(
    to path: String, _ body: (inout AtomicFile) throws -> Result
  ) throws -> Result {
    var file = try AtomicFile(path)
    let result = try body(&file)
    try file.commit()
    return result
  }

  /// Throws what writing to `path` would throw at once, and leaves nothing behind.
  ///
  /// For the start of a long computation, so that hours of work do not end in a misspelt folder.
  public static func check(_ path: String) throws {
    _ = try AtomicFile(path)
  }

  /// Appends bytes.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(descriptor >= 0, "\(path) is already complete")
    if buffer.count + bytes.count > AtomicFile.bufferSize { try flush() }
    if bytes.count >= AtomicFile.bufferSize {
      try put(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
    count += bytes.count
  }

  /// Appends bytes.
  public mutating func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Appends text in UTF-8.
  public mutating func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  /// Overwrites bytes that were written before, from `offset` on; not possible on a pipe.
  package mutating func patch(_ bytes: [UInt8], at offset: Int) throws {
    precondition(offset >= 0 && offset + bytes.count <= count, "patch beyond the end of \(path)")
    try flush()
    let written = bytes.withUnsafeBytes {
      pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
    }
    if written != bytes.count { throw AtomicFile.failure(written < 0 ? errno : ENOSPC, path) }
  }

  /// Syncs the file to the disk and gives it its name.
  ///
  /// Nothing can be written afterwards.
  public mutating func commit() throws {
    precondition(descriptor >= 0, "\(path) is already complete")
    try flush()
    guard let temporary else {
      close(descriptor)
      descriptor = -1
      return
    }
    if fsync(descriptor) != 0 { throw AtomicFile.failure(errno, path) }
    if rename(temporary, target) != 0 { throw AtomicFile.failure(errno, path) }
    close(descriptor)
    descriptor = -1
    // The new name survives a power failure only once the folder is synced, too.
    let folder = systemOpen(splitPath(target).folder, O_RDONLY)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  private mutating func flush() throws {
    if buffer.isEmpty { return }
    try buffer.withUnsafeBytes { try put($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = systemWrite(descriptor, rest)
      if written < 0 && errno == EINTR { continue }
      if written <= 0 { throw AtomicFile.failure(errno, path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  private static func open(_ path: String) throws
    -> (target: String, temporary: String?, descriptor: Int32)
  {
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if path.isEmpty || path.hasSuffix("/") || (exists && kind == S_IFDIR) {
      throw AmpError(
        "a file is to be written here, but this is a folder", in: path,
        remedy: "Add a file name to the path.")
    }
    if exists && kind != S_IFREG {
      let descriptor = systemOpen(path, O_WRONLY)
      if descriptor < 0 { throw failure(errno, path) }
      return (path, nil, descriptor)
    }
    if exists && access(path, W_OK) != 0 { throw failure(errno, path) }
    let target = exists ? resolved(path) : path
    let folder = splitPath(target).folder
    while true {
      let name = folder + "/.amp-" + String(UInt64.random(in: .min ... .max), radix: 36) + ".tmp"
      let descriptor = systemOpen(name, O_WRONLY | O_CREAT | O_EXCL)
      if descriptor < 0 && errno == EEXIST { continue }
      if descriptor < 0 { throw failure(errno, path) }
      if exists { fchmod(descriptor, status.st_mode & 0o777) }
      return (target, name, descriptor)
    }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func failure(_ code: Int32, _ path: String) -> AmpError {
    let folder = splitPath(path).folder
    switch code {
    case ENOENT, ENOTDIR:
      return AmpError(
        "cannot be written: there is no folder '\(folder)'", in: path,
        remedy: "Create it with 'mkdir -p \(folder)', or choose another path.")
    case EACCES, EPERM, EROFS:
      return AmpError(
        "cannot be written: \(systemComplaint(code))", in: path,
        remedy: "Choose another folder, or change the permissions of '\(folder)'.")
    case ENOSPC, EDQUOT, EFBIG:
      return AmpError(
        "cannot be written: \(systemComplaint(code))", in: path,
        remedy: "Free some space on the disk of '\(folder)', or choose another one.")
    default:
      return AmpError(
        "cannot be written: \(systemComplaint(code))", in: path,
        remedy: "Check the path and the disk.")
    }
  }
}
