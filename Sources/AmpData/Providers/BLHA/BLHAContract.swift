/// What a library promises about an order: each line of it with an answer.
///
///     AmplitudeType loopsq | OK
///     21 21 -> 22 22 21 | 1 7
///
/// OK or an error for a setting; for a process the number of its subprocesses and their
/// identifiers, or an error (arXiv:1001.1307, 1308.3462).
public struct BLHAContract: Sendable, Equatable {
  /// The answer to a line.
  public enum Answer: Sendable, Equatable {
    /// The setting is accepted.
    case accepted
    /// The identifiers of the subprocesses that make up the process.
    case subprocesses([Int])
    /// The line is refused, with the library's reason.
    case refused(String)
  }

  /// A line with its answer.
  public struct Entry: Sendable, Equatable {
    /// The line of the order.
    public var line: BLHAOrder.Line
    /// The answer.
    public var answer: Answer
    /// Where it stands in the file, from 1.
    public var number: Int
  }

  /// All lines.
  public var entries: [Entry]

  /// The name by which errors call the file.
  public var place: String

  /// Reads a contract file without judging the answers.
  ///
  /// - Throws: ``AmpError`` that names the line which cannot be understood.
  public init(contentsOf path: String) throws {
    try self.init(text: try BLHAText.read(path), place: path)
  }

  /// Reads the text of a contract, called `place` in errors.
  public init(text: String, place: String) throws {
    self.place = place
    entries = try BLHAText.lines(text).map { number, text in
      let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw AmpError(
          "\"\(text.prefix(60))\" has no answer behind a |", in: place, at: "line \(number)",
          remedy: "This is an order, or a contract that was not finished: have the library sign it."
        )
      }
      let line = try BLHAText.line(String(parts[0]).trimmingBlanks, place: place, number: number)
      let answer = String(parts[1]).trimmingBlanks
      return Entry(line: line, answer: BLHAContract.answer(answer, to: line), number: number)
    }
    if entries.isEmpty {
      throw AmpError(
        "the contract is empty", in: place, remedy: "Have the library sign an order file.")
    }
  }

  private static func answer(_ text: String, to line: BLHAOrder.Line) -> Answer {
    let words = text.split(whereSeparator: \.isWhitespace)
    switch line {
    case .setting:
      return words.first?.lowercased() == "ok"
        ? .accepted : .refused(text.isEmpty ? "no answer" : text)
    case .process:
      let numbers = words.map { Int($0) ?? -1 }
      guard let count = numbers.first, count > 0, count == numbers.count - 1,
        numbers.allSatisfy({ $0 >= 0 })
      else { return .refused(text.isEmpty ? "no answer" : text) }
      return .subprocesses(Array(numbers.dropFirst()))
    }
  }

  /// The file as text.
  public var text: String {
    entries.map { entry in
      switch entry.answer {
      case .accepted: "\(entry.line) | OK\n"
      case .refused(let reason): "\(entry.line) | \(reason)\n"
      case .subprocesses(let ids):
        "\(entry.line) | \(([ids.count] + ids).map(String.init).joined(separator: " "))\n"
      }
    }.joined()
  }

  /// Throws an ``AmpError`` unless the contract answers all of `order`, line by line.
  public func check(answers order: BLHAOrder) throws {
    for (at, line) in order.lines.enumerated() {
      guard at < entries.count, entries[at].line == line else {
        throw AmpError(
          "the contract does not answer \"\(line)\" of the order", in: place,
          at: at < entries.count ? "line \(entries[at].number)" : nil,
          remedy: "Have the library sign this order again.")
      }
    }
  }

  /// Throws an ``AmpError`` for the first setting that is refused.
  public func checkSettings() throws {
    for entry in entries {
      guard case .setting = entry.line, case .refused(let reason) = entry.answer else { continue }
      throw AmpError(
        "the library refuses \"\(entry.line)\": \(reason)", in: place, at: "line \(entry.number)",
        remedy: "Change or remove the setting in the order, and have it signed again.")
    }
  }

  /// The processes that the library accepted.
  public var processes: [ScatteringProcess] {
    entries.compactMap { entry in
      guard case .process(let process) = entry.line, case .subprocesses = entry.answer else {
        return nil
      }
      return process
    }
  }

  /// The identifier of the one subprocess of `process`.
  ///
  /// - Throws: ``AmpError`` if the process is missing or refused, if it has several subprocesses, or
  ///   if its identifier is also that of a process with another number of particles.
  public func subprocess(of process: ScatteringProcess) throws -> Int {
    guard let entry = entries.last(where: { $0.line == .process(process) }) else {
      let known = processes.map(\.identifiers).joined(separator: ", ")
      throw AmpError(
        "the contract is not about \(process.identifiers)", in: place,
        remedy: known.isEmpty ? "Order this process." : "It is about: \(known).")
    }
    func failure(_ problem: String, _ remedy: String) -> AmpError {
      AmpError(problem, in: place, at: "line \(entry.number)", remedy: remedy)
    }
    guard case .subprocesses(let ids) = entry.answer else {
      guard case .refused(let reason) = entry.answer else { preconditionFailure("\(entry)") }
      throw failure(
        "the library refuses \(process.identifiers): \(reason)",
        "Order something that the library has.")
    }
    guard ids.count == 1, let id = ids.first else {
      throw failure(
        "\(process.identifiers) has \(ids.count) subprocesses, \(ids)",
        "Order the sum over helicities and colours, which is one.")
    }
    for other in entries {
      guard case .process(let rival) = other.line, case .subprocesses(let ids) = other.answer,
        ids.contains(id), rival.particles.count != process.particles.count
      else { continue }
      throw failure(
        "the identifier \(id) also belongs to \(rival.identifiers) of line \(other.number)",
        "The contract is damaged: have the order signed again.")
    }
    return id
  }

  /// The value of `key` that holds for `process`, nil if there is none.
  public func setting(_ key: String, for process: ScatteringProcess) -> String? {
    var found: String?
    for entry in entries {
      switch entry.line {
      case .setting(let other, let value):
        if other.lowercased() == key.lowercased() { found = value }
      case .process(let other): if other == process { return found }
      }
    }
    return found
  }

  /// Where the library puts |M|² of `process`: the index into its results, by the amplitude type.
  ///
  /// 0 for `Tree` and `LoopInduced`; 4 for `loopsq` of NJet, whose first four results are poles.
  ///
  /// - Throws: ``AmpError`` for types that have more than one number that could be meant, above all
  ///   `Loop`, the interference of tree and loop.
  public func valueIndex(of process: ScatteringProcess) throws -> Int {
    let type = setting("AmplitudeType", for: process)
    switch type?.lowercased() {
    case "tree", "loopinduced": return 0
    case "loopsq": return 4
    default:
      throw AmpError(
        type.map { "the amplitude type is \($0), which has no |M|² of its own" }
          ?? "the contract does not say its amplitude type", in: place,
        remedy:
          "Say which result is meant with --value, for example 3, by the accord the Born |M|².")
    }
  }
}
