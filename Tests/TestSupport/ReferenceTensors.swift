import Foundation

/// Named reference numbers from a safetensors file in Tests/Fixtures.
///
/// The file is a u64 little-endian header length, a JSON header and raw little-endian numbers.
/// Read here without the library's own reader, so that one mistake cannot hide another.
public struct ReferenceTensors: Sendable {
  private let tensors: [String: (shape: [Int], values: [Double])]

  /// Reads Tests/Fixtures/`name`; numbers stored as F32 are widened to `Double` exactly.
  public init(_ name: String) throws {
    struct Entry: Decodable {
      var dtype: String
      var shape: [Int]
      var offsets: [Int]

      enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
      }
    }
    let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
    let length = (0..<8).reduce(0) { $0 | Int(data[$1]) << (8 * $1) }
    let header = try JSONDecoder().decode(
      [String: Entry].self, from: Data(data[8..<8 + length]))
    tensors = header.mapValues { entry in
      let bytes = data[8 + length + entry.offsets[0]..<8 + length + entry.offsets[1]]
      return bytes.withUnsafeBytes { raw in
        switch entry.dtype {
        case "F64":
          let count = raw.count / 8
          return (
            entry.shape,
            (0..<count).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
          )
        case "F32":
          let count = raw.count / 4
          return (
            entry.shape,
            (0..<count).map { Double(raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
          )
        default: preconditionFailure("\(name): cannot read numbers of type \(entry.dtype)")
        }
      }
    }
  }

  /// The names of all tensors, sorted.
  public var names: [String] { tensors.keys.sorted() }

  /// The numbers of the tensor `name`, row-major; traps if there is none.
  public subscript(name: String) -> [Double] { tensor(name).values }

  /// The numbers of the tensor `name` rounded to `Scalar`.
  public func values<Scalar: BinaryFloatingPoint>(
    _ name: String, as _: Scalar.Type = Scalar.self
  ) -> [Scalar] {
    tensor(name).values.map { Scalar($0) }
  }

  /// The shape of the tensor `name`, empty for a single number.
  public func shape(_ name: String) -> [Int] { tensor(name).shape }

  private func tensor(_ name: String) -> (shape: [Int], values: [Double]) {
    guard let tensor = tensors[name] else {
      preconditionFailure("there is no reference tensor \(name) among \(names)")
    }
    return tensor
  }
}
