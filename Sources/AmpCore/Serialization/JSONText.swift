/// Reads JSON of a known form, strictly, and tells when a name stands there twice.
///
/// Foundation's decoders keep one of two members of the same name and lose their order; both
/// matter in the header of a safetensors file. Only objects, strings and whole numbers occur.
struct JSONText {
  let path: String
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8], _ path: String) {
    self.bytes = bytes
    self.path = path
  }

  func unexpected() -> AmpError {
    AmpError(
      "the header is not as it should be", in: path, at: "byte \(8 + position)",
      remedy: "Check that this is a safetensors file, and copy or download it again.")
  }

  func duplicate(_ name: String) -> AmpError {
    AmpError(
      "the name '\(name)' occurs twice", in: path, remedy: "Save the file again with other names.")
  }

  /// Reads an object; `member` reads each value, given its name.
  mutating func object(_ member: (inout JSONText, String) throws -> Void) throws {
    try expect(0x7b)
    if accept(0x7d) { return }
    repeat {
      let name = try string()
      try expect(0x3a)
      try member(&self, name)
    } while accept(0x2c)
    try expect(0x7d)
  }

  /// Reads an array of whole numbers that are not negative.
  mutating func integers() throws -> [Int] {
    try expect(0x5b)
    var numbers: [Int] = []
    if accept(0x5d) { return numbers }
    repeat {
      skipSpace()
      let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw unexpected() }
      position += digits.count
      numbers.append(number)
    } while accept(0x2c)
    try expect(0x5d)
    return numbers
  }

  mutating func string() throws -> String {
    try expect(0x22)
    var content: [UInt8] = []
    while position < bytes.count, bytes[position] >= 0x20 {
      let byte = bytes[position]
      position += 1
      if byte == 0x22 {
        guard let text = String(validating: content, as: UTF8.self) else { throw unexpected() }
        return text
      }
      if byte == 0x5c { content += try escaped() } else { content.append(byte) }
    }
    throw unexpected()
  }

  /// Throws unless only blanks are left.
  mutating func end() throws {
    skipSpace()
    if position < bytes.count { throw unexpected() }
  }

  private mutating func escaped() throws -> [UInt8] {
    guard position < bytes.count else { throw unexpected() }
    position += 1
    switch bytes[position - 1] {
    case 0x22: return [0x22]
    case 0x5c: return [0x5c]
    case 0x2f: return [0x2f]
    case 0x62: return [0x08]
    case 0x66: return [0x0c]
    case 0x6e: return [0x0a]
    case 0x72: return [0x0d]
    case 0x74: return [0x09]
    case 0x75:
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: [0x5c, 0x75]) {
        position += 2
        units.append(try codeUnit())
      }
      guard let text = String(validating: units, as: UTF16.self) else { throw unexpected() }
      return Array(text.utf8)
    default: throw unexpected()
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    guard position + 4 <= bytes.count else { throw unexpected() }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw unexpected() }
    position += 4
    return unit
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws {
    if !accept(byte) { throw unexpected() }
  }

  /// `text` in quotes, with what JSON forbids in there escaped.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
