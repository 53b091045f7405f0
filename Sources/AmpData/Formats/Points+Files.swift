// Reading and writing points: the format is recognised by the content of a file when reading, and
// by the end of its name when writing. What was read is checked row by row.

extension AmplitudeTable {
  /// Reads points with amplitudes from a file in any known format; refuses it if a row is bad.
  ///
  /// - Throws: ``AmpError`` that names the file, the row or line, and what can be done.
  public init(
    contentsOf path: String, formats: PointFormats = .standard, options: ReadingOptions = .init()
  ) throws {
    self = try AmplitudeTable.read(path, formats: formats, badRows: .stop, options: options).table
  }

  /// Reads points with amplitudes, with a report on all rows.
  ///
  /// The report counts rows of the file, bad ones included, and lists those left out.
  ///
  /// - Throws: ``AmpError`` if the file cannot be read, has no good row or, with
  ///   ``BadRows/stop``, has a bad one.
  public static func read(
    _ path: String, formats: PointFormats = .standard, badRows: BadRows,
    options: ReadingOptions = .init()
  ) throws -> (table: AmplitudeTable, report: ValidationReport) {
    let (momenta, found, report) = try formats.readUnjudged(path, options: options)
    guard let amplitudes = found else {
      throw AmpError(
        "there are momenta, but no amplitudes", in: path,
        remedy: "Give the file with the amplitudes as well, or the name of their column.")
    }
    try settle(report, path, badRows)
    let table = AmplitudeTable(momenta: momenta, amplitudes: amplitudes)
    return (report.bad == 0 ? table : table.rows(report.keptRows), report)
  }

  /// Writes the points; the end of the name chooses the format.
  ///
  /// Formats of events need the `process`.
  ///
  /// - Throws: ``AmpError`` if the ending is not known or the file cannot be written.
  public func write(to path: String, process: ScatteringProcess? = nil) throws {
    try PointFormats.standard.named(path).write(
      momenta, amplitudes: amplitudes, process: process, to: path)
  }
}

extension PointFormats {
  /// Reads points, with amplitudes if there are any, and checks them without leaving any out.
  ///
  /// - Throws: ``AmpError`` if a file cannot be read or has no rows.
  public func readUnjudged(
    _ path: String, options: ReadingOptions = .init()
  ) throws -> (momenta: Momenta, amplitudes: [Double]?, report: ValidationReport) {
    let all = try inspected(path, options: options)
    guard let momenta = all.records.momenta else {
      preconditionFailure("a stream without momenta")
    }
    return (momenta, all.records.amplitudes, all.report)
  }

  /// Reads everything in a file, normalised and checked, without leaving any row out.
  ///
  /// - Throws: ``AmpError`` if a file cannot be read or has no rows.
  public func inspected(
    _ path: String, options: ReadingOptions = .init()
  ) throws -> (records: PointRecords, report: ValidationReport) {
    var stream = try PointStream(path, formats: self, options: options, keepsRejected: true)
    var all = PointRecords(momenta: nil, amplitudes: nil)
    while let batch = try stream.next() { all.append(batch.records, expecting: stream.count) }
    return (all, stream.report)
  }
}

extension Momenta {
  /// Reads points from a file in any known format, passing over amplitudes; refuses bad rows.
  ///
  /// - Throws: ``AmpError`` that names the file, the row or line, and what can be done.
  public init(contentsOf path: String, checks: PointChecks = .init()) throws {
    self = try Momenta.read(path, badRows: .stop, checks: checks).momenta
  }

  /// Reads points, passing over amplitudes, with a report on all rows.
  ///
  /// - Throws: ``AmpError`` if the file cannot be read, has no good row or, with
  ///   ``BadRows/stop``, has a bad one.
  public static func read(
    _ path: String, badRows: BadRows, checks: PointChecks = .init()
  ) throws -> (momenta: Momenta, report: ValidationReport) {
    try read(path, badRows: badRows, options: .init(checks: checks))
  }

  /// Reads points as the options say, passing over amplitudes, with a report on all rows.
  ///
  /// - Throws: ``AmpError`` if the file cannot be read, has no good row or, with
  ///   ``BadRows/stop``, has a bad one.
  public static func read(
    _ path: String, formats: PointFormats = .standard, badRows: BadRows, options: ReadingOptions
  ) throws -> (momenta: Momenta, report: ValidationReport) {
    var stream = try PointStream(
      path, formats: formats, options: options, keepsRejected: true, momentaOnly: true)
    var all = PointRecords(momenta: nil, amplitudes: nil)
    while let batch = try stream.next() { all.append(batch.records, expecting: stream.count) }
    let report = stream.report
    try settle(report, path, badRows)
    guard let momenta = all.momenta else { preconditionFailure("a stream without momenta") }
    return (report.bad == 0 ? momenta : momenta.rows(report.keptRows), report)
  }

  /// Writes the points; the end of the name chooses the format.
  ///
  /// Formats of events need the `process`.
  ///
  /// - Throws: ``AmpError`` if the ending is not known or the file cannot be written.
  public func write(to path: String, process: ScatteringProcess? = nil) throws {
    try PointFormats.standard.named(path).write(
      self, amplitudes: nil, process: process, to: path)
  }
}

extension ValidationReport {
  /// The rows that are not bad, in ascending order.
  public var keptRows: [Int] {
    let bad = Set(rejected)
    return (0..<rows).filter { !bad.contains($0) }
  }
}

/// Throws about bad rows if they are to stop us, or if no good one is left.
func settle(_ report: ValidationReport, _ path: String, _ badRows: BadRows) throws {
  if badRows == .stop, let error = report.firstError(in: path) { throw error }
  if report.kept == 0 {
    throw AmpError(
      "all \(report.rows) rows are bad, the first because "
        + (report.firstError(in: path)?.problem ?? ""), in: path,
      remedy: "Check the order of particles and columns.")
  }
}
