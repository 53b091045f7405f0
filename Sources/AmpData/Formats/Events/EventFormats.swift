/// Events of HepMC3 in text, `Asciiv3`: the hard process of each is a point.
public struct HepMC3Format: PointFormat {
  /// What messages call the format.
  public let name = "HepMC3"
  /// How the names of such files end.
  public let suffixes = [".hepmc3", ".hepmc3.gz", ".hepmc", ".hepmc.gz"]

  /// No: particles are told by their identifiers.
  public let hasColumns = false

  /// Creates the format.
  public init() {}

  /// Whether `head` has the mark at the beginning of such a listing.
  public func recognizes(_ head: [UInt8]) -> Bool {
    hasLine("HepMC::Asciiv3-START_EVENT_LISTING", in: head)
  }

  /// Reads the hard processes; the amplitude is the weight that the options name.
  public func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader {
    try EventReader(path, HepMC3Parser(path, options))
  }

  /// Writes one vertex per point, the amplitude as a weight of that name.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    try HepMC3Writer(path, layout)
  }
}

/// Events of HepMC2 in text, `IO_GenEvent`; read only.
public struct HepMC2Format: PointFormat {
  /// What messages call the format.
  public let name = "HepMC2"
  /// None: HepMC3 has taken its place for writing.
  public let suffixes: [String] = []

  /// No: particles are told by their identifiers.
  public let hasColumns = false

  /// Creates the format.
  public init() {}

  /// Whether `head` has the mark at the beginning of such a listing.
  public func recognizes(_ head: [UInt8]) -> Bool {
    hasLine("HepMC::IO_GenEvent-START_EVENT_LISTING", in: head)
  }

  /// Reads the hard processes; the amplitude is the weight that the options name.
  public func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader {
    try EventReader(path, HepMC2Parser(path, options))
  }

  /// Throws: such files are read only.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    throw AmpError(
      "HepMC2 is read, but not written", in: path, remedy: "Write HepMC3: end the name in .hepmc3.")
  }
}

/// Les Houches events, `.lhe`: the incoming and outgoing particles of each are a point.
public struct LesHouchesFormat: PointFormat {
  /// What messages call the format.
  public let name = "Les Houches events"
  /// How the names of such files end.
  public let suffixes = [".lhe", ".lhe.gz"]

  /// No: particles are told by their identifiers.
  public let hasColumns = false

  /// Creates the format.
  public init() {}

  /// Whether `head` has the opening tag.
  public func recognizes(_ head: [UInt8]) -> Bool { hasLine("<LesHouchesEvents", in: head) }

  /// Reads the points; the amplitude is the weight that the options name.
  public func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader {
    try EventReader(path, LesHouchesParser(path, options))
  }

  /// Writes an event per point, the amplitude as a weight of that name.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    try LesHouchesWriter(path, layout)
  }
}

/// Whether a line of `head` begins with `mark`.
private func hasLine(_ mark: String, in head: [UInt8]) -> Bool {
  let mark = Array(mark.utf8)
  return head.split { $0 == 0x0a }.contains { line in
    line.drop { $0 == 0x20 || $0 == 0x09 || byteOrderMark.contains($0) }.starts(with: mark)
  }
}
