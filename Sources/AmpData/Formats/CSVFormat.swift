/// Points in comma-separated text, `.csv`, or compressed, `.csv.gz`.
///
/// The header names the columns: `E1,px1,py1,pz1,E2,…,amplitude`, in any order and case; other
/// columns are passed over. Without a header, a line has 4n momenta, or 4n + 1 numbers with the
/// amplitude last. Lines that begin with `#` and blank lines are comments, lines may end in CR LF.
/// Numbers are written with the fewest digits that give the same double back.
public struct CSVFormat: PointFormat {
  /// What messages call the format.
  public let name = "CSV"
  /// How the names of such files end.
  public let suffixes = [".csv", ".csv.gz"]

  /// Creates the format.
  public init() {}

  /// Whether `head` is text of which the first line that is no comment has commas or is one number.
  public func recognizes(_ head: [UInt8]) -> Bool {
    if head.contains(0) { return false }
    let text = head.starts(with: byteOrderMark) ? head.dropFirst(3) : head[...]
    // Byte 13 alone ends no line, but no line of ours is empty because of it.
    for line in text.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }), first != 0x23 else {
        continue
      }
      let cell = String(decoding: line, as: UTF8.self).trimmingBlanks
      return line.contains(0x2c) || Double(cell) != nil || CSVColumns.isAmplitude(cell, nil)
    }
    return false
  }

  /// Reads the columns, taking the amplitude from the one called `amplitudeName`.
  public func read(_ path: String, amplitudeName: String?) throws -> PointRecords {
    var reader = CSVReader(path, amplitudeName: amplitudeName)
    try LineBlocks(path).forEach { try reader.read($0) }
    return try reader.records()
  }

  /// Writes a header and one line per point.
  public func write(_ momenta: Momenta, amplitudes: [Double]?, to path: String) throws {
    let names = (1...momenta.particles).flatMap { i in ["E", "px", "py", "pz"].map { "\($0)\(i)" } }
    try TextTable.write(
      names + (amplitudes == nil ? [] : ["amplitude"]), rows: momenta.count, to: path
    ) { row, column in
      column < names.count
        ? momenta.components[row * names.count + column] : amplitudes?[row] ?? .nan
    }
  }
}

/// What some programs put in front of UTF-8.
let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

extension String {
  /// The text without blanks at both ends.
  var trimmingBlanks: String {
    let blanks: Set<Character> = [" ", "\t", "\r", "\r\n"]
    let tail = drop { blanks.contains($0) }
    return String(tail.reversed().drop { blanks.contains($0) }.reversed())
  }
}
