import Foundation

/// What a process that runs a library is told at its start, and what it answers.
struct BLHATask: Codable {
  var library: String
  var interface: BLHAProvider.Interface
  /// The order to be signed first, if the contract is to be made.
  var order: String?
  var contract: String
  /// Whether signing is all.
  var signsOnly = false
  var parameters: [BLHAProvider.Parameter] = []
  var id: Int32 = 0
  var particles = 0
  var index = 0
  var scale = 0.0
  var alphaS = 0.0
  var threads = 1

  /// The first word of a process: nothing if it is ready, or what is wrong.
  struct Greeting: Codable {
    var place: String?
    var problem: String?
    var remedy: String?

    init(_ error: AmpError? = nil) {
      (place, problem, remedy) = (error?.place, error?.problem, error?.remedy)
    }

    var error: AmpError? {
      problem.map { AmpError($0, in: place, remedy: remedy ?? "") }
    }
  }

  /// The answer to one point, three doubles on the wire.
  struct Reply: BitwiseCopyable {
    var value = Double.nan
    var accuracy = Double.nan
    /// 0, or 1 if the library wrote no value.
    var isMissing = 0.0
  }
}

/// A JSON value as bytes with their number in front.
func framed(_ value: some Encodable) throws -> [UInt8] {
  let body = [UInt8](try JSONEncoder().encode(value))
  return withUnsafeBytes(of: UInt32(body.count)) { Array($0) } + body
}
