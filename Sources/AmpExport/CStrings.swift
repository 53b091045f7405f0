import Foundation

/// Writes `text` to a caller's buffer of `capacity` bytes, cut to fit, with a zero behind it.
func copy(_ text: String, to buffer: UnsafeMutablePointer<CChar>?, capacity: Int) {
  guard let buffer, capacity > 0 else { return }
  var bytes = Array(text.utf8.prefix(capacity - 1))
  // Not in the middle of a character.
  while !bytes.isEmpty, String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
  for (i, byte) in bytes.enumerated() { buffer[i] = CChar(bitPattern: byte) }
  buffer[bytes.count] = 0
}

/// The text of a C string; nil for no pointer.
func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
