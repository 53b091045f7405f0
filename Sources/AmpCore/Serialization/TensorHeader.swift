/// The header of a safetensors file: for every tensor its type, shape and place in the data.
struct TensorHeader: Sendable, Equatable {
  /// The element types, by the names they have in the header.
  enum ElementType: String, Sendable {
    case float64 = "F64"
    case float32 = "F32"
    case int64 = "I64"
    case int32 = "I32"
    case uint8 = "U8"

    var size: Int {
      switch self {
      case .float64, .int64: 8
      case .float32, .int32: 4
      case .uint8: 1
      }
    }

    init(of array: StoredArray) {
      self =
        switch array.values {
        case .float64: .float64
        case .float32: .float32
        case .int64: .int64
        case .int32: .int32
        case .uint8: .uint8
        }
    }
  }

  /// One tensor; its elements are the bytes `begin ..< end` after the header.
  struct Tensor: Sendable, Equatable {
    var name: String
    var type: ElementType
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  var metadata: [String: String]
  var tensors: [Tensor]
}

extension TensorHeader {
  /// The header in JSON, padded with spaces to a multiple of eight bytes.
  var bytes: [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    for tensor in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(JSONText.quoted(tensor.name)):{\"dtype\":\"\(tensor.type.rawValue)\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(tensor.begin),\(tensor.end)]}")
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    while bytes.count % 8 != 0 { bytes.append(0x20) }
    return bytes
  }

  /// Parses a header; `path` is for errors.
  init(parsing bytes: [UInt8], of path: String) throws {
    var json = JSONText(bytes, path)
    var metadata: [String: String]?
    var tensors: [Tensor] = []
    var names: Set<String> = []
    guard bytes.first == 0x7b else { throw json.unexpected() }
    try json.object { json, name in
      if name == "__metadata__" {
        guard metadata == nil else { throw json.duplicate(name) }
        var texts: [String: String] = [:]
        try json.object { json, key in
          if texts.updateValue(try json.string(), forKey: key) != nil { throw json.duplicate(key) }
        }
        metadata = texts
      } else {
        guard names.insert(name).inserted else { throw json.duplicate(name) }
        tensors.append(try json.tensor(name))
      }
    }
    try json.end()
    self.metadata = metadata ?? [:]
    self.tensors = tensors
  }

  /// Throws unless the tensors fill the data without overlap and gap, in accord with their shapes.
  func checkOffsets(dataSize: Int, of path: String) throws {
    func damaged(_ problem: String) -> AmpError {
      AmpError(problem, in: path, remedy: "Copy or download the file again.")
    }
    var end = 0
    for tensor in tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard let size = StoredArray.byteCount(tensor.shape, size: tensor.type.size) else {
        throw damaged("tensor '\(tensor.name)' has the impossible shape \(tensor.shape)")
      }
      guard tensor.begin <= tensor.end, tensor.end - tensor.begin == size else {
        throw damaged(
          "tensor '\(tensor.name)' of shape \(tensor.shape) needs \(size) bytes, but has the bytes "
            + "\(tensor.begin) to \(tensor.end)")
      }
      guard tensor.begin == end else {
        throw damaged(
          "tensor '\(tensor.name)' begins at byte \(tensor.begin), "
            + "\(tensor.begin < end ? "inside" : "not at the end of") the one before, "
            + "which ends at \(end)")
      }
      end = tensor.end
    }
    guard end == dataSize else {
      throw damaged("the tensors have \(end) bytes, but \(dataSize) bytes follow the header")
    }
  }
}

extension JSONText {
  /// Parses `{"dtype": …, "shape": […], "data_offsets": […]}`.
  fileprivate mutating func tensor(_ name: String) throws -> TensorHeader.Tensor {
    var type: TensorHeader.ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try object { json, key in
      switch key {
      case "dtype" where type == nil:
        let word = try json.string()
        type = TensorHeader.ElementType(rawValue: word)
        if type == nil {
          throw AmpError(
            "tensor '\(name)' is of type \(word)", in: json.path,
            remedy: "Save it as F64, F32, I64, I32 or U8.")
        }
      case "shape" where shape == nil: shape = try json.integers()
      case "data_offsets" where offsets == nil: offsets = try json.integers()
      default: throw json.unexpected()
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw AmpError(
        "tensor '\(name)' lacks its type, shape or place", in: path,
        remedy: "Copy or download the file again.")
    }
    return .init(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }
}
