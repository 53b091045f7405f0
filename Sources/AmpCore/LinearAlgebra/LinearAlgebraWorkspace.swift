/// Scratch memory for LAPACK that grows when needed and is otherwise reused.
///
/// Pass the same workspace to every call of a training step: after the first call of a shape
/// nothing is allocated. One workspace serves one thread.
public struct LinearAlgebraWorkspace<Scalar: LinearAlgebraScalar>: Sendable {
  private var scalars: [Scalar] = []
  private var integers: [Int32] = []

  /// Creates an empty workspace.
  public init() {}

  /// Lends at least `count` scalars and `integerCount` integers, both at least one.
  mutating func lend<Result, Failure: Error>(
    _ count: Int, integers integerCount: Int = 1,
    to body: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Int32>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if scalars.count < max(1, count) {
      scalars = [Scalar](repeating: 0, count: max(1, count))
    }
    if integers.count < max(1, integerCount) {
      integers = [Int32](repeating: 0, count: max(1, integerCount))
    }
    return try scalars.withUnsafeMutableBufferPointer { (scalars) throws(Failure) -> Result in
      try integers.withUnsafeMutableBufferPointer { (integers) throws(Failure) -> Result in
        guard let scalars = scalars.baseAddress, let integers = integers.baseAddress else {
          preconditionFailure("an array of at least one element has an address")
        }
        return try body(scalars, integers)
      }
    }
  }
}

// LAPACK's options are letters.
extension CChar {
  static let upper = CChar(UInt8(ascii: "U"))
  static let vectors = CChar(UInt8(ascii: "V"))
  static let transposed = CChar(UInt8(ascii: "T"))
}
