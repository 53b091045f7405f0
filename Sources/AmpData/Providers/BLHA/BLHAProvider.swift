import Foundation
import Synchronization

/// Amplitudes of a library that speaks the Binoth Les Houches accord, loaded at run time.
///
/// The library runs in processes of its own, so that a point at which it crashes or never comes
/// back is lost alone, and listed. What it prints reaches nobody but error messages. Momenta are
/// handed over as (E, px, py, pz, m), incoming energies positive. Its result is taken to be
/// averaged and summed as ``AmplitudeProvider`` wants, which the accord says.
public struct BLHAProvider: AmplitudeProvider {
  /// How points are handed to the library.
  public enum Interface: String, Sendable, CaseIterable, Codable {
    /// `OLP_EvalSubProcess2` if there is one, else `OLP_EvalSubProcess` with numbers by value.
    case automatic
    /// `OLP_EvalSubProcess2(int*, double* p, double* μ, double* r, double* acc)`, arXiv:1308.3462.
    case two = "blha2"
    /// `OLP_EvalSubProcess(int, double* p, double μ, double* α_s, double* r)`, arXiv:1001.1307.
    case one = "blha1"
    /// The same with pointers to all numbers, as Fortran libraries have it.
    case onePointers = "blha1-pointers"
  }

  /// A parameter of the library, set with `OLP_SetParameter`.
  public struct Parameter: Sendable, Equatable, Codable {
    /// Its name, for example `mass(6)` or `alphas`.
    public var name: String
    /// Its real part.
    public var value: Double
    /// Its imaginary part.
    public var imaginary: Double

    /// Joins name and value.
    public init(_ name: String, _ value: Double, imaginary: Double = 0) {
      (self.name, self.value, self.imaginary) = (name, value, imaginary)
    }
  }

  /// The process.
  public let process: ScatteringProcess

  /// The path of the library.
  public let library: String

  /// The contract that the library fulfils.
  public let contract: BLHAContract

  /// The identifier of the process in the contract.
  public let subprocess: Int

  /// Which of the library's results is |M|², see ``BLHAContract/valueIndex(of:)``.
  public let valueIndex: Int

  /// The program that runs the library, with arguments: it calls ``BLHAWorker/serve()``.
  public var worker: [String]

  /// How points are handed to the library.
  public var interface = Interface.automatic

  /// The parameters to set, in this order.
  public var parameters: [Parameter] = []

  /// The renormalisation scale μ in GeV, on which a tree or the square of a loop does not depend.
  public var scale = 91.188

  /// α_s as the first accord hands it over with each point.
  public var alphaS = 0.118

  /// Whether one process evaluates points in several threads, for libraries that bear it.
  ///
  /// Otherwise there are as many processes as threads are asked for.
  public var usesThreads = false

  /// The seconds after which a point, or the start of the library, is given up.
  public var timeout = 60.0

  /// How often the library may crash or hang before the points that are left are given up.
  public var patience = 100

  /// A provider of `process` with a contract that was signed before.
  ///
  /// - Parameters:
  ///   - process: The process; nil for the only one that the contract is about.
  ///   - library: The path of the shared library.
  ///   - path: The path of the contract file.
  ///   - valueIndex: Which result is |M|²; nil for what the amplitude type implies.
  ///   - worker: The program that runs the library, see ``worker``.
  /// - Throws: ``AmpError`` for a contract that is broken, refused or about something else.
  public init(
    process: ScatteringProcess? = nil, library: String, contract path: String,
    valueIndex: Int? = nil, worker: [String]
  ) throws {
    let contract = try BLHAContract(contentsOf: path)
    try contract.checkSettings()
    let candidates = contract.processes
    guard let process = process ?? (candidates.count == 1 ? candidates.first : nil) else {
      let name = candidates.map(\.identifiers).joined(separator: ", ")
      // With a single refused process, its refusal says more.
      for entry in contract.entries {
        if case .process(let refused) = entry.line, candidates.isEmpty {
          _ = try contract.subprocess(of: refused)
        }
      }
      throw AmpError(
        "the contract is about \(candidates.count) processes", in: path,
        remedy: candidates.isEmpty
          ? "Order a process that the library has." : "Choose one with --process: \(name).")
    }
    self.process = process
    self.library = library
    self.contract = contract
    self.worker = worker
    let id = try contract.subprocess(of: process)
    guard id <= Int(Int32.max) else {
      throw AmpError(
        "the identifier \(id) of \(process.identifiers) is too large", in: path,
        remedy: "The contract is damaged: have the order signed again.")
    }
    subprocess = id
    let index = try valueIndex ?? contract.valueIndex(of: process)
    guard (0..<64).contains(index) else {
      throw AmpError(
        "there is no result number \(index)", in: "--value", remedy: "Give a number from 0 to 63.")
    }
    self.valueIndex = index
  }

  /// Has a library sign an order with its function `OLP_Order`, in a process of its own.
  ///
  /// - Parameters:
  ///   - order: The path of the order file.
  ///   - contract: The path of the contract file to be written.
  ///   - library: The path of the shared library.
  ///   - worker: The program that runs the library, see ``worker``.
  ///   - timeout: The seconds after which the library is given up.
  /// - Throws: ``AmpError`` if there is no such function or no contract that answers the order.
  public static func sign(
    order: String, contract: String, library: String, worker: [String], timeout: Double = 60
  ) throws {
    let ordered = try BLHAOrder(contentsOf: order)
    var task = BLHATask(
      library: library, interface: .automatic, order: order, contract: contract)
    task.signsOnly = true
    _ = try start(task, worker: worker, timeout: timeout)
    try BLHAContract(contentsOf: contract).check(answers: ordered)
  }

  /// Evaluates all points in `threads` processes; see ``AmplitudeProvider``.
  public func amplitudes(
    of momenta: Momenta, threads: Int, progress: (@Sendable (Int) -> Void)?
  ) throws(AmpError) -> EvaluatedAmplitudes {
    precondition(
      momenta.particles == particles,
      "momenta of \(momenta.particles) particles for an amplitude of \(particles)")
    var task = BLHATask(library: library, interface: interface, contract: contract.place)
    task.parameters = parameters
    (task.id, task.particles, task.index) = (Int32(subprocess), particles, valueIndex)
    (task.scale, task.alphaS) = (scale, alphaS)
    task.threads = usesThreads ? threads : 1
    let processes = max(1, min(usesThreads ? 1 : threads, momenta.count))
    let run = BLHARun(provider: self, task: task, momenta: momenta, progress: progress)
    let error = Mutex<AmpError?>(nil)
    parallel(threads: processes) { worker in
      do {
        try run.work(parts: processes)
      } catch let problem {
        run.giveUp()
        error.withLock { $0 = $0 ?? (problem as? AmpError ?? AmpError("\(problem)", remedy: "")) }
      }
    }
    if let error = error.withLock({ $0 }) { throw error }
    return run.result
  }

  /// Starts a process and waits until the library in it is ready.
  static func start(
    _ task: BLHATask, worker: [String], timeout: Double
  ) throws -> WorkerProcess {
    let process = try WorkerProcess(worker)
    func failure(_ problem: String) -> AmpError {
      let words = process.lastWords
      return AmpError(
        problem + (words.isEmpty ? "" : ". It said: \(words)"), in: task.library,
        remedy: "Check the library with a program of its own, and that it is the contract's.")
    }
    var outcome: WorkerProcess.Outcome = .ended("it had ended")
    if process.send(try framed(task)) {
      var length: UInt32 = 0
      outcome = withUnsafeMutableBytes(of: &length) { process.receive($0, within: timeout) }
      if outcome == .complete, length <= 1 << 24 {
        var body = [UInt8](repeating: 0, count: Int(length))
        outcome = body.withUnsafeMutableBytes { process.receive($0, within: timeout) }
        if outcome == .complete {
          let greeting = try JSONDecoder().decode(BLHATask.Greeting.self, from: Data(body))
          if let error = greeting.error { throw error }
          return process
        }
      }
    } else {
      outcome = .ended(process.stop(patience: 2))
    }
    switch outcome {
    case .late: throw failure("the library was not ready within \(timeout) s")
    case .ended(let how): throw failure("the library did not start: \(how)")
    case .complete: throw failure("the library's process does not answer in Amp's way")
    }
  }
}
