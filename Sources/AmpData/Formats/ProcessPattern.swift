/// A process as it is asked for: `gg_aag`, or `21 21 -> 22 22 93` by PDG identifiers.
///
/// The identifier 93 stands for any gluon or light quark, as in the run cards of Sherpa. It also
/// gives the order in which particles stand in a point.
public struct ProcessPattern: Sendable, Equatable, CustomStringConvertible {
  /// The incoming particles.
  public let incoming: [Int]

  /// The outgoing particles.
  public let outgoing: [Int]

  /// Wraps identifiers.
  public init(incoming: [Int], outgoing: [Int]) {
    self.incoming = incoming
    self.outgoing = outgoing
  }

  /// The pattern that only `process` fits.
  public init(_ process: ScatteringProcess) {
    self.init(
      incoming: Array(process.particles.prefix(2)), outgoing: Array(process.particles.dropFirst(2)))
  }

  /// Reads whatever ``ScatteringProcess/init(named:)`` reads, and 93 for a jet.
  ///
  /// - Throws: ``AmpError`` if the text cannot be understood.
  public init(named text: String) throws {
    self.init(ScatteringProcess(try ScatteringProcess.particles(named: text)))
  }

  /// The process, unless several fit.
  public var process: ScatteringProcess? {
    let all = incoming + outgoing
    return all.contains(ScatteringProcess.jet) ? nil : ScatteringProcess(all)
  }

  /// `21 21 -> 22 22 21`.
  public var description: String {
    "\(incoming.map(String.init).joined(separator: " ")) -> "
      + outgoing.map(String.init).joined(separator: " ")
  }

  /// Where the particles of the pattern stand among `ids`; nil if they do not fit one to one.
  static func places(of pattern: [Int], in ids: [Int32]) -> [Int]? {
    guard pattern.count == ids.count else { return nil }
    var places = [Int](repeating: -1, count: pattern.count)
    var taken = [Bool](repeating: false, count: ids.count)
    // Exact ones first, so that they are not used up as jets.
    for isJet in [false, true] {
      for (slot, id) in pattern.enumerated() where (id == ScatteringProcess.jet) == isJet {
        let found = ids.indices.first { !taken[$0] && fits(id, ids[$0]) }
        guard let found else { return nil }
        taken[found] = true
        places[slot] = found
      }
    }
    return places
  }

  private static func fits(_ id: Int, _ particle: Int32) -> Bool {
    if id == ScatteringProcess.jet {
      return particle == 21 || (1...5).contains(particle.magnitude) || Int(particle) == id
    }
    return id == Int(particle)
  }
}

/// How the particles of a file are brought into the order of a process.
struct ParticleOrder: Equatable {
  /// For each particle of the process its place in the file.
  var places: [Int]

  /// Outgoing particles that are alike, by their number in the process.
  var groups: [[Int]]

  /// The order for particles `ids` in the file, incoming first; nil if another process they are.
  init?(_ pattern: ProcessPattern, incoming: [Int32], outgoing: [Int32]) {
    guard let first = ProcessPattern.places(of: pattern.incoming, in: incoming),
      let second = ProcessPattern.places(of: pattern.outgoing, in: outgoing)
    else { return nil }
    places = first + second.map { $0 + incoming.count }
    let ids = pattern.incoming + pattern.outgoing
    groups = []
    for id in Set(pattern.outgoing).sorted() {
      let group = (pattern.incoming.count..<ids.count).filter { ids[$0] == id }
      if group.count > 1 { groups.append(group) }
    }
  }

  /// The places for one point: those alike come in order of p_T, the hardest first.
  ///
  /// Particles of equal p_T stay as they are, and so does everything if a p_T is not a number.
  func resolved(_ transverse: (_ place: Int) -> Double, into result: inout [Int]) {
    result.removeAll(keepingCapacity: true)
    result += places
    for group in groups {
      // Few members: insertion is stable and takes no memory.
      for i in 1..<group.count {
        var j = i
        while j > 0, transverse(result[group[j]]) > transverse(result[group[j - 1]]) {
          result.swapAt(group[j], group[j - 1])
          j -= 1
        }
      }
    }
  }
}
