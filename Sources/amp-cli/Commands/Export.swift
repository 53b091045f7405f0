import AmpCore
import AmpNets
import AmpONNX
import ArgumentParser

/// `amp-cli export`: a surrogate in a format that other programs evaluate.
struct Export: ParsableCommand {
  /// The formats there are.
  enum Format: String, CaseIterable { case onnx }

  static let configuration = CommandConfiguration(
    abstract: "Write a surrogate in a format that other programs evaluate.",
    discussion: """
      An ONNX file holds everything from the momenta to the amplitude and its uncertainties: \
      features, networks, target and calibration. Its input is `momenta`, double precision, \
      (points, particles, 4) with (E, px, py, pz) in GeV, incoming particles first; its outputs are \
      `amplitude` and, where the surrogate knows them, `systematic` and `statistical`, absolute.

      Example:
        amp-cli export run --format onnx --output surrogate.onnx
        python3 -c 'import numpy, onnxruntime
        session = onnxruntime.InferenceSession("surrogate.onnx")
        momenta = numpy.load("points.npz")["momenta"]
        amplitude, systematic = session.run(None, {"momenta": momenta})'
      """)

  @Argument(help: "A run folder or a model file (.safetensors).")
  var model: String

  @Option(
    help: "The format: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).",
    completion: .list(Format.allCases.map(\.rawValue)))
  var format = Format.onnx.rawValue

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  @Option(
    parsing: .unconditional, help: "The networks to average over, if there are several.")
  var samples: Int?

  @Flag(
    help: "Write the network in the middle of a posterior: fast, without statistical uncertainty.")
  var posteriorMean = false

  @Option(
    help: "Write the numbers of the summary as a JSON object to this file; - for standard output.")
  var json: String?

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  /// What `--json` writes.
  private struct Numbers: Encodable {
    var format: String
    var process: String
    var bytes: Int
    var output: String
  }

  func run() throws {
    let format = try located("--format") {
      try choose(self.format, among: Format.allCases, of: "format", by: \.rawValue)
    }
    guard output.hasSuffix(".onnx") else {
      throw AmpError(
        "a graph is not written under this name", in: output,
        remedy: "Use a name that ends in .onnx.")
    }
    try AtomicFile.check(output)
    let json = JSONOutput(json)
    try json.check()
    let surrogate = try Model(model).surrogate
    let bytes = try located(model) {
      try surrogate.onnx(samples: samples, posteriorMean: posteriorMean)
    }
    try AtomicFile.write(to: output) { file in try bytes.withUnsafeBytes { try file.write($0) } }
    try json.write(
      Numbers(
        format: format.rawValue, process: surrogate.description.process.name, bytes: bytes.count,
        output: output))
    Progress(quiet: quiet).line("Wrote \(output), \(grouped(bytes.count)) bytes.")
  }
}
