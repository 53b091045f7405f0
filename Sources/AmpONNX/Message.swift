/// A message of Protocol Buffers, written field by field.
///
/// All that an ONNX file needs of the wire format: varints, 32-bit floats and strings of bytes.
package struct Message {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Appends an integer field.
  package mutating func add(_ field: Int, _ value: Int) {
    key(field, type: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// Appends a field of single precision.
  package mutating func add(_ field: Int, _ value: Float) {
    key(field, type: 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  /// Appends a string of bytes.
  package mutating func add(_ field: Int, _ value: [UInt8]) {
    key(field, type: 2)
    varint(UInt64(value.count))
    bytes += value
  }

  /// Appends a text.
  package mutating func add(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }

  /// Appends a message within this one.
  package mutating func add(_ field: Int, _ value: Message) { add(field, value.bytes) }

  private mutating func key(_ field: Int, type: Int) { varint(UInt64(field << 3 | type)) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
