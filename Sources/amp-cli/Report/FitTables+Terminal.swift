import AmpUncertainty

extension FitTables {
  /// The numbers of a report as aligned columns for a terminal.
  static func terminal(_ report: PullReport) -> String {
    var parts = [aligned(numbers(report))]
    for table in [PullTables.summary(report), PullTables.scaled(report)] {
      if let table { parts.append(aligned([table.header] + table.rows)) }
    }
    return parts.joined(separator: "\n\n")
  }

  /// The pulls in bins of `variable` as aligned columns for a terminal.
  static func terminal(_ report: PullReport, over variable: PullVariable) -> String {
    let binned = report.bins?[variable.name]
    var table = PullTables.bins(
      (variable == .amplitude ? report.amplitudeBins : binned?.bins) ?? [],
      extremes: (variable == .amplitude ? report.amplitudeExtremes : binned?.extremes) ?? [], report
    )
    table.header[0] = variable == .amplitude ? "amplitude" : variable.name + ", GeV²"
    return aligned([table.header] + table.rows)
  }

  /// Rows of as many cells with the first column to the left, the others to the right.
  static func aligned(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "   ").replacing(/\s+$/, with: "")
    }.joined(separator: "\n")
  }
}
