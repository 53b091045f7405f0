/// The rows of an array in a file, which are read from front to back.
package protocol ArrayRows {
  /// The lengths of the axes.
  var shape: [Int] { get }

  /// The number of elements of a row, which is everything behind the first axis.
  var width: Int { get }

  /// The number of rows.
  var count: Int { get }

  /// Whether ``count`` was compared with the size of the file.
  var isCountSure: Bool { get }

  /// Up to `limit` further rows, row-major; empty at the end.
  mutating func next(_ limit: Int) throws -> [Double]
}

extension NumpyRows: ArrayRows {}

/// Reads the rows of an array as points: (N, n, 4), rows of 4n momenta with or without the
/// amplitude, or (N) amplitudes.
package struct ArrayReader<Rows: ArrayRows>: PointReader {
  package let notes: [String] = []
  private var rows: Rows
  private let columns: PointColumns
  private let limit: Int
  private var row = 0
  private var isDone = false

  package var count: Int? { rows.isCountSure ? rows.count : nil }

  /// Whether these are amplitudes only.
  package var isLabels: Bool { columns.particles == 0 }

  /// Settles the columns by the shape, or as the options name them.
  package init(_ rows: Rows, place: String, _ options: ReadingOptions) throws {
    self.rows = rows
    let shape = rows.shape
    limit = max(1, (1 << 18) / max(1, rows.width))
    if shape.count == 1 || (shape.count == 2 && shape[1] == 1) {
      columns = PointColumns(particles: 0, values: 1, amplitude: 0)
      return
    }
    let isList = shape.count == 2 && shape[1] > 0
    let isMomenta = shape.count == 3 && shape[1] > 0 && shape[2] == 4
    if isList || isMomenta, let names = options.columns {
      columns = try located(place) {
        try PointColumns(
          option: names, count: rows.width, amplitudeName: options.amplitudeName)
      }
    } else if isMomenta {
      columns = PointColumns(particles: shape[1], values: 0, amplitude: nil)
    } else if isList, let numbered = PointColumns(count: shape[1]) {
      columns = numbered
    } else {
      throw AmpError(
        "an array of the shape \(shape) is not a list of points", in: place,
        remedy: "Give momenta as (N, n, 4), or rows of 4n momenta with or without the amplitude, "
          + "or amplitudes as (N); or name the columns of a list with --columns.")
    }
  }

  package mutating func next() throws -> PointRecords? {
    if isDone { return nil }
    let values = try rows.next(limit)
    if values.isEmpty {
      isDone = true
      // An empty file still tells what it would hold.
      return row == 0 ? columns.records([]) : nil
    }
    var records = columns.records(values)
    records.positions.start = row
    row += records.count
    return records
  }
}
