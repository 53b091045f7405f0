// Reading and writing points: the format is recognised by the content of a file when reading, and
// by the end of its name when writing. What was read is checked row by row.

/// What to do about bad rows.
public enum BadRows: String, Sendable, CaseIterable, Codable {
  /// Refuse the file.
  case stop
  /// Leave them out; the report tells which.
  case skip
}

/// How a file of points is to be understood.
public struct ReadingOptions: Sendable, Equatable {
  /// The file with the amplitudes, for momenta without them.
  public var labels: String?

  /// The column or array with the amplitudes, if it is not called `amplitude` or `amplitudes`.
  public var amplitudeName: String?

  /// What a point must satisfy.
  public var checks: PointChecks

  /// Creates options.
  public init(
    labels: String? = nil, amplitudeName: String? = nil, checks: PointChecks = PointChecks()
  ) {
    self.labels = labels
    self.amplitudeName = amplitudeName
    self.checks = checks
  }
}

extension AmplitudeTable {
  /// Reads points with amplitudes from a file in any known format; refuses it if a row is bad.
  ///
  /// - Throws: ``AmpError`` that names the file, the row or line, and what can be done.
  public init(contentsOf path: String, options: ReadingOptions = .init()) throws {
    self = try AmplitudeTable.read(path, badRows: .stop, options: options).table
  }

  /// Reads points with amplitudes, with a report on all rows.
  ///
  /// The report counts rows of the file, bad ones included, and lists those left out.
  ///
  /// - Throws: ``AmpError`` if the file cannot be read, has no good row or, with
  ///   ``BadRows/stop``, has a bad one.
  public static func read(
    _ path: String, badRows: BadRows, options: ReadingOptions = .init()
  ) throws -> (table: AmplitudeTable, report: ValidationReport) {
    let (momenta, found, report) = try PointFormats.readUnjudged(path, options: options)
    guard let amplitudes = found else {
      throw AmpError(
        "there are momenta, but no amplitudes", in: path,
        remedy: "Give the file with the amplitudes as well, or the name of their column.")
    }
    try settle(report, path, badRows)
    let table = AmplitudeTable(momenta: momenta, amplitudes: amplitudes)
    return (report.rejected.isEmpty ? table : table.rows(report.keptRows), report)
  }

  /// Writes the points; the end of the name chooses the format.
  ///
  /// - Throws: ``AmpError`` if the ending is not known or the file cannot be written.
  public func write(to path: String) throws {
    try PointFormats.named(path).write(momenta, amplitudes: amplitudes, to: path)
  }
}

extension PointFormats {
  /// Reads points, with amplitudes if there are any, and checks them without leaving any out.
  ///
  /// - Throws: ``AmpError`` if a file cannot be read or has no rows.
  public static func readUnjudged(
    _ path: String, options: ReadingOptions = .init()
  ) throws -> (momenta: Momenta, amplitudes: [Double]?, report: ValidationReport) {
    let records = try points(of: path, options)
    let momenta = records.momenta
    let amplitudes = try options.labels.map { try labels($0, options) } ?? records.amplitudes
    if let amplitudes, amplitudes.count != momenta.count {
      throw AmpError(
        "there are \(amplitudes.count) amplitudes for the \(momenta.count) points of \(path)",
        in: options.labels ?? path, remedy: "Give one amplitude for each point.")
    }
    let report = options.checks.report(
      on: momenta, amplitudes: amplitudes, positions: records.positions)
    return (momenta, amplitudes, report)
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
    let records = try points(of: path, ReadingOptions(checks: checks))
    let report = checks.report(on: records.momenta, positions: records.positions)
    try settle(report, path, badRows)
    let momenta = records.momenta
    return (report.rejected.isEmpty ? momenta : momenta.rows(report.keptRows), report)
  }

  /// Writes the points; the end of the name chooses the format.
  ///
  /// - Throws: ``AmpError`` if the ending is not known or the file cannot be written.
  public func write(to path: String) throws {
    try PointFormats.named(path).write(self, amplitudes: nil, to: path)
  }
}

extension ValidationReport {
  /// The rows that are not bad, in ascending order.
  public var keptRows: [Int] {
    let bad = Set(rejected)
    return (0..<rows).filter { !bad.contains($0) }
  }
}

/// The momenta of a file, of which there is at least one point, and the amplitudes next to them.
private func points(of path: String, _ options: ReadingOptions) throws
  -> (momenta: Momenta, amplitudes: [Double]?, positions: RowPositions)
{
  // With a second file for the amplitudes, their name belongs to that one.
  let records = try PointFormats.recognized(path)
    .read(path, amplitudeName: options.labels == nil ? options.amplitudeName : nil)
  guard records.count > 0 else {
    throw AmpError("there are no points", in: path, remedy: "Check that the file is complete.")
  }
  guard let momenta = records.momenta else {
    throw AmpError(
      "there are \(records.count) amplitudes, but no momenta", in: path,
      remedy: "Give the file with the momenta first, and this one as the labels.")
  }
  guard momenta.particles > options.checks.incoming else {
    throw AmpError(
      "points of \(momenta.particles) particles are too small: \(options.checks.incoming) are "
        + "incoming", in: path, remedy: "Give all particles of the process, incoming ones first.")
  }
  return (momenta, records.amplitudes, records.positions)
}

/// The amplitudes of a file.
private func labels(_ path: String, _ options: ReadingOptions) throws -> [Double] {
  let records = try PointFormats.recognized(path).read(path, amplitudeName: options.amplitudeName)
  guard let amplitudes = records.amplitudes else {
    throw AmpError(
      "there are no amplitudes", in: path,
      remedy: "Give an array of the shape (N), or a column called amplitude.")
  }
  return amplitudes
}

/// Throws about bad rows if they are to stop us, or if no good one is left.
private func settle(_ report: ValidationReport, _ path: String, _ badRows: BadRows) throws {
  if badRows == .stop, let error = report.firstError(in: path) { throw error }
  if report.kept == 0 {
    throw AmpError(
      "all \(report.rows) rows are bad, the first because "
        + (report.firstError(in: path)?.problem ?? ""), in: path,
      remedy: "Check the order of particles and columns.")
  }
}
