/// The formats of points that are known, and how one is picked.
///
/// A program that knows more of them passes ``adding(_:)`` of ``standard`` wherever files are read.
public struct PointFormats: Sendable {
  /// All formats; those for reading are asked in this order.
  public let all: [any PointFormat]

  /// The formats of this library.
  public static let standard = PointFormats([
    NumpyArchiveFormat(),
    NumpyFormat(),
    CSVFormat(),
    HepMC3Format(),
    HepMC2Format(),
    LesHouchesFormat(),
    NJetTextFormat(),
  ])

  /// Wraps formats, which are asked in this order.
  public init(_ all: [any PointFormat]) { self.all = all }

  /// These formats and `format`, which is asked first.
  public func adding(_ format: any PointFormat) -> PointFormats { PointFormats([format] + all) }

  /// The format of the file at `path`, by its content.
  ///
  /// - Throws: ``AmpError`` if the file is missing, empty or of no known format.
  public func recognized(_ path: String) throws -> any PointFormat {
    let file = try MappedFile(path)
    guard file.isRegular else {
      throw AmpError(
        "this is a pipe or a device, not a file", in: path, remedy: "Save the points to a file.")
    }
    if file.bytes.isEmpty {
      throw AmpError("the file is empty", in: path, remedy: "Write or download it again.")
    }
    let head = try LineBlocks.head(file, count: 4096)
    if let format = all.first(where: { $0.recognizes(head) }) { return format }
    throw AmpError(
      "the content is of no known format", in: path, remedy: "Convert it to one of: \(list).")
  }

  /// The format in which a file of that name is written, by the end of its name.
  ///
  /// - Throws: ``AmpError`` if the ending belongs to no format.
  public func named(_ path: String) throws -> any PointFormat {
    let name = splitPath(path).name.lowercased()
    for format in all where format.suffixes.contains(where: { name.hasSuffix($0) }) {
      return format
    }
    throw AmpError(
      "the ending of this name belongs to no known format", in: path,
      remedy: "Use one of: \(list).")
  }

  /// Throws what writing points to `path` would throw at once, and leaves nothing behind.
  public func checkWritable(_ path: String) throws {
    _ = try named(path)
    try AtomicFile.check(path)
  }

  private var list: String {
    all.flatMap(\.suffixes).joined(separator: ", ")
  }
}
