/// A file format for phase-space points, with or without amplitudes.
///
/// A new format is one file with a type that conforms, and one line in ``PointFormats/all``.
public protocol PointFormat: Sendable {
  /// What messages call the format.
  var name: String { get }

  /// How the names of such files end, with the dot and in lower case.
  var suffixes: [String] { get }

  /// Whether a file that begins with `head` (a few kilobytes, decompressed) is of this format.
  func recognizes(_ head: [UInt8]) -> Bool

  /// Reads everything in the file that the format understands, without judging the numbers.
  ///
  /// - Throws: ``AmpError`` if the file cannot be read.
  func read(_ path: String, amplitudeName: String?) throws -> PointRecords

  /// Writes points, with amplitudes if there are any, in a way that ``read(_:amplitudeName:)``
  /// gives back bit for bit.
  ///
  /// - Throws: ``AmpError`` if the file cannot be written.
  func write(_ momenta: Momenta, amplitudes: [Double]?, to path: String) throws
}

/// What a file holds: momenta, amplitudes, or both.
public struct PointRecords: Sendable {
  /// The momenta, if there are any.
  public var momenta: Momenta?

  /// The amplitudes, if there are any; one per point if there are momenta.
  public var amplitudes: [Double]?

  /// Where in the file the rows are.
  public var positions: RowPositions

  /// Creates records.
  public init(momenta: Momenta?, amplitudes: [Double]?, positions: RowPositions = .init()) {
    self.momenta = momenta
    self.amplitudes = amplitudes
    self.positions = positions
  }

  /// The number of rows.
  public var count: Int { momenta?.count ?? amplitudes?.count ?? 0 }
}

/// Turns the number of a row into words that lead to it: a line of a text file, or the row itself.
public struct RowPositions: Sendable, Equatable {
  // Text files: row r of run k is line r + offset, for rows from `first` on.
  private var runs: [(first: Int, offset: Int)] = []

  /// Creates positions in a file without lines.
  public init() {}

  /// Notes that `row` was found in `line`; rows must come in order.
  public mutating func note(row: Int, line: Int) {
    if runs.last?.offset != line - row { runs.append((row, line - row)) }
  }

  /// `line 12` in a text file, `row 10` elsewhere.
  public func describe(_ row: Int) -> String {
    guard let run = runs.last(where: { $0.first <= row }) else { return "row \(row)" }
    return "line \(row + run.offset)"
  }

  /// Whether both describe every row alike.
  public static func == (a: RowPositions, b: RowPositions) -> Bool {
    a.runs.elementsEqual(b.runs) { $0 == $1 }
  }
}
