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
      absolute, in GeV⁻². An .npz gets arrays amplitude, systematic, statistical (those that the \
      surrogate has); a .csv or .csv.gz gets columns of these names.

      Example:
        amp-cli predict run points.npz --output predictions.npz
      """)

  @Argument(help: "A run folder or a model file (.safetensors).")
  var model: String

  @Argument(help: "The points: .npz, .npy, .csv or .csv.gz; amplitudes are not needed.")
  var data: String

  @Option(name: .shortAndLong, help: "The file to write: .npz, .csv or .csv.gz.")
  var output: String

  @Option(
    parsing: .unconditional, help: "The networks to average over, if there are several.")
  var samples: Int?

  @Flag(
    help: "Take the network in the middle of a posterior: fast, without statistical uncertainty.")
  var posteriorMean = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    guard [".npz", ".csv", ".csv.gz"].contains(where: output.hasSuffix) else {
      throw AmpError(
        "predictions cannot be written under this name", in: output,
        remedy: "Use a name that ends in .npz, .csv or .csv.gz.")
    }
    try AtomicFile.check(output)
    let progress = Progress(quiet: common.quiet)
    let model = try Model(model)
    let momenta = try Momenta(contentsOf: data)
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
  }
}
