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
    try ArrayReader(NumpyRows(path), place: path, options)
  }

  /// Writes one array of doubles.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    try NumpyWriter(path, layout)
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
