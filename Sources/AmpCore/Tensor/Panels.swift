/// A matrix as `Scalar.pack` or `Scalar.shorten` left it.
///
/// Holds a pointer to memory that somebody else owns.
public struct Panels {
  /// The first number.
  package let memory: UnsafeRawPointer
  /// How many bytes of each number memory holds: all, or all but zeros at the end.
  package let bytes: Int

  /// Panels of whole numbers.
  public init<S: Scalar>(_ packed: UnsafePointer<S>) {
    self.init(memory: packed, bytes: MemoryLayout<S>.stride)
  }

  package init(memory: UnsafeRawPointer, bytes: Int) {
    self.memory = memory
    self.bytes = bytes
  }
}

extension Double {
  /// The nearest number of 37 significant bits, whose last two of eight bytes are zero.
  ///
  /// It differs by at most 2⁻³⁷ = 7·10⁻¹² of a normal number (single precision: 6·10⁻⁸); infinities and
  /// NaN stay, and the largest numbers become the largest of 37 bits. Panels of such numbers can be shortened.
  package var roundedToSixBytes: Double {
    guard isFinite else { return self }
    let lost: UInt64 = 0xffff
    let half = lost >> 1 + (bitPattern >> 16) & 1
    let rounded = Double(bitPattern: (bitPattern + half) & ~lost)
    return rounded.isFinite ? rounded : Double(bitPattern: bitPattern & ~lost)
  }
}
