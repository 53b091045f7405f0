/// A file format for phase-space points, with or without amplitudes.
///
/// Files are read and written in batches of rows, so that their size is bounded by the disk alone.
/// A new format is one file with a type that conforms, and one line in ``PointFormats/standard``.
public protocol PointFormat: Sendable {
  /// What messages call the format.
  var name: String { get }

  /// How the names of such files end, with the dot and in lower case; none if it is only read.
  var suffixes: [String] { get }

  /// Whether a file holds datasets by name, of which ``ReadingOptions/dataset`` picks one.
  var hasDatasets: Bool { get }

  /// Whether points stand in columns, which ``ReadingOptions/columns`` names.
  var hasColumns: Bool { get }

  /// Whether a file that begins with `head` (a few kilobytes, decompressed) is of this format.
  func recognizes(_ head: [UInt8]) -> Bool

  /// Opens a file to read everything in it that the format understands.
  ///
  /// Of the options those count that say how the file is built: names, columns, process, units.
  /// The numbers are not judged.
  ///
  /// - Throws: ``AmpError`` if the file cannot be read.
  func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader

  /// Begins a file for points of that layout, written in a way that ``reader(_:_:)`` gives them back
  /// bit for bit.
  ///
  /// - Throws: ``AmpError`` if the file cannot be written.
  func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter
}

/// Gives the rows of a file, batch by batch.
public protocol PointReader {
  /// The number of rows where the size of the file proves it, nil elsewhere.
  var count: Int? { get }

  /// What was changed or passed over so far, in sentences without their full stop.
  var notes: [String] { get }

  /// Which particles all points have, in the order of the file, if it says so once for all.
  var process: ScatteringProcess? { get }

  /// The next rows, a few megabytes of them; nil at the end.
  ///
  /// - Throws: ``AmpError`` if the file is damaged here.
  mutating func next() throws -> PointRecords?
}

/// Takes the rows of a file, batch by batch.
public protocol PointWriter {
  /// Appends points of the layout with which the file was begun.
  mutating func append(_ batch: PointRecords) throws

  /// Gives the file its name; without this call nothing is left behind.
  mutating func commit() throws
}

/// What the rows of a file have in common.
public struct PointLayout: Sendable, Equatable {
  /// The number of particles.
  public var particles: Int

  /// Whether there are amplitudes.
  public var hasAmplitudes: Bool

  /// The number of rows, if it is known.
  public var count: Int?

  /// Which particles these are, if that is known.
  public var process: ScatteringProcess?

  /// The cross section of which these points are events, if that is known.
  public var crossSection: CrossSection?

  /// Creates a layout.
  public init(
    particles: Int, hasAmplitudes: Bool, count: Int? = nil, process: ScatteringProcess? = nil
  ) {
    self.particles = particles
    self.hasAmplitudes = hasAmplitudes
    self.count = count
    self.process = process
  }
}

extension PointReader {
  /// Nil: most files do not say.
  public var process: ScatteringProcess? { nil }
}

extension PointFormat {
  /// No: most files hold one set of points.
  public var hasDatasets: Bool { false }

  /// Yes: most files hold a table.
  public var hasColumns: Bool { true }

  /// Reads a whole file, without judging the numbers.
  ///
  /// - Throws: ``AmpError`` if the file cannot be read.
  public func read(_ path: String, amplitudeName: String? = nil) throws -> PointRecords {
    var reader = try reader(path, ReadingOptions(amplitudeName: amplitudeName))
    var records = PointRecords(momenta: nil, amplitudes: nil)
    while let batch = try reader.next() { records.append(batch, expecting: reader.count) }
    return records
  }

  /// Writes a whole file of points, with amplitudes if there are any.
  ///
  /// - Throws: ``AmpError`` if the file cannot be written.
  public func write(
    _ momenta: Momenta, amplitudes: [Double]?, process: ScatteringProcess? = nil, to path: String
  ) throws {
    let layout = PointLayout(
      particles: momenta.particles, hasAmplitudes: amplitudes != nil, count: momenta.count,
      process: process)
    var writer = try writer(path, layout)
    try writer.append(PointRecords(momenta: momenta, amplitudes: amplitudes))
    try writer.commit()
  }
}
