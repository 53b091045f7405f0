/// Points in a NumPy `.npz` file: the arrays `momenta` (N, n, 4) and `amplitudes` (N).
///
/// `process`, the PDG identifiers of the particles (n), says which points these are. An archive with one array only is read as a `.npy` file would be.
public struct NumpyArchiveFormat: PointFormat {
  /// What messages call the format.
  public let name = "NumPy archive"
  /// How the names of such files end.
  public let suffixes = [".npz"]

  /// Creates the format.
  public init() {}

  /// Whether `head` begins like a zip file, empty ones included.
  public func recognizes(_ head: [UInt8]) -> Bool {
    head.starts(with: [0x50, 0x4b, 3, 4]) || head.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// Reads `momenta`, and `amplitudes` or the array that the options name.
  public func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader {
    try NumpyArchiveReader(path, options)
  }

  /// Writes one or two arrays of doubles, not compressed, and the process where it is known.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    try NumpyArchiveWriter(path, layout)
  }
}

/// Reads one or two arrays of an archive side by side.
struct NumpyArchiveReader: PointReader {
  private(set) var notes: [String] = []
  private(set) var process: ScatteringProcess?
  private let path: String
  private var main: ArrayReader<NumpyRows>
  private var labels: ArrayReader<NumpyRows>?
  private var pending: [Double] = []

  var count: Int? { main.count }

  init(_ path: String, _ options: ReadingOptions) throws {
    self.path = path
    let archive = try NumpyArchive(contentsOf: path)
    let label = options.amplitudeName ?? "amplitudes"
    func part(_ name: String) throws -> ArrayReader<NumpyRows> {
      try ArrayReader<NumpyRows>(archive.rows(name), place: "\(path)[\(name)]", options)
    }
    if archive.names.count == 1 {
      main = try part(archive.names[0])
      return
    }
    let hasLabels = archive.names.contains(label) || options.amplitudeName != nil
    if hasLabels {
      let found = try part(label)
      guard found.isLabels else {
        throw AmpError(
          "the amplitudes are not a list of numbers", in: "\(path)[\(label)]",
          remedy: "Save them with the shape (N).")
      }
      labels = found
    }
    if let labels, !archive.names.contains("momenta") {
      main = labels
      self.labels = nil
      return
    }
    main = try part("momenta")
    if archive.names.contains("process") {
      process = NumpyArchiveReader.process(archive)
      if process == nil {
        notes.append("the array 'process' is no list of PDG identifiers and was passed over")
      }
    }
    if let points = main.count, let labels = labels?.count, points != labels {
      throw mismatch(points, labels)
    }
  }

  mutating func next() throws -> PointRecords? {
    guard var batch = try main.next() else {
      if labels != nil {
        // The last piece compares the checksum.
        let more = try labels?.next()?.count ?? 0
        if more > 0 || !pending.isEmpty { throw mismatch(nil, nil) }
      }
      return nil
    }
    guard labels != nil else { return batch }
    while pending.count < batch.count {
      guard let more = try labels?.next()?.amplitudes, !more.isEmpty else {
        throw mismatch(nil, nil)
      }
      pending += more
    }
    batch.amplitudes = Array(pending[..<batch.count])
    pending.removeFirst(batch.count)
    return batch
  }

  /// The particles that the array `process` names; nil if it is something else.
  private static func process(_ archive: NumpyArchive) -> ScatteringProcess? {
    guard var rows = try? archive.rows("process"), rows.shape.count == 1,
      (3...100).contains(rows.count), let numbers = try? rows.next(100),
      numbers.count == rows.count,
      numbers.allSatisfy({ $0 != 0 && abs($0) < 0x1p31 && $0 == $0.rounded() })
    else { return nil }
    return ScatteringProcess(numbers.map { Int($0) })
  }

  private func mismatch(_ points: Int?, _ labels: Int?) -> AmpError {
    let counts =
      if let points, let labels { "there are \(points) points but \(labels) amplitudes" } else {
        "there are not as many amplitudes as points"
      }
    return AmpError(counts, in: path, remedy: "Save one amplitude for each point.")
  }
}

/// Writes momenta as they come, and the amplitudes behind them at the end.
final class NumpyArchiveWriter: PointWriter {
  private var zip: ZipWriter
  private let layout: PointLayout
  private let amplitudes: Spill
  private var count = 0

  init(_ path: String, _ layout: PointLayout) throws {
    self.layout = layout
    zip = try ZipWriter(path)
    amplitudes = Spill(in: splitPath(path).folder)
    let size = layout.count.map { $0 * layout.particles * 32 + NumpyHeader.usualSize }
    try zip.begin("momenta.npy", size: size)
    try zip.reserve(NumpyHeader.usualSize)
  }

  func append(_ batch: PointRecords) throws {
    guard let momenta = batch.momenta else { return }
    count += momenta.count
    try momenta.components.withUnsafeBytes { try zip.append($0) }
    if let values = batch.amplitudes { try amplitudes.append(values) }
  }

  func commit() throws {
    let shape = [count, layout.particles, 4]
    try zip.end(front: NumpyHeader(type: "<f8", shape: shape).bytes)
    if layout.hasAmplitudes {
      let header = NumpyHeader(type: "<f8", shape: [count]).bytes
      try zip.begin("amplitudes.npy", size: count * 8 + header.count)
      try zip.reserve(header.count)
      try amplitudes.forEach { try zip.append($0) }
      try zip.end(front: header)
    }
    if let process = layout.process {
      let array = StoredArray(process: process)
      let header = array.numpyHeader
      try zip.add("process.npy", size: header.count + array.count * array.elementSize) { write in
        try header.withUnsafeBytes { try write($0) }
        try array.withUnsafeBytes { try write($0) }
      }
    }
    try zip.commit()
  }
}

extension StoredArray {
  /// The PDG identifiers of a process, as archives of points hold them.
  package init(process: ScatteringProcess) {
    self.init(process.particles.map { Int64($0) })
  }
}
