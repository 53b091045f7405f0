import Foundation

/// A library of one-loop amplitudes, loaded while the program runs.
///
/// It is somebody else's code: it may crash, print, or never come back. Amp runs it in processes of
/// its own, see ``BLHAWorker``.
final class BLHALibrary: @unchecked Sendable {
  // Unchecked: all that is here is set in init. Whether the library may be called by several
  // threads at once is for the user to say.

  private typealias Start =
    @convention(c) (
      UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>
    ) -> Void
  private typealias Order =
    @convention(c) (
      UnsafeMutablePointer<CChar>, UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>
    ) -> Void
  private typealias SetParameter =
    @convention(c) (
      UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>,
      UnsafeMutablePointer<Int32>
    ) -> Void
  private typealias Evaluate2 =
    @convention(c) (
      UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>,
      UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>
    ) -> Void
  private typealias Evaluate1 =
    @convention(c) (
      Int32, UnsafeMutablePointer<Double>, Double, UnsafeMutablePointer<Double>,
      UnsafeMutablePointer<Double>
    ) -> Void

  private let path: String
  private let handle: UnsafeMutableRawPointer

  /// The function that evaluates a point.
  private enum Evaluation {
    case two(Evaluate2)
    case one(Evaluate1)
  }
  private let evaluation: Evaluation

  /// Loads the library; throws an ``AmpError`` if it cannot be loaded or lacks a function.
  init(_ path: String, calling interface: BLHAProvider.Interface) throws {
    // Without a slash the loader would look in the folders of the system only.
    let isHere = !path.contains("/") && FileManager.default.fileExists(atPath: path)
    guard let handle = dlopen(isHere ? "./" + path : path, RTLD_NOW | RTLD_LOCAL) else {
      throw AmpError(
        "the library cannot be loaded: \(dlerror().map { String(cString: $0) } ?? "unknown")",
        in: path, remedy: "Check the path, and LD_LIBRARY_PATH for what the library needs.")
    }
    self.path = path
    self.handle = handle
    func find(_ name: String) throws -> UnsafeMutableRawPointer {
      try BLHALibrary.symbol(name, handle, path)
    }
    _ = try find("OLP_Start")
    switch interface {
    case .two: evaluation = .two(unsafeBitCast(try find("OLP_EvalSubProcess2"), to: Evaluate2.self))
    case .onePointers:
      evaluation = .two(unsafeBitCast(try find("OLP_EvalSubProcess"), to: Evaluate2.self))
    case .one: evaluation = .one(unsafeBitCast(try find("OLP_EvalSubProcess"), to: Evaluate1.self))
    case .automatic:
      if let two = dlsym(handle, "OLP_EvalSubProcess2") {
        evaluation = .two(unsafeBitCast(two, to: Evaluate2.self))
      } else {
        evaluation = .one(unsafeBitCast(try find("OLP_EvalSubProcess"), to: Evaluate1.self))
      }
    }
    usesAlphas = interface == .onePointers
  }

  /// Whether the fourth argument of a function of pointers is α_s, as in the first accord.
  private let usesAlphas: Bool

  private static func symbol(
    _ name: String, _ handle: UnsafeMutableRawPointer, _ path: String
  ) throws -> UnsafeMutableRawPointer {
    guard let found = dlsym(handle, name) else {
      throw AmpError(
        "the library has no function \(name)", in: path,
        remedy: "Give a library that speaks the Binoth Les Houches accord, version 1 or 2.")
    }
    return found
  }

  /// Has the library sign the order file `order`: writes the file `contract`.
  func sign(order: String, contract: String) throws {
    guard let found = dlsym(handle, "OLP_Order") else {
      throw AmpError(
        "the library has no function OLP_Order to sign an order with", in: path,
        remedy: "Write the order with amp-cli order, make the contract with the library's own "
          + "program, and give it with --contract.")
    }
    var status: Int32 = 0
    withCString(order) { order in
      withCString(contract) { unsafeBitCast(found, to: Order.self)(order, $0, &status) }
    }
    // Refusals stand in the contract; only without one there is nothing to read.
    if !FileManager.default.fileExists(atPath: contract) {
      throw AmpError(
        "the library wrote no contract (OLP_Order gave \(status))", in: path,
        remedy: "Look at what it says, or make the contract with the library's own program.")
    }
  }

  /// Starts the library with a contract.
  func start(contract: String) throws {
    var status: Int32 = 0
    let start = unsafeBitCast(
      try BLHALibrary.symbol("OLP_Start", handle, path), to: Start.self)
    withCString(contract) { start($0, &status) }
    guard status == 1 else {
      throw AmpError(
        "the library does not start with this contract (OLP_Start gave \(status))", in: contract,
        remedy: "Have it signed by the library that is to fulfil it.")
    }
  }

  /// Sets a parameter.
  func set(_ parameter: BLHAProvider.Parameter) throws {
    let set = unsafeBitCast(
      try BLHALibrary.symbol("OLP_SetParameter", handle, path), to: SetParameter.self)
    var (re, im, status) = (parameter.value, parameter.imaginary, Int32(0))
    withCString(parameter.name) { set($0, &re, &im, &status) }
    guard status == 1 else {
      throw AmpError(
        status == 2
          ? "the library does not know the parameter \(parameter.name)"
          : "the library refuses \(parameter.name) = \(parameter.value) (OLP_SetParameter gave "
            + "\(status))", in: "--parameter",
        remedy: "See its manual for names and values, or leave the parameter out.")
    }
  }

  /// The number of results a library can write without harm; the accord's largest has a few.
  private static let room = 1024

  /// A number that no library writes by chance.
  private static let untouched: UInt64 = 0x7ff8_0a0d_5eed_b1a4

  /// Evaluates one point of `particles` momenta (E, px, py, pz, m).
  ///
  /// Returns nil for the value if the library did not write it, NaN for an accuracy that it did not
  /// write or that is negative.
  func evaluate(
    _ momenta: UnsafeMutablePointer<Double>, id: Int32, scale: Double, alphaS: Double, index: Int
  ) -> (value: Double?, accuracy: Double) {
    let untouched = Double(bitPattern: BLHALibrary.untouched)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: BLHALibrary.room) { results in
      results.initialize(repeating: untouched)
      guard let base = results.baseAddress else { return (nil, .nan) }
      var (id, scale, alphaS, accuracy) = (id, scale, alphaS, untouched)
      switch evaluation {
      case .two(let evaluate) where usesAlphas: evaluate(&id, momenta, &scale, &alphaS, base)
      case .two(let evaluate): evaluate(&id, momenta, &scale, base, &accuracy)
      case .one(let evaluate): evaluate(id, momenta, scale, &alphaS, base)
      }
      let value = base[index]
      return (
        value.bitPattern == BLHALibrary.untouched ? nil : value, accuracy >= 0 ? accuracy : .nan
      )
    }
  }

  private func withCString(_ text: String, _ body: (UnsafeMutablePointer<CChar>) -> Void) {
    var bytes = Array(text.utf8CString)
    bytes.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(base) } }
  }
}
