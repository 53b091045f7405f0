/// Reads lines of numbers, separated by commas, semicolons or blanks, batch by batch.
struct TableReader: PointReader {
  /// What stands between the numbers of a line.
  enum Separator {
    case comma
    case blanks
  }

  let count: Int? = nil
  private(set) var notes: [String] = []
  private let path: String
  private let separator: Separator
  private let options: ReadingOptions
  private let source: LineSource
  /// What stands between cells: a comma, or a semicolon where the first line has some.
  private var delimiter: UInt8 = 0x2c
  private var columns: PointColumns?
  private var components: [Double] = []
  private var amplitudes: [Double] = []
  private var positions = RowPositions()
  private var line = 0
  private var row = 0
  private var isFirst = true

  init(_ path: String, separator: Separator, _ options: ReadingOptions) throws {
    self.path = path
    self.separator = separator
    self.options = options
    source = LineSource(try MappedFile(path))
  }

  mutating func next() throws -> PointRecords? {
    components.removeAll(keepingCapacity: true)
    amplitudes.removeAll(keepingCapacity: true)
    positions = RowPositions()
    row = 0
    while row == 0 {
      guard let block = try source.next() else {
        if columns == nil {
          throw AmpError(
            "there is no line with data", in: path, remedy: "Check that the file is complete.")
        }
        if !isFirst { return nil }
        break
      }
      try read(block)
    }
    isFirst = false
    guard let columns else { return nil }
    return PointRecords(
      momenta: columns.particles > 0 ? Momenta(components, particles: columns.particles) : nil,
      amplitudes: columns.hasAmplitude ? amplitudes : nil, positions: positions)
  }

  /// Reads a block of whole lines.
  private mutating func read(_ block: UnsafeBufferPointer<UInt8>) throws {
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
        if columns == nil, options.columns == nil {
          let named = PointColumns(
            names: split(text.dropFirst()), amplitudeName: options.amplitudeName)
          if let named, named.particles > 0, named.complaint == nil {
            columns = named
            if separator == .comma, text.contains(";") { delimiter = 0x3b }
          }
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

  /// The cells of a line of words.
  private func split(_ text: Substring) -> [String] {
    if separator == .blanks {
      return text.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }.map(String.init)
    }
    let delimiter: Character = text.contains(";") ? ";" : ","
    return text.split(separator: delimiter, omittingEmptySubsequences: false).map { name in
      let plain = String(name).trimmingBlanks
      let isQuoted = plain.count >= 2 && plain.hasPrefix("\"") && plain.hasSuffix("\"")
      return isQuoted ? String(plain.dropFirst().dropLast()).trimmingBlanks : plain
    }
  }

  /// Settles the columns by the first line; returns whether that line is data already.
  private mutating func startColumns(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws -> Bool {
    var at = start
    let text = takeLine(&at, end)
    if separator == .comma, text.contains(";") { delimiter = 0x3b }
    var cursor = start
    var isNumber = scanDouble(&cursor, end: end) != nil
    if isNumber, cursor < end {
      // A comma behind a semicolon's number is a decimal one, about which the row complains.
      isNumber = [0x20, 0x09, 0x0d, 0x0a, 0x2c, delimiter].contains(cursor.pointee)
    }
    let cells = split(text[...])
    if let names = options.columns {
      columns = try located(path) {
        try PointColumns(
          option: names, count: cells.count, amplitudeName: options.amplitudeName)
      }
      return isNumber
    }
    if isNumber {
      if separator == .blanks {
        try guessColumns(start, end, count: cells.count)
        return true
      }
      guard let numbered = PointColumns(count: cells.count) else {
        throw error(
          "there is no header, and \(cells.count) columns are neither 4n momenta nor 4n + 1 with "
            + "the amplitude", "Add a header: E1,px1,py1,pz1,E2,…,amplitude.")
      }
      columns = numbered
      return true
    }
    guard let named = PointColumns(names: cells, amplitudeName: options.amplitudeName) else {
      throw error(
        "the header names no column of momenta or amplitudes",
        "Call the columns E1,px1,py1,pz1,E2,…,amplitude.")
    }
    if let complaint = named.complaint {
      throw error(complaint, "Call the columns E1,px1,py1,pz1,E2,…,amplitude.")
    }
    if let amplitudeName = options.amplitudeName, !named.hasAmplitude {
      throw error(
        "there is no column '\(amplitudeName)'; there are "
          + named.names.joined(separator: ", "), "Name one of these.")
    }
    columns = named
    let others = zip(named.names, named.slots).filter { $1 < 0 }.map(\.0)
    if !others.isEmpty {
      notes.append(
        "columns passed over: " + others.prefix(8).joined(separator: ", ")
          + (others.count > 8 ? ", …" : "")
          + (named.hasAmplitude ? "" : "; --amplitude-name picks the one with the amplitude"))
    }
    return false
  }

  /// Tells momenta from values by the first lines: it is the momenta that are conserved.
  private mutating func guessColumns(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, count: Int
  ) throws {
    let known = options.pdg?.count ?? options.process.map { $0.incoming.count + $0.outgoing.count }
    guard
      let particles = known.map({ 4 * $0 <= count ? $0 : 0 })
        ?? NJetRecord.particles(of: sample(start, end, count), columns: count), particles > 0
    else {
      throw error(
        "\(count) columns cannot be told apart: no number of momenta among them is conserved",
        "Name them with --columns, or give the process with --process.")
    }
    let values = count - 4 * particles
    let names = (0..<values).map { "value\($0 + 1)" }
    var amplitude = values == 1 ? 0 : nil
    if let wanted = options.amplitudeName {
      guard let found = names.firstIndex(of: wanted) else {
        throw error(
          "there is no column '\(wanted)'; behind the momenta there are "
            + (values == 0 ? "none" : names.joined(separator: ", ")), "Name one of these.")
      }
      amplitude = found
    }
    columns = PointColumns(particles: particles, values: values, amplitude: amplitude)
    if values > 1, amplitude == nil {
      notes.append(
        "\(values) values follow the momenta of \(particles) particles and were passed over; "
          + "--amplitude-name value1 … value\(values) picks the amplitude")
    }
  }

  /// The numbers of the first few lines with as many of them as the first.
  private func sample(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ count: Int
  ) -> [[Double]] {
    var at = start
    var rows: [[Double]] = []
    for _ in 0..<20 where at < end {
      var cells: [Double] = []
      skipBlanks(&at, end)
      while at < end, at.pointee != 0x0a, let value = scanDouble(&at, end: end) {
        cells.append(value)
        skipBlanks(&at, end)
      }
      if cells.count == count { rows.append(cells) }
      _ = takeLine(&at, end)
    }
    return rows
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
      let cell = at
      if slot < 0 {
        skipCell(&at, end)
      } else {
        let isQuoted = at < end && at.pointee == 0x22
        if isQuoted { at += 1 }
        guard let value = scanDouble(&at, end: end) else {
          if separator == .blanks, at == end || at.pointee == 0x0a { throw wrongCount(column) }
          throw notNumber(column, at, end)
        }
        if isQuoted {
          guard at < end, at.pointee == 0x22 else { throw notNumber(column, at, end) }
          at += 1
        }
        if slot < width { components[start + slot] = value } else { amplitude = value }
      }
      let cellEnd = at
      skipBlanks(&at, end)
      let isEnd = at == end || at.pointee == 0x0a
      if isEnd && column == count - 1 { break }
      if isEnd { throw wrongCount(column + 1) }
      switch separator {
      case .comma:
        guard at.pointee == delimiter else { throw notNumber(column, cell, end) }
        if column == count - 1 { throw wrongCount(count + 1) }
        at += 1
      case .blanks:
        guard at > cellEnd else { throw notNumber(column, cell, end) }
        if column == count - 1 { throw wrongCount(count + 1) }
      }
    }
    if at < end { at += 1 }
    if columns.hasAmplitude { amplitudes.append(amplitude) }
    positions.note(row: row, line: line)
    row += 1
  }

  /// Passes over a cell that is not used; commas in quotes belong to it.
  private func skipCell(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    var isQuoted = false
    while at < end, at.pointee != 0x0a {
      if separator == .blanks {
        if at.pointee == 0x20 || at.pointee == 0x09 || at.pointee == 0x0d { break }
      } else {
        if !isQuoted, at.pointee == delimiter { break }
        if at.pointee == 0x22 { isQuoted.toggle() }
      }
      at += 1
    }
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
    let cell = UnsafeBufferPointer(start: at, count: min(end - at, 24))
      .prefix { $0 != delimiter && $0 != 0x0a && $0 != 0x0d }
    let text = String(decoding: cell, as: UTF8.self)
    return error(
      "column '\(columns?.names[column] ?? "")' "
        + (text.isEmpty ? "is empty" : "has '\(text)' where a number should be"),
      separator == .comma && delimiter != 0x2c && text.contains(",")
        ? "Write numbers with a decimal point, like 12.5."
        : "Write numbers like 12.5 or 1.25e1, separated by "
          + (separator == .blanks ? "blanks." : delimiter == 0x2c ? "commas." : "semicolons."))
  }
}

@inline(__always)
func skipBlanks(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
  while at < end, at.pointee == 0x20 || at.pointee == 0x09 || at.pointee == 0x0d { at += 1 }
}

/// The text up to the end of the line; moves behind the line feed.
func takeLine(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> String {
  let start = at
  while at < end, at.pointee != 0x0a { at += 1 }
  let text = String(decoding: UnsafeBufferPointer(start: start, count: at - start), as: UTF8.self)
  if at < end { at += 1 }
  return text
}
