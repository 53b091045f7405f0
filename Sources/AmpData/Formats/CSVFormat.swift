/// Points in comma-separated text, `.csv`, or compressed, `.csv.gz`.
///
/// The header names the columns: `E1,px1,py1,pz1,E2,…,amplitude`, in any order and case; other
/// columns are passed over. Semicolons may stand in place of the commas. Without a header, a line has 4n momenta, or 4n + 1 numbers with the
/// amplitude last. Lines that begin with `#` and blank lines are comments, lines may end in CR LF.
/// Numbers are written with the fewest digits that give the same double back.
public struct CSVFormat: PointFormat {
  /// What messages call the format.
  public let name = "CSV"
  /// How the names of such files end.
  public let suffixes = [".csv", ".csv.gz"]

  /// Creates the format.
  public init() {}

  /// Whether `head` is text of which the first line that is no comment has commas or semicolons, or is
  /// one number.
  public func recognizes(_ head: [UInt8]) -> Bool {
    guard let line = firstLine(of: head), line.first != 0x3c else { return false }
    let cell = String(decoding: line, as: UTF8.self).trimmingBlanks
    return line.contains(0x2c) || line.contains(0x3b) || Double(cell) != nil
      || PointColumns.isAmplitude(cell, nil)
  }

  /// Reads the columns, taking the amplitude from the one that the options name.
  public func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader {
    try TableReader(path, separator: .comma, options)
  }

  /// Writes a header and one line per point.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    try TableWriter(path, separator: 0x2c, header: "", layout)
  }
}

/// Writes one line of numbers per point, with the names of the columns above them.
final class TableWriter: PointWriter {
  private var file: TextFile
  private let separator: UInt8
  private var text: [UInt8] = []

  init(_ path: String, separator: UInt8, header: String, _ layout: PointLayout) throws {
    file = try TextFile(path)
    self.separator = separator
    let names = (1...layout.particles).flatMap { i in
      ["E", "px", "py", "pz"].map { "\($0)\(i)" }
    }
    let line = (names + (layout.hasAmplitudes ? ["amplitude"] : [])).joined(
      separator: String(UnicodeScalar(separator)))
    try file.write(header + line + "\n")
  }

  func append(_ batch: PointRecords) throws {
    guard let momenta = batch.momenta else { return }
    let width = 4 * momenta.particles
    for row in 0..<momenta.count {
      for column in 0..<width {
        if column > 0 { text.append(separator) }
        text.append(contentsOf: momenta.components[row * width + column].description.utf8)
      }
      if let amplitudes = batch.amplitudes {
        text.append(separator)
        text.append(contentsOf: amplitudes[row].description.utf8)
      }
      text.append(0x0a)
      if text.count > 1 << 16 { try flush() }
    }
    try flush()
  }

  func commit() throws { try file.commit() }

  private func flush() throws {
    try text.withUnsafeBytes { try file.write($0) }
    text.removeAll(keepingCapacity: true)
  }
}

/// The first line of a text that is no comment and not blank; nil if this is no text.
func firstLine(of head: [UInt8]) -> ArraySlice<UInt8>? {
  if head.contains(0) { return nil }
  let text = head.starts(with: byteOrderMark) ? head.dropFirst(3) : head[...]
  // Byte 13 alone ends no line, but no line of ours is empty because of it.
  for line in text.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
    let cells = line.drop { $0 == 0x20 || $0 == 0x09 }
    if let first = cells.first, first != 0x23 { return cells }
  }
  return nil
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
