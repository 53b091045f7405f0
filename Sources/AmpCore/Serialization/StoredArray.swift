/// An array of numbers with a shape, as `.npy`, `.npz` and safetensors files hold it.
///
/// Elements are in row-major order and keep the type they have in the file; ``doubles()`` and its
/// sisters convert.
public struct StoredArray: Sendable, Equatable {
  /// The elements, in one of the types that files hold.
  public enum Values: Sendable, Equatable {
    /// IEEE 754 binary64.
    case float64([Double])
    /// IEEE 754 binary32.
    case float32([Float])
    /// Signed integers of 64 bits.
    case int64([Int64])
    /// Signed integers of 32 bits.
    case int32([Int32])
    /// Bytes, and truth values as 0 and 1.
    case uint8([UInt8])

    /// The number of elements.
    public var count: Int {
      switch self {
      case .float64(let values): values.count
      case .float32(let values): values.count
      case .int64(let values): values.count
      case .int32(let values): values.count
      case .uint8(let values): values.count
      }
    }
  }

  /// The lengths of the axes; empty for a single number.
  public let shape: [Int]

  /// The elements in row-major order.
  public let values: Values

  /// The number of elements.
  public var count: Int { values.count }

  /// Joins elements and shape; traps unless the shape holds just that many elements.
  public init(_ values: Values, shape: [Int]) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
      "\(values.count) elements do not fill the shape \(shape)")
    self.values = values
    self.shape = shape
  }

  /// Wraps doubles, as a vector unless a shape is given; traps if the shape does not fit.
  public init(_ values: [Double], shape: [Int]? = nil) {
    self.init(.float64(values), shape: shape ?? [values.count])
  }

  /// Wraps floats, as a vector unless a shape is given; traps if the shape does not fit.
  public init(_ values: [Float], shape: [Int]? = nil) {
    self.init(.float32(values), shape: shape ?? [values.count])
  }

  /// Wraps integers, as a vector unless a shape is given; traps if the shape does not fit.
  public init(_ values: [Int64], shape: [Int]? = nil) {
    self.init(.int64(values), shape: shape ?? [values.count])
  }

  /// The elements as doubles; without a copy if that is what they are.
  public func doubles() -> [Double] {
    switch values {
    case .float64(let values): values
    case .float32(let values): values.map { Double($0) }
    case .int64(let values): values.map { Double($0) }
    case .int32(let values): values.map { Double($0) }
    case .uint8(let values): values.map { Double($0) }
    }
  }

  /// Calls `body` with the bytes of the elements.
  package func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch values {
    case .float64(let values): try values.withUnsafeBytes(body)
    case .float32(let values): try values.withUnsafeBytes(body)
    case .int64(let values): try values.withUnsafeBytes(body)
    case .int32(let values): try values.withUnsafeBytes(body)
    case .uint8(let values): try values.withUnsafeBytes(body)
    }
  }

  /// The size of an element in bytes.
  package var elementSize: Int {
    switch values {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .uint8: 1
    }
  }

  /// The number of bytes of `shape` with elements of `size` bytes; nil if that overflows.
  package static func byteCount(_ shape: [Int], size: Int) -> Int? {
    // Axes of length zero must not hide an overflow of the others.
    if shape.contains(where: { $0 < 0 }) { return nil }
    var bytes = size
    for length in shape where length > 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      bytes = product
    }
    return shape.contains(0) ? 0 : bytes
  }
}
