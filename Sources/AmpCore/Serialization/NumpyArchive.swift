/// A NumPy `.npz` file: arrays by name, in a zip archive, stored or deflated.
///
/// Opening it reads the directory only; an array is read, and its checksum compared, when it is
/// asked for, so that an archive with arrays of other kinds still gives the good ones.
public struct NumpyArchive: Sendable {
  /// The names of the arrays, without `.npy`, in the order of the file.
  public let names: [String]

  private let path: String
  private let zip: ZipReader

  /// Opens a `.npz` file.
  ///
  /// - Throws: ``AmpError`` if it is missing or not a sound zip archive.
  public init(contentsOf path: String) throws {
    self.path = path
    zip = try ZipReader(path)
    names = zip.members.map { $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name }
  }

  /// Reads the array called `name`.
  ///
  /// - Throws: ``AmpError`` if there is none, or it is damaged or not made of numbers.
  public func array(_ name: String) throws -> StoredArray {
    try StoredArray(numpy: zip.stream(try member(name)))
  }

  /// Opens the array called `name` to read it row by row.
  package func rows(_ name: String) throws -> NumpyRows {
    try NumpyRows(zip.stream(try member(name)))
  }

  private func member(_ name: String) throws -> ZipReader.Member {
    guard let index = names.firstIndex(of: name) else {
      throw AmpError(
        "there is no array '\(name)'; there is "
          + (names.isEmpty ? "none at all" : names.map { "'\($0)'" }.joined(separator: ", ")),
        in: path, remedy: "Save it under that name: numpy.savez(path, \(name)=array).")
    }
    return zip.members[index]
  }

  /// Writes arrays to a `.npz` file, in the order given and without a copy of the elements.
  ///
  /// Compression by deflate is slow and gains little on floating-point numbers. Traps if two
  /// arrays have the same name.
  ///
  /// - Throws: ``AmpError`` if the file cannot be written.
  public static func write(
    _ arrays: [(name: String, array: StoredArray)], to path: String, compressed: Bool = false
  ) throws {
    try write(arrays, to: path, compressed: compressed, large: 0xf000_0000)
  }

  /// As above, with zip64 records for members from `large` bytes on.
  package static func write(
    _ arrays: [(name: String, array: StoredArray)], to path: String, compressed: Bool, large: Int
  ) throws {
    var zip = try ZipWriter(path, large: large)
    for (name, array) in arrays {
      let header = array.numpyHeader
      let size = header.count + array.count * array.elementSize
      try zip.add(name + ".npy", deflated: compressed, size: size) { write in
        try header.withUnsafeBytes { try write($0) }
        try array.withUnsafeBytes { try write($0) }
      }
    }
    try zip.commit()
  }
}
