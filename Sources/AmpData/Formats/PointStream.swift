/// The points of a file in any known format, batch by batch: normalised and checked.
///
///     var stream = try PointStream("events.hepmc3.gz")
///     while let batch = try stream.next() { … batch.kept … }
///     print(stream.report)
///
/// It holds a few megabytes however long the file is.
public struct PointStream {
  /// Some rows of the file, the bad ones among them.
  public struct Batch: Sendable {
    /// All rows, in Amp's conventions.
    public var records: PointRecords

    /// The bad rows of this batch, counted from its first row.
    public var rejected: [Int]

    /// The good rows.
    public var kept: PointRecords {
      if rejected.isEmpty { return records }
      let bad = Set(rejected)
      return records.rows((0..<records.count).filter { !bad.contains($0) })
    }
  }

  /// The format that was recognised.
  public let format: any PointFormat

  /// What was found in the rows so far, and what was changed.
  public var report: ValidationReport {
    var report = checked
    report.notes = notes
    return report
  }

  /// The number of rows where the size of the file proves it, nil elsewhere.
  public var count: Int? { reader.count }

  /// What was changed or passed over so far, in sentences without their full stop.
  public var notes: [String] { reader.notes + normalization.notes }

  /// Which particles all points have, in the order they are given here, if the file says so once for
  /// all.
  public var process: ScatteringProcess? { options.process?.process ?? reader.process }

  private var checked: ValidationReport
  private let path: String
  private let options: ReadingOptions
  private let momentaOnly: Bool
  private var reader: any PointReader
  private var labels: (any PointReader)?
  private var pendingLabels: [Double] = []
  private var normalization: Normalization

  /// Opens a file.
  ///
  /// `keepsRejected` says whether the report is to list every bad row, which takes memory, and
  /// `momentaOnly` whether amplitudes are passed over unseen.
  ///
  /// - Throws: ``AmpError`` if it, or the file of labels, cannot be read.
  public init(
    _ path: String, formats: PointFormats = .standard, options: ReadingOptions = .init(),
    keepsRejected: Bool = false, momentaOnly: Bool = false
  ) throws {
    self.path = path
    self.options = options
    self.momentaOnly = momentaOnly
    format = try formats.recognized(path)
    if let dataset = options.dataset, !format.hasDatasets {
      throw AmpError(
        "the dataset '\(dataset)' is asked for, but a file of the format \(format.name) has no "
          + "datasets", in: path, remedy: "Leave the name of the dataset out.")
    }
    if options.columns != nil, !format.hasColumns {
      throw AmpError(
        "columns are named, but a file of the format \(format.name) has none: particles are told "
          + "by their identifiers", in: path, remedy: "Leave --columns out.")
    }
    // With a second file for the amplitudes, their name belongs to that one.
    var own = options
    if options.labels != nil { own.amplitudeName = nil }
    reader = try format.reader(path, own)
    if let file = options.labels {
      var their = ReadingOptions(amplitudeName: options.amplitudeName)
      their.allowsSeveralProcesses = true
      labels = try formats.recognized(file).reader(file, their)
    }
    var known = options
    if let own = reader.process, options.pdg == nil, let pattern = options.process {
      guard
        ParticleOrder(
          pattern, incoming: own.particles.prefix(2).map { Int32(clamping: $0) },
          outgoing: own.particles.dropFirst(2).map { Int32(clamping: $0) }) != nil
      else {
        throw AmpError(
          "these are points of \(own), not of \(pattern.process?.description ?? "\(pattern)")",
          in: path, remedy: "Give points of that process, or name theirs: --process \(own.name).")
      }
      if options.ordersArrays || pattern.process != own {
        (known.pdg, known.ordersArrays) = (own.particles, true)
      }
    }
    normalization = try Normalization(known)
    checked = ValidationReport(checks: options.checks, rows: 0, keepsRejected: keepsRejected)
  }

  /// The next rows; nil at the end.
  ///
  /// - Throws: ``AmpError`` if a file is damaged here, or has no momenta.
  public mutating func next() throws -> Batch? {
    guard var batch = try reader.next(), batch.count > 0 else {
      if checked.rows == 0 { throw nothing }
      try finishLabels()
      return nil
    }
    guard let momenta = batch.momenta else {
      throw AmpError(
        "there are \(try total(of: batch)) amplitudes, but no momenta", in: path,
        remedy: "Give the file with the momenta first, and this one as the labels.")
    }
    guard momenta.particles > options.checks.incoming else {
      throw AmpError(
        "points of \(momenta.particles) particles are too small: \(options.checks.incoming) are "
          + "incoming", in: path, remedy: "Give all particles of the process, incoming ones first.")
    }
    if momentaOnly {
      batch.amplitudes = nil
    } else if labels != nil {
      batch.amplitudes = try nextLabels(momenta.count)
    }
    try normalization.apply(to: &batch, in: path)
    let rejected = options.checks.examine(batch, into: &checked)
    return Batch(records: batch, rejected: rejected)
  }

  /// The error about a file without a single row.
  private var nothing: AmpError {
    let notes = reader.notes
    return AmpError(
      (["there are no points"] + notes).joined(separator: "; "), in: path,
      remedy: notes.isEmpty || options.process == nil
        ? "Check that the file is complete." : "Choose one of the processes in the file.")
  }

  /// As many amplitudes of the second file as there are points in a batch.
  private mutating func nextLabels(_ count: Int) throws -> [Double] {
    while pendingLabels.count < count {
      guard let batch = try labels?.next(), batch.count > 0 else {
        let points = checked.rows + count
        throw mismatch(checked.rows + pendingLabels.count, points: try points + rest(of: &reader))
      }
      guard let amplitudes = batch.amplitudes else { throw noLabels }
      pendingLabels += amplitudes
    }
    defer { pendingLabels.removeFirst(count) }
    return Array(pendingLabels[..<count])
  }

  private mutating func finishLabels() throws {
    guard var labels else { return }
    let more = try pendingLabels.count + rest(of: &labels)
    self.labels = labels
    if more > 0 { throw mismatch(checked.rows + more, points: checked.rows) }
  }

  private func rest(of reader: inout any PointReader) throws -> Int {
    var count = 0
    while let batch = try reader.next(), batch.count > 0 { count += batch.count }
    return count
  }

  private mutating func total(of batch: PointRecords) throws -> Int {
    try batch.count + rest(of: &reader)
  }

  private func mismatch(_ amplitudes: Int, points: Int) -> AmpError {
    AmpError(
      "there are \(amplitudes) amplitudes for the \(points) points of \(path)",
      in: options.labels ?? path, remedy: "Give one amplitude for each point.")
  }

  private var noLabels: AmpError {
    AmpError(
      "there are no amplitudes", in: options.labels,
      remedy: "Give an array of the shape (N), or a column called amplitude.")
  }
}
