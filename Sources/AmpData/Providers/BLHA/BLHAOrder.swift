/// What a user of one-loop amplitudes orders from a library: settings and processes.
///
/// The order file of the Binoth Les Houches accord (arXiv:1001.1307, 1308.3462): lines
/// `Key value` and `21 21 -> 22 22 21`, and comments that begin with #. A setting holds for all
/// processes below it, so that the order of the lines matters.
public struct BLHAOrder: Sendable, Equatable {
  /// A version of the accord.
  public enum Version: Int, Sendable, CaseIterable, Codable {
    /// arXiv:1001.1307.
    case one = 1
    /// arXiv:1308.3462.
    case two = 2
  }

  /// A line of an order.
  public enum Line: Sendable, Equatable, CustomStringConvertible {
    /// `key value`; the value may be empty and may contain blanks.
    case setting(key: String, value: String)
    /// A process to be evaluated.
    case process(ScatteringProcess)

    /// The line as it is written.
    public var description: String {
      switch self {
      case .setting(let key, let value): value.isEmpty ? key : "\(key) \(value)"
      case .process(let process): process.identifiers
      }
    }
  }

  /// All lines, without comments.
  public var lines: [Line]

  /// An order of given lines.
  public init(lines: [Line]) { self.lines = lines }

  /// The usual order of one process.
  ///
  /// Powers of the couplings are those of a squared tree diagram: one of α for each photon, Z, W,
  /// Higgs boson or lepton, the other of n − 2 of α_s. A process of gluons and uncoloured bosons
  /// alone has no tree: what is ordered is the square of its loop, `loopsq` as NJet calls it in the
  /// first accord, with these powers; `LoopInduced` in the second, with two more of α_s. Else it is
  /// `Tree`, which only the second accord knows.
  public init(of process: ScatteringProcess, version: Version, amplitudeType: String? = nil) {
    let isColoured = { (id: Int) in id == 21 || (1...6).contains(id.magnitude) }
    let electroweak = process.particles.count { !isColoured($0) }
    let strong = max(0, process.particles.count - 2 - electroweak)
    let isLoop = electroweak > 0 && !process.particles.contains { $0.magnitude <= 16 }
    let type = amplitudeType ?? (isLoop ? (version == .one ? "loopsq" : "LoopInduced") : "Tree")
    var settings: [(String, String)] = []
    if version == .two { settings.append(("InterfaceVersion", "BLHA2")) }
    settings += [("AmplitudeType", type), ("CorrectionType", "QCD"), ("IRregularisation", "CDR")]
    if version == .one {
      settings += [("AlphasPower", "\(strong)"), ("AlphaPower", "\(electroweak)")]
    } else {
      let loop = type.lowercased() == "loopinduced" ? 2 : 0
      settings += [
        ("CouplingPower", "QCD \(strong + loop)"), ("CouplingPower", "QED \(electroweak)"),
      ]
    }
    lines = settings.map { .setting(key: $0.0, value: $0.1) } + [.process(process)]
  }

  /// All processes.
  public var processes: [ScatteringProcess] {
    lines.compactMap { if case .process(let process) = $0 { process } else { nil } }
  }

  /// Sets `key`, for all processes: where it is set already, else above the first process.
  ///
  /// Of `CouplingPower` and `Extra` there may be several, told apart by the first word of their
  /// values.
  public mutating func set(_ key: String, to value: String) {
    let wanted = BLHAOrder.identity(key, value)
    func isSetting(_ line: Line) -> Bool {
      guard case .setting(let key, let value) = line else { return false }
      return BLHAOrder.identity(key, value) == wanted
    }
    if let at = lines.firstIndex(where: isSetting) {
      lines.removeAll(where: isSetting)
      lines.insert(.setting(key: key, value: value), at: at)
    } else {
      let first = lines.firstIndex { if case .process = $0 { true } else { false } }
      lines.insert(.setting(key: key, value: value), at: first ?? lines.count)
    }
  }

  private static func identity(_ key: String, _ value: String) -> [String] {
    let key = key.lowercased()
    guard ["couplingpower", "extra"].contains(key) else { return [key] }
    return [key] + value.split(separator: " ").prefix(1).map { $0.lowercased() }
  }

  /// The file as text.
  public var text: String {
    "# Order by the Binoth Les Houches accord, written by Amp \(ampVersion)\n"
      + lines.map { "\($0)\n" }.joined()
  }

  /// Reads an order file.
  ///
  /// - Throws: ``AmpError`` that names the line which cannot be understood.
  public init(contentsOf path: String) throws {
    try self.init(text: try BLHAText.read(path), place: path)
  }

  /// Reads the text of an order file, called `place` in errors.
  public init(text: String, place: String) throws {
    lines = try BLHAText.lines(text).map { number, line in
      if line.contains("|") {
        throw AmpError(
          "this line has an answer in it: the file is a contract, not an order", in: place,
          at: "line \(number)", remedy: "Give it as the contract.")
      }
      return try BLHAText.line(line, place: place, number: number)
    }
    if processes.isEmpty {
      throw AmpError(
        "no process is ordered", in: place,
        remedy: "Add lines with PDG identifiers, such as 21 21 -> 22 22 21.")
    }
  }

  /// Writes an order file.
  ///
  /// - Throws: ``AmpError`` if it cannot be written.
  public func write(to path: String) throws {
    try AtomicFile.write(to: path) { try $0.write(text) }
  }
}

/// What order and contract files have in common.
enum BLHAText {
  /// The text of a file, which is small.
  static func read(_ path: String) throws -> String {
    let file = try MappedFile(path)
    guard file.isRegular, file.bytes.count <= 1 << 24 else {
      throw AmpError(
        "this is no order or contract file: it is \(file.bytes.count) bytes long", in: path,
        remedy: "Give a text file with lines such as 21 21 -> 22 22 21.")
    }
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      throw AmpError(
        "this is no text", in: path,
        remedy: "Give a text file with lines such as 21 21 -> 22 22 21.")
    }
    return text
  }

  /// The lines that say something, with their numbers from 1, without comments.
  static func lines(_ text: String) -> [(number: Int, text: String)] {
    // Windows ends lines with two characters that Swift takes for one.
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .compactMap {
        let plain = String($1.prefix { $0 != "#" && $0 != "!" }).trimmingBlanks
        return plain.isEmpty ? nil : ($0 + 1, plain)
      }
  }

  /// One line without its answer.
  static func line(_ text: String, place: String, number: Int) throws -> BLHAOrder.Line {
    if text.contains("->") {
      do {
        return .process(try ScatteringProcess(named: text))
      } catch var error as AmpError {
        (error.place, error.position) = (place, "line \(number)")
        throw error
      }
    }
    let words = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    guard let key = words.first, key.first?.isLetter == true else {
      throw AmpError(
        "\"\(text.prefix(60))\" is neither a setting nor a process", in: place,
        at: "line \(number)",
        remedy: "Write lines such as CorrectionType QCD or 21 21 -> 22 22 21.")
    }
    let value = words.count > 1 ? String(words[1]).trimmingBlanks : ""
    return .setting(key: String(key), value: value)
  }
}
