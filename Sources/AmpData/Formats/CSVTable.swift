import AmpCore

/// Columns of numbers under names, written as CSV, compressed where the name ends in `.gz`.
public struct CSVTable: Sendable {
  /// The names and values of the columns, all of the same length.
  public let columns: [(name: String, values: [Double])]

  /// Joins columns; traps unless they have the same length.
  public init(_ columns: [(name: String, values: [Double])]) {
    precondition(
      Set(columns.map(\.values.count)).count <= 1,
      "columns of lengths \(columns.map(\.values.count))")
    self.columns = columns
  }

  /// Writes a header and one line per row, digits that give the same doubles when read.
  ///
  /// Throws an ``AmpError`` if the file cannot be written.
  public func write(to path: String) throws {
    try TextTable.write(
      columns.map(\.name), rows: columns.first?.values.count ?? 0, to: path
    ) { row, column in columns[column].values[row] }
  }
}

/// Rows of numbers as comma-separated text.
enum TextTable {
  /// Writes a header and one line per row; `value(row, column)` gives the numbers.
  static func write(
    _ names: [String], rows: Int, to path: String, value: (Int, Int) -> Double
  ) throws {
    var file = try TextFile(path)
    var text = Array((names.joined(separator: ",") + "\n").utf8)
    text.reserveCapacity(1 << 17)
    for row in 0..<rows {
      for column in names.indices {
        if column > 0 { text.append(0x2c) }
        text.append(contentsOf: value(row, column).description.utf8)
      }
      text.append(0x0a)
      if text.count > 1 << 16 {
        try text.withUnsafeBytes { try file.write($0) }
        text.removeAll(keepingCapacity: true)
      }
    }
    try text.withUnsafeBytes { try file.write($0) }
    try file.commit()
  }
}
