// Processes as people write them: gg_aag, g g > a a g, or PDG identifiers 21 21 -> 22 22 21.

extension ScatteringProcess: CustomStringConvertible {
  /// One kind of particle: its PDG identifier, its letter and how it is printed.
  private struct Kind {
    var id: Int
    var letter: Character
    var symbol: String
  }

  private static var kinds: [Kind] {
    [
      Kind(id: 21, letter: "g", symbol: "g"), Kind(id: 22, letter: "a", symbol: "γ"),
      Kind(id: 23, letter: "z", symbol: "Z"), Kind(id: 25, letter: "h", symbol: "H"),
      Kind(id: 1, letter: "d", symbol: "d"), Kind(id: 2, letter: "u", symbol: "u"),
      Kind(id: 3, letter: "s", symbol: "s"), Kind(id: 4, letter: "c", symbol: "c"),
      Kind(id: 5, letter: "b", symbol: "b"), Kind(id: 6, letter: "t", symbol: "t"),
    ]
  }

  /// g g → g … g with `particles` gluons in all.
  public static func gluons(_ particles: Int) -> ScatteringProcess {
    ScatteringProcess([Int](repeating: 21, count: particles))
  }

  /// The identifier that stands for any gluon or light quark, as in the run cards of Sherpa.
  package static let jet = 93

  /// Reads a process with two incoming particles.
  ///
  /// Incoming and outgoing particles are parted by `->`, `>`, `→` or `_`. Particles are PDG
  /// identifiers, or letters: g, a (a photon), z, h and the quarks d, u, s, c, b, t, with ~ behind
  /// them for an antiquark; letters need no blanks between them.
  ///
  /// - Throws: ``AmpError`` if the text cannot be understood, or stands for several processes.
  public init(named text: String) throws {
    let particles = try ScatteringProcess.particles(named: text)
    guard !particles.contains(ScatteringProcess.jet) else {
      throw AmpError(
        "\"\(text)\" stands for several processes, because 93 is any gluon or light quark",
        remedy: "Name one of them, as in gg_aag or \"21 21 -> 22 22 21\".")
    }
    self.init(particles)
  }

  /// The particles of a process written as ``init(named:)`` reads it, with ``jet`` among them if
  /// several processes are meant.
  package static func particles(named text: String) throws -> [Int] {
    let plain = text.replacing("->", with: ">").replacing("→", with: ">").replacing("_", with: ">")
    let sides = plain.split(separator: ">", omittingEmptySubsequences: false)
    guard sides.count == 2 else { throw ScatteringProcess.complaint(text) }
    let read = try sides.map { side -> [Int] in
      try side.split(whereSeparator: { $0.isWhitespace || $0 == "," }).flatMap { word in
        if let id = Int(word) { return [id] }
        return try ScatteringProcess.letters(word, of: text)
      }
    }
    guard read[0].count == 2, (1...98).contains(read[1].count),
      read.joined().allSatisfy({ $0 != 0 && $0.magnitude < 1 << 31 })
    else { throw ScatteringProcess.complaint(text) }
    return read[0] + read[1]
  }

  private static func letters(_ word: Substring, of text: String) throws -> [Int] {
    var ids: [Int] = []
    for letter in word {
      if letter == "~", let last = ids.last, (1...6).contains(last) {
        ids[ids.count - 1] = -last
      } else if let kind = kinds.first(where: { $0.letter == letter }) {
        ids.append(kind.id)
      } else {
        throw complaint(text)
      }
    }
    return ids
  }

  private static func complaint(_ text: String) -> AmpError {
    .unknownName(
      "\"\(text)\" is not a process with two incoming particles",
      remedy: "Write letters as in gg_aag (g, a for a photon, z, h, d, u, s, c, b, t, ~ behind an "
        + "antiquark), or PDG identifiers as in \"21 21 -> 22 22 21\".")
  }

  /// The name in options and files: `gg_aag`, or PDG identifiers if a particle has no letter.
  public var name: String {
    let letters = particles.map { id -> String? in
      guard let kind = ScatteringProcess.kinds.first(where: { $0.id == abs(id) }) else {
        return nil
      }
      if id < 0 { return id >= -6 ? "\(kind.letter)~" : nil }
      return String(kind.letter)
    }
    if letters.contains(where: { $0 == nil }) { return identifiers }
    let names = letters.compactMap { $0 }
    return names.prefix(2).joined() + "_" + names.dropFirst(2).joined()
  }

  /// PDG identifiers as the Binoth Les Houches accord writes them: `21 21 -> 22 22 21`.
  public var identifiers: String {
    let ids = particles.map(String.init)
    return ids.prefix(2).joined(separator: " ") + " -> " + ids.dropFirst(2).joined(separator: " ")
  }

  /// The symbols of all particles: g, γ, ū.
  public var symbols: [String] {
    particles.map { id in
      guard let kind = ScatteringProcess.kinds.first(where: { $0.id == abs(id) }),
        id > 0 || id >= -6
      else { return String(id) }
      return id < 0 ? kind.symbol + "\u{304}" : kind.symbol
    }
  }

  /// The process as physicists print it: g g → γ γ g.
  public var description: String {
    symbols.prefix(2).joined(separator: " ") + " → "
      + symbols.dropFirst(2).joined(separator: " ")
  }
}

extension ScatteringProcess {
  /// The symbols of all particles, those that occur more than once on a side with numbers: g₁, g₂.
  public var numberedSymbols: [String] {
    let digits = Array("₀₁₂₃₄₅₆₇₈₉")
    return symbols.indices.map { at in
      let side = at < 2 ? 0..<min(2, symbols.count) : 2..<symbols.count
      guard side.count(where: { symbols[$0] == symbols[at] }) > 1 else { return symbols[at] }
      let number = side.count { $0 <= at && symbols[$0] == symbols[at] }
      return symbols[at] + String(String(number).compactMap(\.wholeNumberValue).map { digits[$0] })
    }
  }
}
