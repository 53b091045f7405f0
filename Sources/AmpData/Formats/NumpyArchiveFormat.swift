/// Points in a NumPy `.npz` file: the arrays `momenta` (N, n, 4) and `amplitudes` (N).
///
/// An archive with one array only is read as a `.npy` file would be.
public struct NumpyArchiveFormat: PointFormat {
  /// What messages call the format.
  public let name = "NumPy archive"
  /// How the names of such files end.
  public let suffixes = [".npz"]

  /// Creates the format.
  public init() {}

  /// Whether `head` begins like a zip file, empty ones included.
  public func recognizes(_ head: [UInt8]) -> Bool {
    head.starts(with: [0x50, 0x4b, 3, 4]) || head.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// Reads `momenta`, and `amplitudes` or the array called `amplitudeName`.
  public func read(_ path: String, amplitudeName: String?) throws -> PointRecords {
    let archive = try NumpyArchive(contentsOf: path)
    let label = amplitudeName ?? "amplitudes"
    func part(_ name: String) throws -> PointRecords {
      try NumpyFormat.records(try archive.array(name), place: "\(path)[\(name)]")
    }
    if archive.names.count == 1 { return try part(archive.names[0]) }
    var records = PointRecords(momenta: nil, amplitudes: nil)
    if archive.names.contains("momenta") || !archive.names.contains(label) {
      records = try part("momenta")
    }
    if archive.names.contains(label) || amplitudeName != nil {
      guard let amplitudes = try part(label).amplitudes else {
        throw AmpError(
          "the amplitudes are not a list of numbers", in: "\(path)[\(label)]",
          remedy: "Save them with the shape (N).")
      }
      if let momenta = records.momenta, momenta.count != amplitudes.count {
        throw AmpError(
          "there are \(momenta.count) points but \(amplitudes.count) amplitudes", in: path,
          remedy: "Save one amplitude for each point.")
      }
      records.amplitudes = amplitudes
    }
    return records
  }

  /// Writes one or two arrays of doubles, not compressed.
  public func write(_ momenta: Momenta, amplitudes: [Double]?, to path: String) throws {
    let shape = [momenta.count, momenta.particles, 4]
    var arrays = [(name: "momenta", array: StoredArray(momenta.components, shape: shape))]
    if let amplitudes { arrays.append(("amplitudes", StoredArray(amplitudes))) }
    try NumpyArchive.write(arrays, to: path)
  }
}
