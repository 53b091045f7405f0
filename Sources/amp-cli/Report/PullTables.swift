import AmpUncertainty
import Foundation

/// The tables of pulls, for the page of a fit and for a terminal.
enum PullTables {
  /// A heading, and rows of as many cells.
  typealias Table = (header: [String], rows: [[String]])

  /// The pulls that the report has; a total that is the systematic one is left out.
  static func kinds(_ report: PullReport) -> [PullSet.Kind] {
    PullSet.Kind.allCases.filter { kind in
      switch kind {
      case .systematic: report.pullSystematic != nil
      case .probability: report.pullProbability != nil
      case .toExpectation: report.pullStatistical?.toExpectation != nil
      case .toTruth: report.pullStatistical?.toTruth != nil
      case .total: report.pullTotal != nil && report.pullStatistical != nil
      }
    }
  }

  /// The numbers of one kind of pull.
  static func pulls(_ report: PullReport, _ kind: PullSet.Kind) -> PullReport.Pulls? {
    switch kind {
    case .systematic: report.pullSystematic
    case .probability: report.pullProbability
    case .toExpectation: report.pullStatistical?.toExpectation
    case .toTruth: report.pullStatistical?.toTruth
    case .total: report.pullTotal
    }
  }

  /// `value` with its error; a value that is fixed by construction has none worth telling.
  static func number(_ value: Double?, error: Double?) -> String {
    guard let value, let error, error < 1e-4 * max(1, abs(value)) else {
      return FitTables.number(value, error: error)
    }
    return FitTables.number(abs(value) < 1e-6 ? 0 : value)
  }

  /// A column for every kind of pull; nil without any.
  static func summary(_ report: PullReport) -> Table? {
    let kinds = kinds(report)
    let all = kinds.compactMap { pulls(report, $0) }
    guard !all.isEmpty else { return nil }
    func row(
      _ name: String, _ expected: String, _ cell: (PullReport.Pulls) -> String
    ) -> [String] { [name] + all.map(cell) + [expected] }
    var rows = [
      row("mean", "0") { number($0.mean, error: $0.meanError) },
      row("width", "1") { number($0.std, error: $0.stdError) },
      row("√⟨t²⟩", "1") { FitTables.number($0.rms) },
      row("χ² / degrees of freedom", "1") { FitTables.number($0.chi2PerNdf) },
      row("Kolmogorov–Smirnov distance", "0") { FitTables.number($0.ks) },
      row("its p-value", "") { FitTables.number($0.ksPValue) },
      row("coverage at 1σ", "68.27 %") { FitTables.percent($0.coverage1Sigma) },
      row("coverage at 2σ", "95.45 %") { FitTables.percent($0.coverage2Sigma) },
      row("coverage at 3σ", "99.73 %") { FitTables.percent($0.coverage3Sigma) },
      row("part below −3", "0.13 %") { FitTables.percent($0.tailBelow) },
      row("part above +3", "0.13 %") { FitTables.percent($0.tailAbove) },
      row("largest |t|", "") { FitTables.number($0.largest) },
    ]
    if all.contains(where: { $0.notFinite > 0 }) {
      rows.append(row("pulls without a number", "0") { "\($0.notFinite)" })
    }
    return (["pulls"] + kinds.map(\.symbol) + ["if calibrated"], rows)
  }

  /// The numbers of pulls before and after a calibration after which ±σ covers `level`.
  static func comparison(
    _ before: PullReport.Pulls, _ after: PullReport.Pulls, level: Double
  ) -> Table {
    func percent(_ value: Double?) -> String {
      value.map { String(format: "%.2f %%", 100 * $0) } ?? "–"
    }
    func row(_ name: String, _ cell: (PullReport.Pulls) -> String, _ ideal: String) -> [String] {
      [name, cell(before), cell(after), ideal]
    }
    let isGaussian = level == 0.6827
    return (
      ["", "before", "after", "ideal"],
      [
        row("mean of t", { FitTables.number($0.mean, error: $0.meanError) }, "0"),
        row("width of t", { FitTables.number($0.std, error: $0.stdError) }, "1"),
        row("coverage of ±σ", { percent($0.coverage1Sigma) }, percent(level)),
        row("coverage of ±2σ", { percent($0.coverage2Sigma) }, isGaussian ? "95.45 %" : ""),
        row("coverage of ±3σ", { percent($0.coverage3Sigma) }, isGaussian ? "99.73 %" : ""),
        row("Kolmogorov–Smirnov distance", { FitTables.number($0.ks) }, "0"),
        row("its p-value", { FitTables.number($0.ksPValue) }, ""),
      ]
    )
  }

  /// The scaled pulls by the number of networks; nil without several networks.
  static func scaled(_ report: PullReport) -> Table? {
    guard let scaled = report.pullStatistical?.scaled, !scaled.isEmpty else { return nil }
    let rows = scaled.map { row in
      [
        "\(row.networks)", FitTables.number(row.toExpectation.rms),
        FitTables.number(row.expected), FitTables.number(row.toTruth.mean),
        FitTables.number(row.toTruth.std), FitTables.number(row.toTruth.rms),
      ]
    }
    return (
      [
        "networks M", "√⟨t²⟩ of t^(M)", "√(1 − M/N)", "mean of t_true^(M)", "width", "√⟨t²⟩",
      ], rows
    )
  }

  /// Mean, width and coverage of every kind of pull in bins.
  static func bins(_ bins: [PullReport.Bin], extremes: [PullReport.Bin], _ report: PullReport)
    -> Table
  {
    let kinds = kinds(report)
    func row(_ name: String, _ bin: PullReport.Bin) -> [String] {
      let cells = kinds.flatMap { kind in
        let pulls = bin[kind]
        return [
          number(pulls?.mean, error: pulls?.meanError),
          number(pulls?.std, error: pulls?.stdError),
          FitTables.percent(pulls?.coverage1Sigma),
        ]
      }
      return [name] + cells
    }
    var rows = bins.map {
      row("from \(FitTables.number($0.low)) to \(FitTables.number($0.high))", $0)
    }
    if extremes.count == 2 {
      rows.insert(row("lowest 1 %", extremes[0]), at: 0)
      rows.append(row("highest 1 %", extremes[1]))
    }
    let header = kinds.flatMap { ["\($0.symbol) mean", "width", "in 1σ"] }
    return ([""] + header, rows)
  }
}
