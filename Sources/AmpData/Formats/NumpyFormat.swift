/// Points in a NumPy `.npy` file.
///
/// By shape: (N, n, 4) and (N, 4n) are momenta, (N, 4n + 1) are momenta with the amplitude last,
/// (N) and (N, 1) are amplitudes. Written are (N, n, 4) or, with amplitudes, (N, 4n + 1).
public struct NumpyFormat: PointFormat {
  /// What messages call the format.
  public let name = "NumPy"
  /// How the names of such files end.
  public let suffixes = [".npy"]

  /// Creates the format.
  public init() {}

  /// Whether `head` begins with NumPy's magic bytes.
  public func recognizes(_ head: [UInt8]) -> Bool { head.starts(with: NumpyHeader.magic) }

  /// Reads the array; there is no name to tell the amplitudes by.
  public func read(_ path: String, amplitudeName: String?) throws -> PointRecords {
    try NumpyFormat.records(try StoredArray(numpy: path), place: path)
  }

  /// Takes momenta and amplitudes apart by the shape of the array.
  static func records(_ array: StoredArray, place: String) throws -> PointRecords {
    let shape = array.shape
    if shape.count == 3 && shape[1] > 0 && shape[2] == 4 {
      return PointRecords(
        momenta: Momenta(array.doubles(), particles: shape[1]), amplitudes: nil)
    }
    if shape.count == 1 || (shape.count == 2 && shape[1] == 1) {
      return PointRecords(momenta: nil, amplitudes: array.doubles())
    }
    guard shape.count == 2, shape[1] > 0, shape[1] % 4 <= 1 else {
      throw AmpError(
        "an array of the shape \(shape) is not a list of points", in: place,
        remedy: "Give momenta as (N, n, 4), or rows of 4n momenta with or without the amplitude, "
          + "or amplitudes as (N).")
    }
    let values = array.doubles()
    let width = shape[1]
    let particles = width / 4
    if width % 4 == 0 {
      return PointRecords(momenta: Momenta(values, particles: particles), amplitudes: nil)
    }
    let used = 4 * particles
    let momenta = [Double](unsafeUninitializedCapacity: shape[0] * used) { buffer, initialized in
      values.withUnsafeBufferPointer { values in
        for row in 0..<shape[0] {
          for column in 0..<used { buffer[row * used + column] = values[row * width + column] }
        }
      }
      initialized = shape[0] * used
    }
    return PointRecords(
      momenta: Momenta(momenta, particles: particles),
      amplitudes: (0..<shape[0]).map { values[($0 + 1) * width - 1] })
  }

  /// Writes one array of doubles.
  public func write(_ momenta: Momenta, amplitudes: [Double]?, to path: String) throws {
    guard let amplitudes else {
      let shape = [momenta.count, momenta.particles, 4]
      return try StoredArray(momenta.components, shape: shape).writeNumpy(to: path)
    }
    let width = 4 * momenta.particles
    try AtomicFile.write(to: path) { file in
      try file.write(NumpyHeader(type: "<f8", shape: [momenta.count, width + 1]).bytes)
      try momenta.components.withUnsafeBytes { components in
        for row in 0..<momenta.count {
          try file.write(.init(rebasing: components[row * width * 8..<(row + 1) * width * 8]))
          try withUnsafeBytes(of: amplitudes[row]) { try file.write($0) }
        }
      }
    }
  }
}
