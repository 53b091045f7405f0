/// The rows of a NumPy array, read as doubles from front to back in pieces of bounded size.
///
/// A row is everything behind the first axis. Any element type and byte order that
/// ``StoredArray/init(numpy:)`` knows is converted, and Fortran order is turned around while reading,
/// straight from the file; only a compressed array in Fortran order has to fit into memory.
package struct NumpyRows {
  /// The lengths of the axes.
  package let shape: [Int]

  /// The number of elements of a row.
  package let width: Int

  /// The number of rows; what the header says, which compressed data need not keep.
  package var count: Int { shape.first ?? 1 }

  /// Whether ``count`` was compared with the size of the file.
  package let isCountSure: Bool

  private let header: NumpyHeader
  private let stream: ByteStream
  private let elementSize: Int
  private var row = 0
  private var bytes: [UInt8] = []
  private var whole: [Double] = []

  /// The most elements of a compressed array in Fortran order.
  private static let largestTurned = 32 << 20

  /// The most elements of a row; more of them are no list of anything.
  private static let widestRow = 1 << 20

  /// Reads the header; throws if the elements are no numbers or the file has another size.
  package init(_ stream: ByteStream) throws {
    self.stream = stream
    header = try NumpyHeader(from: stream)
    elementSize = try header.elementSize(in: stream.place)
    let size = try header.checkedBytes(in: stream)
    shape = header.shape
    width = shape.dropFirst().reduce(1, *)
    isCountSure = stream.mapped != nil
    guard width <= NumpyRows.widestRow else {
      throw AmpError(
        "a row has \(width) numbers", in: stream.place,
        remedy: "Save points as (N, n, 4) or as rows of 4n numbers.")
    }
    if header.isFortranOrder, shape.count > 1, stream.mapped == nil {
      guard size / elementSize <= NumpyRows.largestTurned else {
        throw AmpError(
          "a compressed array in Fortran order of \(size >> 20) MiB cannot be read piece by piece",
          in: stream.place, remedy: "Save it in C order: numpy.ascontiguousarray(array).")
      }
      var left = size
      while left > 0 {
        let part = try stream.read(min(left, 1 << 20))
        whole += part.withUnsafeBytes { decoded($0, count: $0.count / elementSize) }
        left -= part.count
      }
    }
  }

  /// Opens a `.npy` file, which may be compressed by gzip.
  package init(_ path: String) throws {
    let file = try MappedFile(path)
    try self.init(ByteStream(file, inflating: LineBlocks.isGzip(file.bytes)))
  }

  /// Up to `limit` further rows, row-major; empty at the end, where a checksum is compared.
  package mutating func next(_ limit: Int) throws -> [Double] {
    let rows = width == 0 ? 0 : min(limit, count - row)
    if rows == 0 {
      if header.isFortranOrder, shape.count > 1, whole.isEmpty { try stream.skipRest() }
      try stream.finish()
      return []
    }
    defer { row += rows }
    if header.isFortranOrder, shape.count > 1 { return try turned(rows) }
    let size = rows * width * elementSize
    if bytes.count < size { bytes = [UInt8](repeating: 0, count: size) }
    try bytes.withUnsafeMutableBytes {
      try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<size]))
    }
    return bytes.withUnsafeBytes { decoded($0, count: rows * width) }
  }

  /// Rows of an array whose first axis runs fastest.
  private func turned(_ rows: Int) throws -> [Double] {
    // Element (i, j, k) of the shape (N, a, b) lies at i + N (j + a k).
    var offsets = [0]
    var stride = count
    var places: [(length: Int, stride: Int)] = []
    for length in shape.dropFirst() {
      places.append((length, stride))
      stride *= length
    }
    for (length, stride) in places {
      offsets = offsets.flatMap { at in (0..<length).map { at + $0 * stride } }
    }
    var result = [Double](repeating: 0, count: rows * width)
    for (column, offset) in offsets.enumerated() {
      let values: [Double]
      if let mapped = stream.mapped {
        let start = (offset + row) * elementSize
        let part = start..<start + rows * elementSize
        values = decoded(UnsafeRawBufferPointer(rebasing: mapped[part]), count: rows)
        stream.release(part)
      } else {
        values = Array(whole[offset + row..<offset + row + rows])
      }
      for i in 0..<rows { result[i * width + column] = values[i] }
    }
    return result
  }

  private func decoded(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Double] {
    switch header.type.dropFirst() {
    case "f8": return convert(bytes, count, UInt64.self) { Double(bitPattern: $0) }
    case "f4": return convert(bytes, count, UInt32.self) { Double(Float(bitPattern: $0)) }
    case "i8": return convert(bytes, count, UInt64.self) { Double(Int64(bitPattern: $0)) }
    case "i4": return convert(bytes, count, UInt32.self) { Double(Int32(bitPattern: $0)) }
    case "i2": return convert(bytes, count, UInt16.self) { Double(Int16(bitPattern: $0)) }
    case "i1": return convert(bytes, count, UInt8.self) { Double(Int8(bitPattern: $0)) }
    case "u4": return convert(bytes, count, UInt32.self) { Double($0) }
    case "u2": return convert(bytes, count, UInt16.self) { Double($0) }
    case "u8": return convert(bytes, count, UInt64.self) { Double($0) }
    default: return convert(bytes, count, UInt8.self) { Double($0) }
    }
  }

  @inline(__always)
  private func convert<Bits: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ count: Int, _: Bits.Type, _ value: (Bits) -> Double
  ) -> [Double] {
    let isBig = header.type.first == ">"
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      for i in 0..<count {
        let bits = bytes.loadUnaligned(
          fromByteOffset: i * MemoryLayout<Bits>.size, as: Bits.self)
        buffer[i] = value(isBig ? bits.byteSwapped : bits)
      }
      initialized = count
    }
  }
}
