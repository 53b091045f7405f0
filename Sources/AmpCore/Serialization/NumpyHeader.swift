/// The header of a NumPy `.npy` file: element type, order of the axes, shape.
///
/// Magic `\x93NUMPY`, two version bytes, the length of the text (two bytes in version 1, four in
/// 2 and 3), and a Python dictionary like `{'descr': '<f8', 'fortran_order': False, 'shape': (3,
/// 4), }` padded with spaces so that the data start at a multiple of 64 bytes.
package struct NumpyHeader: Sendable, Equatable {
  package static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

  package var type: String
  package var isFortranOrder: Bool
  package var shape: [Int]

  package init(type: String, isFortranOrder: Bool = false, shape: [Int]) {
    self.type = type
    self.isFortranOrder = isFortranOrder
    self.shape = shape
  }

  /// The size of ``bytes`` for a list of momenta or amplitudes of any length, which can therefore be
  /// filled in when it is known.
  package static let usualSize = 128

  /// Magic, version 1.0, length and text.
  package var bytes: [UInt8] {
    let axes = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let order = isFortranOrder ? "True" : "False"
    var text = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': (\(axes)), }"
    while (10 + text.utf8.count + 1) % 64 != 0 { text += " " }
    text += "\n"
    let length = UInt16(text.utf8.count)
    return NumpyHeader.magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(text.utf8)
  }

  /// Reads a header from the front of `stream` and leaves the stream at the first element.
  package init(from stream: ByteStream) throws {
    let place = stream.place
    let start = try stream.read(8)
    guard Array(start[..<6]) == NumpyHeader.magic else {
      throw AmpError(
        "this is not a NumPy file: its first bytes are wrong", in: place,
        remedy: "Write it with numpy.save.")
    }
    guard (1...3).contains(start[6]) else {
      throw AmpError(
        "version \(start[6]).\(start[7]) of the NumPy format is not known", in: place,
        remedy: "Write it with numpy.save.")
    }
    let digits = try stream.read(start[6] == 1 ? 2 : 4)
    let length = digits.reversed().reduce(0) { $0 << 8 | Int($1) }
    // NumPy itself stops at 10 000; only structured types, which are refused, come near that.
    guard length <= 1 << 16 else {
      throw AmpError(
        "the header is said to be \(length) bytes long", in: place,
        remedy: "Write the array with numpy.save, without named fields.")
    }
    var parser = PythonLiteral(try stream.read(length))
    guard let parsed = parser.header() else {
      throw AmpError(
        "the header of the NumPy file cannot be read", in: place, at: "byte \(parser.position)",
        remedy: "Write the array with numpy.save, as plain numbers without named fields.")
    }
    self = parsed
  }
}

extension NumpyHeader {
  /// The size of an element in bytes; throws if it is no number that can be read.
  package func elementSize(in place: String) throws -> Int {
    if type.hasSuffix("O") {
      throw AmpError(
        "the array holds pickled Python objects, which could run any program when opened",
        in: place,
        remedy: "Convert it with NumPy, if you trust its source: "
          + "a = numpy.load('in.npy', allow_pickle=True, encoding='latin1'); "
          + "numpy.save('out.npy', numpy.array(a.tolist(), dtype='<f8'), allow_pickle=False).")
    }
    let kinds: [String: Int] = [
      "f8": 8, "f4": 4, "i8": 8, "i4": 4, "i2": 2, "i1": 1,
      "u8": 8, "u4": 4, "u2": 2, "u1": 1, "b1": 1,
    ]
    guard let first = type.first, "<>|=".contains(first), let size = kinds[String(type.dropFirst())]
    else {
      throw AmpError(
        "elements of type '\(type)' cannot be read", in: place,
        remedy: "Save the array as floating-point numbers: array.astype('<f8').")
    }
    return size
  }

  /// The size of all elements, which is what must be left in `stream` if it knows how much is.
  package func checkedBytes(in stream: ByteStream) throws -> Int {
    let size = try elementSize(in: stream.place)
    guard let bytes = StoredArray.byteCount(shape, size: size) else {
      throw AmpError(
        "the shape \(shape) is too large for any file", in: stream.place,
        remedy: "Copy or download the file again.")
    }
    if let remaining = stream.remaining, remaining != bytes {
      throw AmpError(
        "the shape \(shape) of '\(type)' needs \(bytes) bytes, but \(remaining) were found",
        in: stream.place, remedy: "Copy or download the file again.")
    }
    return bytes
  }
}

/// The little of Python's syntax that such headers use.
private struct PythonLiteral {
  private let text: [UInt8]
  private(set) var position = 0

  init(_ text: [UInt8]) { self.text = text }

  mutating func header() -> NumpyHeader? {
    var type: String?
    var order: Bool?
    var shape: [Int]?
    guard accept("{") else { return nil }
    while !accept("}") {
      guard let key = string(), accept(":") else { return nil }
      switch key {
      case "descr" where type == nil: type = string()
      case "fortran_order" where order == nil:
        order = accept("True") ? true : accept("False") ? false : nil
      case "shape" where shape == nil: shape = tuple()
      default: return nil
      }
      guard accept(",") || peek("}") else { return nil }
    }
    skipSpace()
    guard position == text.count, let type, let order, let shape else { return nil }
    return NumpyHeader(type: type, isFortranOrder: order, shape: shape)
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) { position += 1 }
  }

  private mutating func peek(_ word: StaticString) -> Bool {
    skipSpace()
    return word.withUTF8Buffer { text[position...].starts(with: $0) }
  }

  private mutating func accept(_ word: StaticString) -> Bool {
    guard peek(word) else { return false }
    position += word.utf8CodeUnitCount
    return true
  }

  private mutating func string() -> String? {
    skipSpace()
    guard position < text.count, text[position] == 0x27 || text[position] == 0x22 else {
      return nil
    }
    let quote = text[position]
    guard let end = text[(position + 1)...].firstIndex(of: quote) else { return nil }
    let content = text[position + 1..<end]
    guard !content.contains(0x5c) else { return nil }
    position = end + 1
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    guard accept("(") else { return nil }
    var axes: [Int] = []
    while !accept(")") {
      skipSpace()
      let digits = text[position...].prefix { (0x30...0x39).contains($0) }
      guard axes.count < 64, let axis = Int(String(decoding: digits, as: UTF8.self)) else {
        return nil
      }
      position += digits.count
      _ = accept("L")  // Python 2 wrote long integers so.
      axes.append(axis)
      guard accept(",") || peek(")") else { return nil }
    }
    return axes
  }
}
