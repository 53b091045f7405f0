/// Points in a NumPy `.npy` file, read also from `.npy.gz`.
///
/// By shape: (N, n, 4) and (N, 4n) are momenta, (N, 4n + 1) are momenta with the amplitude last,
/// (N) and (N, 1) are amplitudes. Written are (N, n, 4) or, with amplitudes, (N, 4n + 1).
public struct NumpyFormat: PointFormat {
  /// What messages call the format.
  public let name = "NumPy"
  /// How the names of such files end.
  public let suffixes = [".npy"]

  /// Creates the format.
  public init() {}

  /// Whether `head` begins with NumPy's magic bytes.
  public func recognizes(_ head: [UInt8]) -> Bool { head.starts(with: NumpyHeader.magic) }

  /// Reads the array; there is no name to tell the amplitudes by.
  public func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader {
    try NumpyReader(NumpyRows(path), place: path, options)
  }

  /// Writes one array of doubles.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    try NumpyWriter(path, layout)
  }
}

/// Reads the rows of an array as points.
struct NumpyReader: PointReader {
  let notes: [String] = []
  private var rows: NumpyRows
  private let columns: PointColumns
  private let limit: Int
  private var row = 0
  private var isDone = false

  var count: Int? { rows.isCountSure ? rows.count : nil }

  /// Whether these are amplitudes only.
  var isLabels: Bool { columns.particles == 0 }

  /// Settles the columns by the shape, or as the options name them.
  init(_ rows: NumpyRows, place: String, _ options: ReadingOptions) throws {
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

  mutating func next() throws -> PointRecords? {
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

/// Writes rows of doubles behind a header that is filled in at the end.
final class NumpyWriter: PointWriter {
  private var file: AtomicFile
  private let layout: PointLayout
  private var count = 0

  init(_ path: String, _ layout: PointLayout) throws {
    file = try AtomicFile(path)
    self.layout = layout
    try file.write(header(layout.count ?? 0))
  }

  func append(_ batch: PointRecords) throws {
    guard let momenta = batch.momenta else { return }
    count += momenta.count
    let width = 4 * momenta.particles * 8
    try momenta.components.withUnsafeBytes { components in
      guard let amplitudes = batch.amplitudes else { return try file.write(components) }
      for row in 0..<momenta.count {
        try file.write(.init(rebasing: components[row * width..<(row + 1) * width]))
        try withUnsafeBytes(of: amplitudes[row]) { try file.write($0) }
      }
    }
  }

  func commit() throws {
    if count != layout.count { try file.patch(header(count), at: 0) }
    try file.commit()
  }

  private func header(_ count: Int) -> [UInt8] {
    let particles = layout.particles
    let shape = layout.hasAmplitudes ? [count, 4 * particles + 1] : [count, particles, 4]
    return NumpyHeader(type: "<f8", shape: shape).bytes
  }
}
