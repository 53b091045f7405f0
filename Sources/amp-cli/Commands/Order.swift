import AmpCore
import AmpData
import ArgumentParser

/// `amp-cli order`: an order file for a library of one-loop amplitudes.
struct Order: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an order file for a library of one-loop amplitudes.",
    discussion: """
      The order file of the Binoth Les Houches accord, which the library's own program turns into \
      a contract; amp-cli amplitude --provider then labels points with it. Settings are those of a \
      sum over colours and helicities in the CDR scheme; --set changes and adds any.

      Example:
        amp-cli order --process gg_aag --accord 1 --set NJetReturnAccuracy=2 --output order.lh
      """)

  @Option(help: "The process: gg_aag, gg_gggg, or PDG identifiers as \"21 21 -> 22 22 21\".")
  var process: String

  @Option(help: "The version of the accord: 1 or 2.")
  var accord = 2

  @Option(
    help: """
      What is ordered: Tree, LoopInduced, loopsq (NJet) or another name; by default the square of \
      the loop where there is no tree.
      """)
  var amplitudeType: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "Set Key=Value, replacing what stands there; may be given several times.")
  var set: [String] = []

  @Option(name: .shortAndLong, help: "The file to write; - for standard output.")
  var output: String

  @Option(help: "Write what is ordered as a JSON object to this file; - for standard output.")
  var json: String?

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  /// What `--json` writes.
  private struct Numbers: Encodable {
    var process: String
    var accord: Int
    var lines: [String]
    var output: String
  }

  func run() throws {
    guard let version = BLHAOrder.Version(rawValue: accord) else {
      throw AmpError.unknownName(
        "there is no version \(accord) of the accord", in: "--accord", remedy: "Give 1 or 2.")
    }
    let process = try located("--process") { try ScatteringProcess(named: self.process) }
    var order = BLHAOrder(of: process, version: version, amplitudeType: amplitudeType)
    for text in set {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, parts[0].first?.isLetter == true,
        !text.contains(where: { "#!|\n\r".contains($0) || $0.isNewline }),
        !parts[0].contains(where: \.isWhitespace)
      else {
        throw AmpError(
          "\"\(text)\" is no setting", in: "--set",
          remedy: "Write it as Key=Value, for example IRregularisation=tHV.")
      }
      order.set(parts[0], to: parts[1])
    }
    let json = JSONOutput(json)
    if output == "-", json.isStandardOutput {
      throw AmpError(
        "standard output belongs to the order", in: "--json",
        remedy: "Give --json the name of a file.")
    }
    try json.check()
    if output == "-" { print(order.text, terminator: "") } else { try order.write(to: output) }
    try json.write(
      Numbers(
        process: process.name, accord: accord, lines: order.lines.map(\.description),
        output: output))
    if output == "-" { return }
    Progress(quiet: quiet).line("Ordered \(process). Wrote \(output).")
  }
}
