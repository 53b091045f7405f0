import AmpCore
import AmpData
import AmpUncertainty
import ArgumentParser
import Foundation

/// `amp-cli compare`: the numbers of several runs side by side.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the test results of several runs side by side.",
    discussion: """
      Reads metrics.json of finished runs of any method; each judged its own test points, so give \
      runs on the same data. Scores are those of the Gaussian of ln A with σ_tot, the smaller the \
      better; – is what a method does not have.

      Example:
        amp-cli compare run run2
        amp-cli compare run run/calibrated.safetensors
        amp-cli compare run run2 --picture time.svg
        amp-cli compare run run2 --json - --quiet
      """)

  @Argument(help: "Folders of finished runs, or model files in them.", completion: .file())
  var runs: [String]

  @Option(
    help: "Draw the median |Δ| against the seconds of training to this SVG file.",
    completion: .file(extensions: ["svg"]))
  var picture: String?

  @Option(help: "Write the numbers as a JSON object to this file; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  /// What `--json` writes.
  private struct Numbers: Encodable {
    struct Run: Encodable {
      let run: String
      let metrics: PullReport
      let times: [String: Double]
    }

    let runs: [Run]
  }

  func run() throws {
    if let picture {
      guard picture.lowercased().hasSuffix(".svg") else {
        throw AmpError(
          "the picture is drawn as SVG", in: picture, remedy: "Give a file name that ends in .svg.")
      }
      try AtomicFile.check(picture)
    }
    let json = JSONOutput(json)
    try json.check()
    let columns = try runs.map { try Column($0, threads: common.threads) }
    let all: [(String, (Column) -> Double?)] = [
      ("median |Δ|", { $0.report.medianAbsDelta }),
      ("median σ_syst / A", { $0.report.medianRelativeSystematic }),
      ("median σ_stat / A", { $0.report.medianRelativeStatistical }),
      ("median σ_tot / A", { $0.report.medianRelativeTotal }),
      ("mean of t_syst", { $0.report.pullSystematic?.mean }),
      ("width of t_syst", { $0.report.pullSystematic?.std }),
      ("coverage at 1σ", { $0.report.pullSystematic?.coverage1Sigma }),
      ("coverage at 2σ", { $0.report.pullSystematic?.coverage2Sigma }),
      ("mean of z", { $0.report.pullProbability?.mean }),
      ("width of z", { $0.report.pullProbability?.std }),
      ("coverage of z at 1σ", { $0.report.pullProbability?.coverage1Sigma }),
      ("networks", { $0.report.pullStatistical?.networks.map(Double.init) }),
      ("mean of t_A", { $0.report.pullStatistical?.toTruth?.mean }),
      ("width of t_A", { $0.report.pullStatistical?.toTruth?.std }),
      ("coverage of t_A at 1σ", { $0.report.pullStatistical?.toTruth?.coverage1Sigma }),
      ("mean of t_tot", { $0.report.pullTotal?.mean }),
      ("width of t_tot", { $0.report.pullTotal?.std }),
      ("coverage of t_tot at 1σ", { $0.report.pullTotal?.coverage1Sigma }),
      ("negative log-likelihood", { $0.report.scores?.total?.negativeLogLikelihood }),
      ("CRPS", { $0.report.scores?.total?.rankedProbability }),
      ("sharpness √⟨σ_tot²⟩", { $0.report.scores?.total?.sharpness }),
      ("interval score at 95 %", { $0.report.scores?.total?.interval }),
      ("calibration error of quantiles", { $0.report.scores?.total?.calibrationError }),
      ("training, seconds", { $0.times["seconds"] }),
      ("training, points per second", { $0.times["samples_per_second"] }),
    ]
    // What no run has needs no row.
    let rows = all.filter { row in columns.contains { row.1($0) != nil } }
    let width = 2 + (rows.map(\.0.count).max() ?? 0)
    let cell = max(14, 2 + (runs.map(\.count).max() ?? 0))
    func line(_ name: String, _ cells: [String]) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0)
        + cells.map { String(repeating: " ", count: max(0, cell - $0.count)) + $0 }.joined()
    }
    json.show(line("", runs))
    for (name, value) in rows {
      json.show(line(name, columns.map { value($0).map { String(format: "%.4g", $0) } ?? "–" }))
    }
    if let picture { try drawTimes(of: columns, to: picture) }
    try json.write(
      Numbers(
        runs: zip(runs, columns).map {
          .init(run: $0, metrics: $1.report, times: $1.times)
        }))
  }

  /// The runs with a time and an accuracy, by architecture and recipe.
  private func drawTimes(of columns: [Column], to path: String) throws {
    let timed = zip(columns, runs).compactMap { column, run -> RunFigures.Run? in
      guard let seconds = column.times["seconds"], let median = column.report.medianAbsDelta,
        let configuration = try? RunConfiguration(contentsOf: RunFolder(opening: run).configuration)
      else { return nil }
      return RunFigures.Run(
        architecture: configuration.architecture ?? "",
        recipe: configuration.recipe?.rawValue ?? "",
        seconds: seconds, medianAbsDelta: median)
    }
    try RunFolder.write(RunFigures.accuracyAgainstTime(timed).svg(), to: path)
  }

  /// The numbers of one run.
  private struct Column {
    let report: PullReport
    let times: [String: Double]

    init(_ path: String, threads: Int) throws {
      if path.hasSuffix(".safetensors") {
        (report, times) = (try Column.judged(path, threads: threads), [:])
        return
      }
      let folder = try RunFolder(opening: path)
      guard folder.isFinished else {
        throw AmpError(
          "the run has not ended: there is no metrics.json", in: path,
          remedy: "Go on with it: amp-cli fit --resume \(path).")
      }
      do {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.metrics))
        report = try JSONDecoder().decode(PullReport.self, from: data)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        times = object.filter { ["seconds", "samples_per_second"].contains($0.key) }
          .compactMapValues { $0 as? Double }
      } catch {
        throw AmpError(
          "the numbers of the run cannot be read", in: folder.metrics,
          remedy: "The file is damaged: make it anew with amp-cli pulls, or repeat the run.")
      }
    }

    /// The numbers of a model file on the test points of the run in whose folder it lies.
    private static func judged(_ path: String, threads: Int) throws -> PullReport {
      let model = try Model(path)
      guard let folder = model.folder else {
        throw AmpError(
          "there is no run in the folder of this model, so its test points are not known",
          in: path, remedy: "Use amp-cli pulls \(path) --data points.npz.")
      }
      let configuration = try RunConfiguration(contentsOf: folder.configuration)
      if let data = configuration.data, try SHA256.hex(ofFile: data) != configuration.dataSHA256 {
        throw AmpError(
          "the data of the run has changed: its SHA-256 is not the one of the configuration",
          in: data, remedy: "Restore the file, or use amp-cli pulls with other points.")
      }
      let points = try RunData(configuration)
      let rows = points.split.test.isEmpty ? points.split.validation : points.split.test
      let table = points.table.rows(rows)
      return PullReport(
        try model.surrogate.predict(table.momenta, threads: threads, keepingMembers: true),
        truth: rows.map { points.truth.amplitudes[$0] }, data: table.amplitudes,
        probability: try model.surrogate.probabilityPulls(on: table, threads: threads))
    }
  }
}
