/// Reads the lines of a CSV file, block by block.
struct CSVReader {
  private let path: String
  private let amplitudeName: String?
  private var columns: CSVColumns?
  private var components: [Double] = []
  private var amplitudes: [Double] = []
  private var positions = RowPositions()
  private var line = 0
  private var row = 0

  init(_ path: String, amplitudeName: String?) {
    self.path = path
    self.amplitudeName = amplitudeName
  }

  /// What was read.
  func records() throws -> PointRecords {
    guard let columns else {
      throw AmpError(
        "there is no line with data", in: path, remedy: "Check that the file is complete.")
    }
    return PointRecords(
      momenta: columns.particles > 0 ? Momenta(components, particles: columns.particles) : nil,
      amplitudes: columns.hasAmplitude ? amplitudes : nil, positions: positions)
  }

  /// Reads a block of whole lines.
  mutating func read(_ block: UnsafeBufferPointer<UInt8>) throws {
    guard let base = block.baseAddress else { return }
    var at = base
    let end = base + block.count
    if line == 0, block.starts(with: byteOrderMark) { at += 3 }
    while at < end {
      line += 1
      skipBlanks(&at, end)
      if at == end { break }
      switch at.pointee {
      case 0x0a: at += 1
      case 0x23:
        let text = takeLine(&at, end)
        // numpy.savetxt writes its header as a comment.
        if columns == nil {
          let named = CSVColumns(header: String(text.dropFirst()), amplitudeName: amplitudeName)
          if let named, named.particles > 0, named.complaint == nil { columns = named }
        }
      default:
        if columns == nil, try !startColumns(at, end) {
          _ = takeLine(&at, end)
        } else {
          try readRow(&at, end)
        }
      }
    }
  }

  /// Settles the columns by the first line; returns whether that line is data already.
  private mutating func startColumns(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws -> Bool {
    var at = start
    let text = takeLine(&at, end)
    var cursor = start
    let isNumber = scanDouble(&cursor, end: end) != nil
    skipBlanks(&cursor, end)
    if isNumber && (cursor == end || cursor.pointee == 0x2c || cursor.pointee == 0x0a) {
      let count = text.utf8.count { $0 == 0x2c } + 1
      guard let numbered = CSVColumns(count: count) else {
        throw error(
          "there is no header, and \(count) columns are neither 4n momenta nor 4n + 1 with "
            + "the amplitude", "Add a header: E1,px1,py1,pz1,E2,…,amplitude.")
      }
      columns = numbered
      return true
    }
    guard let named = CSVColumns(header: text, amplitudeName: amplitudeName) else {
      throw error(
        "the header names no column of momenta or amplitudes",
        "Call the columns E1,px1,py1,pz1,E2,…,amplitude.")
    }
    if let complaint = named.complaint {
      throw error(complaint, "Call the columns E1,px1,py1,pz1,E2,…,amplitude.")
    }
    if let amplitudeName, !named.hasAmplitude {
      throw error(
        "there is no column '\(amplitudeName)'; there are "
          + named.names.joined(separator: ", "), "Name one of these.")
    }
    columns = named
    return false
  }

  private mutating func readRow(
    _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws {
    guard let columns else { return }
    let width = 4 * columns.particles
    let start = components.count
    components.append(contentsOf: repeatElement(0, count: width))
    var amplitude = 0.0
    let count = columns.slots.count
    for column in 0..<count {
      let slot = columns.slots[column]
      skipBlanks(&at, end)
      if slot < 0 {
        skipCell(&at, end)
      } else {
        let isQuoted = at < end && at.pointee == 0x22
        if isQuoted { at += 1 }
        guard let value = scanDouble(&at, end: end) else { throw notNumber(column, at, end) }
        if isQuoted {
          guard at < end, at.pointee == 0x22 else { throw notNumber(column, at, end) }
          at += 1
        }
        if slot < width { components[start + slot] = value } else { amplitude = value }
      }
      skipBlanks(&at, end)
      let isEnd = at == end || at.pointee == 0x0a
      if isEnd && column == count - 1 { break }
      if isEnd { throw wrongCount(column + 1) }
      guard at.pointee == 0x2c else { throw notNumber(column, at, end) }
      if column == count - 1 { throw wrongCount(count + 1) }
      at += 1
    }
    if at < end { at += 1 }
    if columns.hasAmplitude { amplitudes.append(amplitude) }
    positions.note(row: row, line: line)
    row += 1
  }

  private func error(_ problem: String, _ remedy: String) -> AmpError {
    AmpError(problem, in: path, at: "line \(line)", remedy: remedy)
  }

  private func wrongCount(_ found: Int) -> AmpError {
    let expected = columns?.slots.count ?? 0
    return error(
      "the line has \(found > expected ? "more than \(expected)" : "\(found)") values, but "
        + "\(expected) are expected", "Give every line as many values as the first.")
  }

  private func notNumber(
    _ column: Int, _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> AmpError {
    // Back to the start of the cell, for the message.
    let cell = UnsafeBufferPointer(start: at, count: min(end - at, 24))
      .prefix { $0 != 0x2c && $0 != 0x0a && $0 != 0x0d }
    let text = String(decoding: cell, as: UTF8.self)
    return error(
      "column '\(columns?.names[column] ?? "")' "
        + (text.isEmpty ? "is empty" : "has '\(text)' where a number should be"),
      "Write numbers like 12.5 or 1.25e1, separated by commas.")
  }
}

@inline(__always)
private func skipBlanks(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
  while at < end, at.pointee == 0x20 || at.pointee == 0x09 || at.pointee == 0x0d { at += 1 }
}

/// Passes over a cell that is not used; commas in quotes belong to it.
private func skipCell(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
  var isQuoted = false
  while at < end, at.pointee != 0x0a, isQuoted || at.pointee != 0x2c {
    if at.pointee == 0x22 { isQuoted.toggle() }
    at += 1
  }
}

/// The text up to the end of the line; moves behind the line feed.
private func takeLine(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> String {
  let start = at
  while at < end, at.pointee != 0x0a { at += 1 }
  let text = String(decoding: UnsafeBufferPointer(start: start, count: at - start), as: UTF8.self)
  if at < end { at += 1 }
  return text
}
