/// Records of NJet and n3jet: one point per line, 4n momenta, then values, separated by blanks.
///
/// The values are amplitudes of a network and of NJet, errors or timings; the file does not say
/// which. A single one is the amplitude, of several one must be named (`value1`, `value2`, …). The
/// number of momenta is the one with which the first lines conserve momentum. A comment like
/// `# E1 px1 py1 pz1 E2 … amplitude` names the columns, and is written.
public struct NJetTextFormat: PointFormat {
  /// What messages call the format.
  public let name = "NJet text"
  /// How the names of such files end.
  public let suffixes = [".txt", ".txt.gz", ".dat", ".dat.gz"]

  /// Creates the format.
  public init() {}

  /// Whether the first line of `head` that is no comment has three momenta or more, without commas.
  public func recognizes(_ head: [UInt8]) -> Bool {
    guard let line = firstLine(of: head) else { return false }
    return line.withUnsafeBufferPointer { line in
      guard let start = line.baseAddress else { return false }
      var at = start
      let end = start + line.count
      var count = 0
      while at < end {
        skipBlanks(&at, end)
        if at == end { break }
        // The head may end inside a number like -1.5 or nan.
        guard scanDouble(&at, end: end) != nil || (count >= 12 && end - at < 8) else {
          return false
        }
        if count >= 12 { return true }
        count += 1
        if at < end, at.pointee != 0x20, at.pointee != 0x09 { return false }
      }
      return count >= 12
    }
  }

  /// Reads the momenta and the value that the options name.
  public func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader {
    try TableReader(path, separator: .blanks, options)
  }

  /// Writes a comment with the names of the columns and one line per point.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    try TableWriter(path, separator: 0x20, header: "# ", layout)
  }
}

/// What can be told about a line of numbers of NJet.
enum NJetRecord {
  /// The number of momenta at the front of `rows` that is conserved in one of them; nil if none is.
  static func particles(of rows: [[Double]], columns: Int) -> Int? {
    for row in rows {
      for particles in stride(from: columns / 4, through: 3, by: -1)
      where isConserved(row, particles: particles) { return particles }
    }
    return nil
  }

  /// Whether the first two momenta become the others, or all of them add up to zero.
  private static func isConserved(_ row: [Double], particles: Int) -> Bool {
    let momenta = Momenta(Array(row.prefix(4 * particles)), particles: particles)
    let incoming = momenta[0, 0] + momenta[0, 1]
    let outgoing = (2..<particles).reduce(SIMD4<Double>()) { $0 + momenta[0, $1] }
    let energy = abs(momenta[0, 0][0]) + abs(momenta[0, 1][0])
    guard energy > 0, energy.isFinite else { return false }
    func isSmall(_ sum: SIMD4<Double>) -> Bool {
      sum.indices.allSatisfy { abs(sum[$0]) <= 1e-5 * energy }
    }
    return isSmall(incoming - outgoing) || isSmall(incoming + outgoing)
  }
}
