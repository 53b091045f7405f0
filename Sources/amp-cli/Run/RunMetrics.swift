import AmpCore
import AmpData
import AmpUncertainty
import Foundation

/// What stands in `metrics.json`: the pull report on the test points, and how long it took.
struct RunMetrics {
  let report: PullReport
  let seconds: Double
  let samplesPerSecond: Double
  let finishing: FinishingRecord?

  /// The systematic pulls without the calibration of the fit; nil if there was none.
  let before: PullReport.Pulls?

  /// The fraction of values outside the spline grid of each layer; nil for other networks.
  let outsideGrid: [Double]?

  init(
    _ result: Fit.Result, on data: RunData, threads: Int, ranks: any Ranks, trainingPoints: Int,
    batch: Int
  ) throws {
    let rows = data.split.test.isEmpty ? data.split.validation : data.split.test
    let points = data.table.rows(rows)
    let truth = rows.map { data.truth.amplitudes[$0] }
    let prediction = try result.surrogate.predict(
      points.momenta, threads: threads, keepingMembers: true, ranks: ranks)
    report = PullReport(
      prediction, truth: truth, data: points.amplitudes,
      probability: try result.surrogate.probabilityPulls(on: points, threads: threads))
    before = try RunMetrics.pulls(before: result.surrogate, points, threads, ranks)
    outsideGrid = try result.surrogate.fractionsOutsideGrid(at: points.momenta, threads: threads)
    seconds = result.seconds
    finishing = result.finishing
    let training = result.history.last?.seconds ?? 0
    let perEpoch = trainingPoints / max(1, min(batch, trainingPoints)) * min(batch, trainingPoints)
    samplesPerSecond = training > 0 ? Double(result.history.count * perEpoch) / training : 0
  }

  private static func pulls(
    before surrogate: Surrogate, _ points: AmplitudeTable, _ threads: Int, _ ranks: any Ranks
  ) throws -> PullReport.Pulls? {
    if surrogate.description.recalibrations.isEmpty { return nil }
    let prediction = try surrogate.withoutRecalibrations()
      .predict(points.momenta, threads: threads, ranks: ranks)
    return try? PullReport.Pulls(
      Pull(prediction, against: points.amplitudes, over: .systematic).distribution)
  }

  /// The report with `seconds` and `samples_per_second` beside its keys, `finishing` where there was
  /// any, `pull_before_calibration` where the fit calibrates, and of a Kolmogorov–Arnold network `outside_grid`, layer by layer.
  func json() throws -> String {
    var members: [String: Any] = ["seconds": seconds, "samples_per_second": samplesPerSecond]
    members["outside_grid"] = outsideGrid
    members["pull_before_calibration"] = try before.map {
      try JSONSerialization.jsonObject(with: JSONEncoder().encode($0))
    }
    if let finishing {
      members["finishing"] = [
        "steps": finishing.steps, "seconds": finishing.seconds,
        "validation_residual_before": member(finishing.before),
        "validation_residual_after": member(finishing.after),
      ]
    }
    return try merged(report.json(), members)
  }

  /// The fractions outside the spline grids as a line.
  static func text(outsideGrid fractions: [Double]) -> String {
    "values outside the spline grids, layer by layer: "
      + fractions.map { String(format: "%.2f %%", 100 * $0) }.joined(separator: ", ")
  }
}

/// `value`, or null where JSON has no number for it.
private func member(_ value: Double) -> Any { value.isFinite ? value : NSNull() }

/// The JSON object `text` with further members, keys sorted.
func merged(_ text: String, _ members: [String: Any]) throws -> String {
  var object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  object.merge(members) { _, new in new }
  let data = try JSONSerialization.data(
    withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  return String(decoding: data, as: UTF8.self) + "\n"
}
