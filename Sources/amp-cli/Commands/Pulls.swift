import AmpCore
import AmpData
import AmpUncertainty
import ArgumentParser
import Foundation

/// `amp-cli pulls`: how accurate a surrogate is, and whether its uncertainty is honest.
struct Pulls: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge accuracy, pulls and calibration of a surrogate on labelled points.",
    discussion: """
      The systematic pull (⟨A⟩ − A)/σ_syst must follow a unit Gaussian. If the data are those of \
      the run itself, only its test points are used, and noise is put on them as in the fit; \
      deviations Δ are always from the amplitudes without noise.

      With several networks there are also the statistical pulls of each to their mean, t_⟨A⟩, and \
      to the truth, t_A, the pull with σ_tot, and scaled pulls of the mean of M networks. \
      A density that is no Gaussian is judged by z = Φ⁻¹(F(A)), which must follow a unit Gaussian. \
      Docs/Uncertainties.md says what each means and what to do when it is off.

      Of a calibrated model the pulls before and after are compared.

      Examples:
        amp-cli pulls run --data points.npz --json pulls.json --report report
        amp-cli pulls run --data points.npz --bins amplitude,s34 --scaled 1,4,16
        amp-cli pulls run --data points.npz --picture pulls.svg
      """)

  @Argument(help: "A run folder or a model file (.safetensors).")
  var model: String

  @Option(help: "Labelled points, of any format that amp-cli convert reads.")
  var data: String

  @OptionGroup var dataset: DatasetArgument

  @Option(help: "Write the numbers as a JSON object to this file; - for standard output.")
  var json: String?

  @Option(help: "Make a folder with index.html, a page with all figures, and metrics.json.")
  var report: String?

  @Option(
    help: "Draw deviations, pulls and calibration curve to this SVG file.",
    completion: .file(extensions: ["svg"]))
  var picture: String?

  @Option(help: "Networks to predict with; by default as many as the model says.")
  var samples: Int?

  @Option(help: "Numbers of networks of the scaled pulls, as 1,2,4; by default powers of two.")
  var scaled: String?

  @Option(help: "Show pulls in bins of amplitude or invariants, as amplitude,s12,s34.")
  var bins: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let progress = Progress(quiet: common.quiet || !World.ranks.isFirst)
    let model = try Model(model)
    let particles = model.surrogate.description.process.particles.count
    let variables = try bins.map { try PullVariable.list($0, particles: particles) } ?? []
    let scaled = try scaled.map { try counts($0, upTo: samples ?? model.surrogate.samples) }
    let json = JSONOutput(json)
    try json.check()
    if let report { try checkFolder(report) }
    if let picture { try Inspect.checkPicture(picture) }
    let points = try JudgedPoints(model, data: data, dataset: dataset.name)
    for note in points.notes { progress.line(note + ".") }
    let prediction = try model.predict(
      points.table.momenta, of: data, threads: common.threads, samples: samples,
      keepingMembers: true, ranks: World.ranks)
    guard World.ranks.isFirst else { return }
    var page = FitReport(
      title: "Pulls of \(self.model)", prediction: prediction, truth: points.truth)
    page.subtitle = points.description
    page.data = points.hasNoise ? points.table.amplitudes : nil
    page.probability = try model.surrogate.probabilityPulls(
      on: points.table, threads: common.threads, samples: samples)
    page.momenta = points.table.momenta
    page.variables = variables
    page.scaled = scaled
    if let before = try model.uncalibrated() {
      page.calibration = CalibrationComparison(
        model.surrogate.description.recalibrations,
        before: try before.predict(
          points.table.momenta, threads: common.threads, samples: samples),
        after: prediction, at: points.table.momenta, against: points.table.amplitudes)
    }
    let numbers = page.numbers()
    var further: [String: Any] = [:]
    let outside = try model.surrogate.fractionsOutsideGrid(
      at: points.table.momenta, threads: common.threads)
    further["outside_grid"] = outside
    if let folder = model.folder,
      let metrics = try? Data(contentsOf: URL(fileURLWithPath: folder.metrics)),
      let object = try JSONSerialization.jsonObject(with: metrics) as? [String: Any]
    {
      for key in ["seconds", "samples_per_second", "finishing"] { further[key] = object[key] }
    }
    if let calibration = page.calibration {
      let before = PullReport.Pulls(calibration.before.distribution)
      further["pull_before_calibration"] = try JSONSerialization.jsonObject(
        with: JSONEncoder().encode(before))
    }
    let text = try merged(numbers.json(), further)
    json.show("\(self.model) on \(points.description)")
    json.show(FitTables.terminal(numbers))
    if let calibration = page.calibration {
      let table = calibration.table
      json.show("\n" + calibration.descriptions.joined(separator: "\n"))
      json.show(FitTables.aligned([table.header] + table.rows))
    }
    if let outside { json.show(RunMetrics.text(outsideGrid: outside)) }
    for variable in variables {
      json.show("\n" + FitTables.terminal(numbers, over: variable))
    }
    try json.write(text: text)
    if let picture {
      try RunFolder.write(page.picture().svg(), to: picture)
      progress.line("Wrote \(picture).")
    }
    if let report {
      page.particles = model.surrogate.description.process.numberedSymbols
      page.history = try (model.folder?.records() ?? []).map {
        .init(epoch: $0.epoch, training: $0.training, validation: $0.validation)
      }
      page.facts = try facts(model)
      try makeFolder(report)
      try RunFolder.write(text, to: report + "/metrics.json")
      try page.write(numbers, to: report + "/index.html")
      progress.line("Wrote \(report)/index.html.")
    }
  }

  /// The numbers of networks in `text`, rising.
  private func counts(_ text: String, upTo networks: Int) throws -> [Int] {
    guard networks > 1 else {
      throw AmpError(
        "there is one network, so there are no scaled pulls", in: "--scaled",
        remedy: "Leave it out, or give a model of several networks.")
    }
    let counts = text.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    return try Set(
      counts.map {
        guard let count = $0, (1...networks).contains(count) else {
          throw AmpError(
            "\(text) is no list of numbers of networks", in: "--scaled",
            remedy: "Give numbers from 1 to \(networks), joined by commas, such as 1,2,\(networks)."
          )
        }
        return count
      }
    ).sorted()
  }

  private func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw AmpError(
        "the report folder cannot be made", in: path,
        remedy: "Give --report a folder in which you may write.")
    }
  }

  private func facts(_ model: Model) throws -> [FitReport.Fact] {
    if let folder = model.folder {
      return try String(contentsOfFile: folder.configuration, encoding: .utf8)
        .split(separator: "\n").filter { $0.contains(": ") }.map {
          let parts = $0.split(separator: ":", maxSplits: 1)
          return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
        }
    }
    let about = model.surrogate.description
    return [
      ("version", about.version), ("architecture", about.architecture),
      ("features", about.features.name), ("target", about.target.factor.rawValue),
      ("precision", model.surrogate.weights.precisionName),
    ]
  }
}
