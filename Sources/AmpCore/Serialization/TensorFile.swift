/// Named tensors and text in the safetensors format: how Amp keeps its models.
///
/// Eight bytes with the length of the header, the header in JSON, then the raw little-endian
/// elements. A file cannot run anything when opened, and PyTorch, JAX and NumPy read it through
/// the `safetensors` package. Equal contents give equal bytes.
public struct TensorFile: Sendable, Equatable {
  /// A tensor: its shape and its elements.
  public typealias Entry = StoredArray

  /// Text by name.
  public var metadata: [String: String]

  /// The tensors in the order of the header.
  public private(set) var tensors: [(name: String, entry: Entry)]

  /// Where in ``tensors`` a name stands.
  private var places: [String: Int] = [:]

  /// Where the tensors came from, for errors.
  private let place: String?

  /// The largest header that is read or written, as in the reference implementation: 100 MB.
  static let headerLimit = 100_000_000

  /// Creates a file in memory without tensors.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
    tensors = []
    place = nil
  }

  /// Adds a tensor; traps if there is already one called `name`.
  public mutating func append(_ name: String, _ entry: Entry) {
    precondition(
      name != "__metadata__" && places[name] == nil,
      "there is already a tensor called '\(name)'")
    places[name] = tensors.count
    tensors.append((name, entry))
  }

  /// Reads a file.
  ///
  /// The header must describe the data exactly: no overlap, no gap, no name twice, and as many
  /// bytes as shape and type ask for.
  ///
  /// - Throws: ``AmpError`` if the file is missing or damaged, or has other types than F64, F32,
  ///   I64, I32 and U8.
  public init(contentsOf path: String) throws {
    let file = try MappedFile(path)
    let stream = ByteStream(file)
    let length = try stream.read(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let rest = file.bytes.count - stream.position
    guard length <= TensorFile.headerLimit, length <= rest else {
      throw AmpError(
        "the header is said to have \(length) bytes, but \(rest) follow", in: path,
        remedy: "Check that this is a safetensors file, and copy or download it again.")
    }
    let header = try TensorHeader(parsing: try stream.read(Int(length)), of: path)
    try header.checkOffsets(dataSize: rest - Int(length), of: path)
    let start = 8 + Int(length)
    tensors = header.tensors.map { tensor in
      let range = start + tensor.begin..<start + tensor.end
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
      let values: Entry.Values =
        switch tensor.type {
        case .float64: .float64(elements(bytes))
        case .float32: .float32(elements(bytes))
        case .int64: .int64(elements(bytes))
        case .int32: .int32(elements(bytes))
        case .uint8: .uint8(elements(bytes))
        }
      return (tensor.name, Entry(values, shape: tensor.shape))
    }
    metadata = header.metadata
    place = path
    // The header has no name twice.
    places = Dictionary(
      uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
  }

  /// Writes the file; its header lists the tensors in their order, its data the widest types first.
  ///
  /// - Throws: ``AmpError`` if the file cannot be written.
  public func write(to path: String) throws {
    let layout = tensors.indices.sorted {
      // Stable: every tensor then starts at a multiple of its element's size.
      (-tensors[$0].entry.elementSize, $0) < (-tensors[$1].entry.elementSize, $1)
    }
    var header = TensorHeader(metadata: metadata, tensors: [])
    header.tensors = tensors.map { name, entry in
      .init(name: name, type: .init(of: entry), shape: entry.shape, begin: 0, end: 0)
    }
    var end = 0
    for index in layout {
      header.tensors[index].begin = end
      end += tensors[index].entry.count * tensors[index].entry.elementSize
      header.tensors[index].end = end
    }
    let text = header.bytes
    precondition(text.count <= TensorFile.headerLimit, "a header of \(text.count) bytes")
    try AtomicFile.write(to: path) { file in
      try withUnsafeBytes(of: UInt64(text.count).littleEndian) { try file.write($0) }
      try file.write(text)
      for index in layout { try tensors[index].entry.withUnsafeBytes { try file.write($0) } }
    }
  }

  /// The tensor called `name`, if there is one.
  public subscript(name: String) -> Entry? { places[name].map { tensors[$0].entry } }

  /// The elements of the tensor `name` of type F32.
  ///
  /// - Throws: ``AmpError`` if it is missing, or of another type or, if one is given, shape.
  public func floats(_ name: String, shape: [Int]? = nil) throws -> [Float] {
    let entry = try entry(name, shape)
    if case .float32(let values) = entry.values { return values }
    throw mismatch(name, "is not of type F32", "Save it as 32-bit floats.")
  }

  /// The elements of the tensor `name` of type F64, or of type F32, which widens exactly.
  ///
  /// - Throws: ``AmpError`` if it is missing, or of another type or, if one is given, shape.
  public func doubles(_ name: String, shape: [Int]? = nil) throws -> [Double] {
    let entry = try entry(name, shape)
    switch entry.values {
    case .float64, .float32: return entry.doubles()
    default: throw mismatch(name, "is not of type F64 or F32", "Save it as 64-bit floats.")
    }
  }

  /// The elements of the tensor `name` of type I64, I32 or U8.
  ///
  /// - Throws: ``AmpError`` if it is missing, or of another type or, if one is given, shape.
  public func int64s(_ name: String, shape: [Int]? = nil) throws -> [Int64] {
    switch try entry(name, shape).values {
    case .int64(let values): return values
    case .int32(let values): return values.map(Int64.init)
    case .uint8(let values): return values.map(Int64.init)
    default: throw mismatch(name, "is not of type I64, I32 or U8", "Save it as integers.")
    }
  }

  /// Throws if any floating-point element is infinite or not a number, naming the first.
  public func requireFinite() throws {
    for (name, entry) in tensors {
      let bad: Int? =
        switch entry.values {
        case .float64(let values): values.firstIndex { !$0.isFinite }
        case .float32(let values): values.firstIndex { !$0.isFinite }
        default: nil
        }
      if let bad {
        throw mismatch(
          name, "has an element (number \(bad)) that is not finite",
          "The fit that wrote it went wrong; use an earlier checkpoint.")
      }
    }
  }

  private func entry(_ name: String, _ shape: [Int]?) throws -> Entry {
    guard let entry = self[name] else {
      throw mismatch(name, "is missing", "Check that the file belongs to this kind of model.")
    }
    if let shape, shape != entry.shape {
      throw mismatch(
        name, "has the shape \(entry.shape), not \(shape)",
        "Check that the file belongs to a model of this size.")
    }
    return entry
  }

  private func mismatch(_ name: String, _ problem: String, _ remedy: String) -> AmpError {
    AmpError("tensor '\(name)' \(problem)", in: place, remedy: remedy)
  }

  /// Whether metadata and tensors are the same, whatever file they came from.
  public static func == (a: TensorFile, b: TensorFile) -> Bool {
    a.metadata == b.metadata && a.tensors.elementsEqual(b.tensors) { $0 == $1 }
  }
}

/// Copies little-endian elements out of bytes that may not be aligned.
private func elements<Element>(_ bytes: UnsafeRawBufferPointer) -> [Element] {
  let count = bytes.count / MemoryLayout<Element>.size
  return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
    UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
    initialized = count
  }
}
