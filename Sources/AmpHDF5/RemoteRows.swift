import AmpData
import Foundation

/// The rows of a dataset that an ``HDF5Worker`` reads.
struct RemoteRows: NamedRows {
  let shape: [Int]
  let width: Int
  let place: String

  /// No: what a broken process says of lengths is no reason to take memory.
  let isCountSure = false

  var count: Int { shape[0] }

  private let path: String
  private let process: WorkerProcess

  /// How long libhdf5 may think about one answer, in seconds.
  private static let patience = 60.0

  /// Starts `worker`, the command of such a process, and opens the dataset of that name; nil stands for
  /// the only one there is.
  init(_ worker: [String], _ path: String, _ dataset: String?) throws {
    self.path = path
    process = try WorkerProcess(worker)
    let request = try JSONEncoder().encode(HDF5Worker.Request(path: path, dataset: dataset))
    _ = process.send(withUnsafeBytes(of: Int64(request.count)) { Array($0) } + Array(request))
    let length = try RemoteRows.number(from: process, path)
    guard length < 0, length >= -(1 << 20),
      let about = try RemoteRows.message(HDF5Worker.Description.self, -length, process, path),
      (1...3).contains(about.shape.count), about.shape.allSatisfy({ (0...1 << 40).contains($0) }),
      about.shape.dropFirst().allSatisfy({ $0 <= HDF5Rows.widestRow })
    else { throw RemoteRows.broken("it gave an answer without meaning", path) }
    (shape, place) = (about.shape, about.place)
    width = shape.dropFirst().reduce(1, *)
    if width > HDF5Rows.widestRow {
      throw RemoteRows.broken("it gave an answer without meaning", path)
    }
  }

  mutating func next(_ limit: Int) throws -> [Double] {
    if width == 0 { return [] }
    _ = process.send(withUnsafeBytes(of: Int64(limit)) { Array($0) })
    let count = try RemoteRows.number(from: process, path)
    if count < 0, count >= -(1 << 20) {
      _ = try RemoteRows.message(HDF5Worker.Description.self, -count, process, path)
    }
    guard (0...Int64(limit * width)).contains(count), Int(count) % width == 0 else {
      throw RemoteRows.broken("it gave an answer without meaning", path)
    }
    var values = [Double](repeating: 0, count: Int(count))
    try values.withUnsafeMutableBytes { try RemoteRows.fill($0, from: process, path) }
    return values
  }

  private static func number(from process: WorkerProcess, _ path: String) throws -> Int64 {
    var number: Int64 = 0
    try withUnsafeMutableBytes(of: &number) { try fill($0, from: process, path) }
    return number
  }

  /// A message of that kind; throws the complaint that came in its place.
  private static func message<Message: Decodable>(
    _ kind: Message.Type, _ length: Int64, _ process: WorkerProcess, _ path: String
  ) throws -> Message? {
    guard (1...1 << 20).contains(length) else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    try bytes.withUnsafeMutableBytes { try fill($0, from: process, path) }
    if let complaint = try? JSONDecoder().decode(HDF5Worker.Complaint.self, from: Data(bytes)) {
      throw AmpError(
        complaint.problem, in: complaint.place, at: complaint.position, remedy: complaint.remedy)
    }
    return try? JSONDecoder().decode(kind, from: Data(bytes))
  }

  private static func fill(
    _ bytes: UnsafeMutableRawBufferPointer, from process: WorkerProcess, _ path: String
  ) throws {
    switch process.receive(bytes, within: patience) {
    case .complete: return
    case .ended(let how): throw broken(how, path)
    case .late: throw broken("it gave no answer within \(Int(patience)) s", path)
    }
  }

  private static func broken(_ how: String, _ path: String) -> AmpError {
    AmpError(
      "libhdf5 breaks at this file: \(how)", in: path,
      remedy: "The file is damaged: copy it again, or write it anew, for example with h5repack.")
  }
}

/// Rows with the name of their array for messages.
protocol NamedRows: ArrayRows {
  /// The file and the dataset.
  var place: String { get }
}

extension HDF5Rows: NamedRows {}
