import AmpCore
import AmpData
import AmpUncertainty
import ArgumentParser
import Foundation

/// `amp-cli predict`: amplitudes with uncertainties for given points.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict amplitudes with their uncertainties.",
    discussion: """
      Writes, for every point, the amplitude and its systematic and statistical uncertainty, \
      absolute, in GeV⁻² (GeV^(8 − 2n) for n particles). An .npz gets arrays amplitude, systematic, statistical (those that the \
      surrogate has); a .csv or .csv.gz gets columns of these names.

      Points can also be piped through: of standard input, every row with E, px, py, pz of all \
      particles, separated by blanks or commas, is answered by a row of standard output with the \
      same numbers, separated by blanks. Empty rows and those that begin with # are passed over. \
      Points are checked as those of a file; the first bad row ends the command.

      Examples:
        amp-cli predict run points.npz --output predictions.npz
        amp-cli predict run - --output - <momenta.txt >amplitudes.txt
        amp-cli predict run points.npz --output predictions.csv --json - --quiet
      """)

  @Argument(help: "A run folder or a model file (.safetensors).")
  var model: String

  @Argument(
    help: """
      The points, of any format that amp-cli convert reads; amplitudes are not needed; - for a pipe.
      """)
  var data: String

  @OptionGroup var dataset: DatasetArgument

  @Option(name: .shortAndLong, help: "The file to write: .npz, .csv or .csv.gz; - for a pipe.")
  var output: String

  @Option(
    parsing: .unconditional, help: "The networks to average over, if there are several.")
  var samples: Int?

  @Flag(
    help: "Take the network in the middle of a posterior: fast, without statistical uncertainty.")
  var posteriorMean = false

  @Option(
    help: "Write the numbers of the summary as a JSON object to this file; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  /// What `--json` writes.
  private struct Numbers: Encodable {
    let points: Int
    let seconds: Double
    let medianRelativeSystematic: Double?
    let medianRelativeStatistical: Double?
    let output: String

    enum CodingKeys: String, CodingKey {
      case points, seconds, output
      case medianRelativeSystematic = "median_relative_systematic"
      case medianRelativeStatistical = "median_relative_statistical"
    }
  }

  func run() throws {
    if data == "-" || output == "-" { return try stream() }
    guard [".npz", ".csv", ".csv.gz"].contains(where: output.hasSuffix) else {
      throw AmpError(
        "predictions cannot be written under this name", in: output,
        remedy: "Use a name that ends in .npz, .csv or .csv.gz.")
    }
    guard splitPath(output) != splitPath(data) else {
      throw AmpError(
        "the predictions would replace the points", in: output, remedy: "Choose another name.")
    }
    try AtomicFile.check(output)
    let json = JSONOutput(json)
    try json.check()
    let progress = Progress(quiet: common.quiet)
    let model = try Model(model)
    let (momenta, report) = try Momenta.read(
      data, formats: .known, badRows: .stop,
      options: .events(
        of: model.surrogate.description.process, dataset: dataset.name))
    for note in report.notes { progress.line(note + ".") }
    let start = progress.seconds
    let prediction = try model.predict(
      momenta, of: data, threads: common.threads, samples: samples, posteriorMean: posteriorMean)
    let seconds = progress.seconds - start
    var columns = [("amplitude", prediction.amplitude)]
    if let systematic = prediction.systematic { columns.append(("systematic", systematic)) }
    if let statistical = prediction.statistical { columns.append(("statistical", statistical)) }
    if output.hasSuffix(".npz") {
      try NumpyArchive.write(columns.map { ($0.0, StoredArray($0.1)) }, to: output)
    } else {
      try CSVTable(columns).write(to: output)
    }
    progress.line(
      "\(grouped(momenta.count)) points in \(short(seconds)) s "
        + "(\(grouped(Int(Double(momenta.count) / max(seconds, 1e-9)))) per second). "
        + "Wrote \(output).")
    func median(_ relative: [Double]?) -> Double? {
      relative.flatMap { $0.isEmpty ? nil : SortedSample($0).quantile(0.5) }
    }
    try json.write(
      Numbers(
        points: momenta.count, seconds: seconds,
        medianRelativeSystematic: median(prediction.logSystematic),
        medianRelativeStatistical: median(prediction.logStatistical), output: output))
  }

  /// Answers standard input row by row.
  private func stream() throws {
    guard data == "-" && output == "-" else {
      throw AmpError(
        "points come from standard input and predictions go to standard output, or neither",
        in: data == "-" ? "--output" : data, remedy: "Write: amp-cli predict RUN - --output -")
    }
    if json == "-" {
      throw AmpError(
        "standard output belongs to the predictions", in: "--json",
        remedy: "Give --json the name of a file.")
    }
    let json = JSONOutput(json)
    try json.check()
    let surrogate = try Model(model).surrogate
    let evaluator = try located(model) {
      try PointEvaluator(surrogate, samples: samples, posteriorMean: posteriorMean)
    }
    let progress = Progress(quiet: common.quiet)
    var stream = PredictionStream(evaluator)
    try stream.run(from: .standardInput, to: .standardOutput)
    progress.line("\(grouped(stream.points)) points in \(short(progress.seconds)) s.")
    try json.write(
      Numbers(
        points: stream.points, seconds: progress.seconds, medianRelativeSystematic: nil,
        medianRelativeStatistical: nil, output: output))
  }
}
