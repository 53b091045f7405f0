import AmpData
import CHDF5
import Foundation

/// The process in which datasets are read for another one, so that the other one does not break.
///
/// libhdf5 believes what files say of themselves, and many damaged ones make it read or write beyond
/// its memory. What this process is asked comes through a socket, its standard input: a `Request`,
/// answered by a `Description`; then numbers of rows (Int64), each answered by the number of doubles
/// that follow, none at the end. A negative number −n stands for n bytes of JSON, mostly a
/// `Complaint`.
public enum HDF5Worker {
  struct Request: Codable {
    var path: String
    var dataset: String?
  }

  struct Description: Codable {
    var place: String
    var shape: [Int]
  }

  struct Complaint: Codable, Error {
    var place: String?
    var position: String?
    var problem: String
    var remedy: String
  }

  /// Far more than a dataset needs, of which a chunk or two are in memory: 4 GiB.
  private static let mostMemory = 4 << 30

  /// Answers one request to its end; returns the exit code.
  public static func serve() -> Int32 {
    amp_limit_memory(mostMemory)
    do {
      guard let length: Int64 = receive(), (1...1 << 20).contains(length),
        let bytes = receive(Int(length))
      else { return 1 }
      let request = try JSONDecoder().decode(Request.self, from: Data(bytes))
      do {
        var rows = try HDF5Rows(HDF5File(request.path), request.dataset)
        try send(Description(place: rows.place, shape: rows.shape))
        while let limit: Int64 = receive(), limit > 0 {
          let values = try rows.next(Int(limit))
          try send(withUnsafeBytes(of: Int64(values.count)) { Array($0) })
          if values.isEmpty { return 0 }
          try send(values.withUnsafeBytes { Array($0) })
        }
      } catch let error as AmpError {
        try send(
          Complaint(
            place: error.place, position: error.position, problem: error.problem,
            remedy: error.remedy))
      }
      return 0
    } catch {
      return 1
    }
  }

  private static func send(_ message: some Encodable) throws {
    let text = try JSONEncoder().encode(message)
    try send(withUnsafeBytes(of: Int64(-text.count)) { Array($0) } + Array(text))
  }

  private static func send(_ bytes: [UInt8]) throws {
    guard sendAll(STDIN_FILENO, bytes) else {
      throw Complaint(problem: "nobody listens", remedy: "Start the process again.")
    }
  }

  private static func receive() -> Int64? {
    receive(8).map { $0.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) } }
  }

  private static func receive(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let found = bytes.withUnsafeMutableBytes {
        recv(STDIN_FILENO, $0.baseAddress.map { $0 + filled }, count - filled, 0)
      }
      if found < 0 && errno == EINTR { continue }
      if found <= 0 { return nil }
      filled += found
    }
    return bytes
  }
}
