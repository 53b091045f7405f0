import AmpCore
import AmpData
import AmpNets
import ArgumentParser
import Foundation

/// The options of `amp-cli amplitude` about a library that gives the amplitudes.
struct ProviderOptions: ParsableArguments {
  @Option(
    help: "A shared library that speaks the Binoth Les Houches accord 1 or 2 gives |M|².",
    completion: .file())
  var provider: String?

  @Option(
    help: "The contract that the library signed; with --order also where to write it.",
    completion: .file())
  var contract: String?

  @Option(
    help: "An order file for the library's function OLP_Order; by default an order of --process.",
    completion: .file())
  var order: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "Set a parameter of the library, as alphas=0.118; may be given several times.")
  var parameter: [String] = []

  @Option(
    help: """
      Which result of the library is |M|², from 0; by default 0 for the amplitude types Tree and \
      LoopInduced, 4 for loopsq.
      """)
  var value: Int?

  @Option(
    help: """
      How points are handed over: blha2 is OLP_EvalSubProcess2, blha1 and blha1-pointers are \
      OLP_EvalSubProcess; by default the first of these that there is.
      """, completion: .list(BLHAProvider.Interface.allCases.map(\.rawValue)))
  var interface: String?

  @Option(parsing: .unconditional, help: "The renormalisation scale in GeV. (default: 91.188)")
  var scale: Double?

  @Option(parsing: .unconditional, help: "α_s in OLP_EvalSubProcess. (default: 0.118)")
  var alphaS: Double?

  @Option(
    parsing: .unconditional,
    help: "Give a point up after so many seconds. (default: 60)")
  var timeout: Double?

  @Flag(help: "Call the library from several threads of one process instead of several processes.")
  var inThreads = false

  /// The command that runs a library: this program itself.
  static var worker: [String] {
    [Bundle.main.executablePath ?? CommandLine.arguments[0], LibraryWorker.name]
  }

  /// Throws if an option is given that has no meaning without a library.
  func checkWithoutProvider() throws {
    let given: [(String, Bool)] = [
      ("--contract", contract != nil), ("--order", order != nil),
      ("--parameter", !parameter.isEmpty), ("--value", value != nil),
      ("--interface", interface != nil), ("--scale", scale != nil), ("--alpha-s", alphaS != nil),
      ("--timeout", timeout != nil), ("--in-threads", inThreads),
    ]
    if let option = given.first(where: { $0.1 })?.0 {
      throw AmpError(
        "there is no library to which this could apply", in: option,
        remedy: "Give the library with --provider, or leave \(option) out.")
    }
  }

  /// Calls `body` with the provider; files that were made for it exist until then.
  func withProvider<Result>(
    _ library: String, process: ScatteringProcess?, _ body: (BLHAProvider) throws -> Result
  ) throws -> Result {
    guard !library.contains("/") || FileManager.default.fileExists(atPath: library) else {
      throw AmpError(
        "there is no such library", in: library, remedy: "Check the spelling of the path.")
    }
    let calling = try interface.map { name in
      try located("--interface") {
        try choose(
          name, among: Array(BLHAProvider.Interface.allCases), of: "interface", by: \.rawValue)
      }
    }
    let seconds = try positive(timeout, "--timeout", "a number of seconds") ?? 60
    let parameters = try parameter.map(ProviderOptions.parsed)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "amp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      return try evaluated(library, process, calling, seconds, parameters, folder.path, body)
    } catch var error as AmpError {
      // Files in that folder will be gone when the message is read.
      guard let place = error.place, place.hasPrefix(folder.path) else { throw error }
      error.place =
        place.hasSuffix(ProviderOptions.orderName)
        ? "the order of \(process?.identifiers ?? "the process")"
        : "the contract that \(library) signed"
      throw error
    }
  }

  private static let orderName = "order.lh"

  private func evaluated<Result>(
    _ library: String, _ process: ScatteringProcess?, _ calling: BLHAProvider.Interface?,
    _ seconds: Double, _ parameters: [BLHAProvider.Parameter], _ folder: String,
    _ body: (BLHAProvider) throws -> Result
  ) throws -> Result {
    let signed = try signed(
      library, process, calling ?? .automatic, seconds, temporary: folder)
    var provider = try BLHAProvider(
      process: process, library: library, contract: signed, valueIndex: value,
      worker: ProviderOptions.worker)
    provider.interface = calling ?? .automatic
    provider.parameters = parameters
    provider.scale = try positive(scale, "--scale", "an energy in GeV") ?? provider.scale
    provider.alphaS = try positive(alphaS, "--alpha-s", "a coupling") ?? provider.alphaS
    provider.usesThreads = inThreads
    provider.timeout = seconds
    return try body(provider)
  }

  /// The path of a signed contract.
  private func signed(
    _ library: String, _ process: ScatteringProcess?, _ interface: BLHAProvider.Interface,
    _ seconds: Double, temporary folder: String
  ) throws -> String {
    let files = FileManager.default
    if let contract, order == nil || files.fileExists(atPath: contract) {
      if let order {
        try BLHAContract(contentsOf: contract).check(answers: BLHAOrder(contentsOf: order))
      }
      return contract
    }
    if let contract { try AtomicFile.check(contract) }
    var path = order
    if path == nil {
      guard let process else {
        throw AmpError(
          "there is neither a contract nor anything to order", in: "--provider",
          remedy: "Give --contract, --order or --process.")
      }
      path = folder + "/" + ProviderOptions.orderName
      let version: BLHAOrder.Version =
        [.one, .onePointers].contains(interface) ? .one : .two
      try BLHAOrder(of: process, version: version).write(to: path ?? "")
    }
    let fresh = folder + "/contract.lh"
    try BLHAProvider.sign(
      order: path ?? "", contract: fresh, library: library, worker: ProviderOptions.worker,
      timeout: seconds)
    guard let contract else { return fresh }
    let text = try BLHAContract(contentsOf: fresh)
    try text.checkSettings()
    try AtomicFile.write(to: contract) {
      try $0.write(String(contentsOfFile: fresh, encoding: .utf8))
    }
    return contract
  }

  private static func parsed(_ text: String) throws -> BLHAProvider.Parameter {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
      throw AmpError(
        "\"\(text)\" is no parameter with a value", in: "--parameter",
        remedy: "Write it as name=number, for example alphas=0.118.")
    }
    return BLHAProvider.Parameter(parts[0], value)
  }

  private func positive(_ value: Double?, _ option: String, _ kind: String) throws -> Double? {
    guard let value else { return nil }
    guard value > 0, value.isFinite else {
      throw AmpError("\(value) is not \(kind)", in: option, remedy: "Give a positive number.")
    }
    return value
  }
}
