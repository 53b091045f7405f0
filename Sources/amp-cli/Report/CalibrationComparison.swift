import AmpCore
import AmpPlots
import AmpUncertainty
import Foundation

/// Pulls before and after the recalibrations of a surrogate, on the same points.
///
/// They are those of σ_syst against the data, or of σ_stat for surrogates that learn no σ_syst.
package struct CalibrationComparison {
  /// The recalibrations, in the order they are applied.
  let records: [Recalibration]
  let before: Pull
  let after: Pull
  /// For recalibrations along a variable, its value at each point before that recalibration.
  private let variables: [[Double]?]

  /// Compares predictions of the points `momenta`; nil where there is nothing to compare.
  package init?(
    _ records: [Recalibration], before: Prediction, after: Prediction, at momenta: Momenta,
    against data: [Double]
  ) {
    let kind: Pull.Uncertainty = after.logSystematic != nil ? .systematic : .statistical
    guard !records.isEmpty, let old = try? Pull(before, against: data, over: kind),
      let new = try? Pull(after, against: data, over: kind)
    else { return nil }
    self.records = records
    (self.before, self.after) = (old, new)
    var now = before
    variables = records.map { record in
      defer { now = record.applied(to: now, at: momenta) }
      return record.variable.map { $0(now, momenta) }
    }
  }

  /// What was done, a sentence each.
  var descriptions: [String] { records.map(\.description) }

  /// The coverage that ±σ should have.
  var level: Double { records.last?.level ?? 0.6827 }

  /// The numbers before and after.
  var table: PullTables.Table {
    PullTables.comparison(
      PullReport.Pulls(before.distribution), PullReport.Pulls(after.distribution), level: level)
  }

  /// All pictures with their captions.
  func figures() -> [(figure: Figure, caption: String)] {
    var figures = [
      (histograms(), "The pulls before and after, against the unit Gaussian."),
      (
        curves(),
        "Part of the pulls inside the central interval of each nominal level, before and after."
      ),
    ]
    for (record, values) in zip(records, variables) {
      guard let values, let figure = factors(of: record, over: values) else { continue }
      figures.append(
        (
          figure,
          "The factor on σ: \(record.description). "
            + (record.nodes == nil ? "A step function; b" : "Straight lines between nodes; b")
            + "eyond the ends the outermost factors hold."
        ))
    }
    return figures
  }

  private func histograms() -> Figure {
    var figure = Figure("Pulls before and after calibration", x: Axis("t"), y: Axis("density"))
    let bins = max(20, FitFigures.bins(for: after.points)) / 2 * 2
    for (k, (name, pull)) in [("before", before), ("after", after)].enumerated() {
      let shape = pull.distribution
      figure.marks.append(
        .histogram(
          Histogram(pull.values, bins: bins, range: -5...5).density(),
          label: "\(name), width \(FitTables.number(shape.width))", colour: .series(k)))
    }
    let grid = (0...200).map { Double($0) / 20 - 5 }
    figure.marks.append(
      .line(
        x: grid, y: grid.map(StandardNormal.density), label: "N(0, 1)", colour: .ink, dashed: true))
    return figure
  }

  private func curves() -> Figure {
    var figure = Figure(
      "Calibration before and after", x: Axis("nominal coverage", range: 0...1),
      y: Axis("observed coverage", range: 0...1))
    var difference: [Mark] = [.horizontal(at: 0, colour: .ink)]
    for (k, (name, pull)) in [("before", before), ("after", after)].enumerated() {
      let curve = CalibrationCurve(of: pull.values)
      figure.marks.append(
        .line(x: curve.nominal, y: curve.observed, label: name, colour: .series(k)))
      difference.append(
        .line(
          x: curve.nominal, y: zip(curve.observed, curve.nominal).map { $0 - $1 },
          colour: .series(k)))
    }
    figure.marks.append(
      .line(x: [0, 1], y: [0, 1], label: "calibrated", colour: .ink, dashed: true))
    figure.lower = Figure.Panel(y: Axis("difference"), marks: difference)
    figure.height = 420
    return figure
  }

  /// The factors of `record` over the points' own range of its variable.
  private func factors(of record: Recalibration, over values: [Double]) -> Figure? {
    let finite = values.filter(\.isFinite)
    guard let variable = record.variable, let low = finite.min(), let high = finite.max(),
      let first = (record.nodes ?? record.edges).first,
      let last = (record.nodes ?? record.edges).last
    else { return nil }
    let borders = [min(low, first)] + (record.nodes ?? record.edges) + [max(high, last)]
    // Amplitude and uncertainty are known by their logarithms.
    let (unit, isLogarithm) =
      switch variable {
      case .amplitude: ("A", true)
      case .uncertainty: ("σ/A", true)
      case .invariant: (variable.name + " in GeV²", false)
      }
    func shown(_ value: Double) -> Double { isLogarithm ? exp(value) : value }
    let x =
      record.nodes != nil
      ? borders.map(shown)
      : zip(borders, borders.dropFirst()).flatMap { [shown($0), shown($1)] }
    let y =
      record.nodes != nil ? borders.map(record.scale(at:)) : record.factors.flatMap { [$0, $0] }
    var figure = Figure(
      "Calibration factors by \(variable.name)", x: Axis(unit, .logarithmic),
      y: Axis("factor on σ"))
    figure.marks = [.horizontal(at: 1), .line(x: x, y: y, label: record.method.rawValue)]
    return figure
  }
}
