import AmpUncertainty

extension FitTables {
  /// The numbers of a report as aligned columns for a terminal.
  static func terminal(_ report: PullReport) -> String {
    let rows = numbers(report)
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "   ").replacing(/\s+$/, with: "")
    }.joined(separator: "\n")
  }
}
