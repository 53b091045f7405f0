/// Reads Les Houches events: the lines between `<event>` and `</event>`.
///
/// The first line is `N process weight scale α αs`, then N lines `pdg status mother mother colour
/// colour px py pz E m lifetime spin`, status −1 for incoming and 1 for outgoing particles. Further
/// weights are `<wgt id='name'> value </wgt>`. Everything else is passed over, so that headers need
/// not be sound XML.
struct LesHouchesParser: EventParser {
  var collector: EventCollector
  private(set) var notes: [String] = []
  private let weights: AmplitudeWeight
  private let wanted: String?
  private var event = Event()
  private var expected = -1
  private var isInEvent = false
  private var hasEnded = false
  private var names: [String] = []
  private var isFirst = true

  init(_ path: String, _ options: ReadingOptions) {
    collector = EventCollector(path, .lesHouches, options)
    event.unit = options.unit == .mev ? 1000 : 1
    weights = AmplitudeWeight(options)
    wanted = options.amplitudeName
  }

  mutating func read(_ line: inout EventLine) throws {
    guard isInEvent else {
      if line.first == 0x3c { try readTag(&line) }
      return
    }
    if line.isEmpty || line.first == 0x23 { return }
    if line.first == 0x3c { return try readTag(&line) }
    if expected < 0 {
      expected = try line.integer("the number of particles")
      guard (1...100_000).contains(expected) else {
        throw line.error("\(expected) is no number of particles")
      }
      line.skipWord()
      let weight = try line.double("the weight")
      if wanted == "XWGTUP" { event.amplitude = weight } else { event.weight = weight }
    } else if event.particles.count < expected {
      try readParticle(&line)
    }
  }

  mutating func finish(_ line: EventLine) throws {
    if isInEvent {
      throw AmpError(
        "the event that begins here has no end", in: line.path,
        at: "line \(event.line)", remedy: "Check that the file is complete.")
    }
    if !hasEnded {
      notes.append("</LesHouchesEvents> is missing: the file may have been cut off")
    }
  }

  private mutating func readTag(_ line: inout EventLine) throws {
    if line.accept("<event") {
      // Not <eventgroup> or the like.
      guard line.isEmpty || line.first == 0x3e || line.first <= 0x20 else { return }
      if isInEvent { throw line.error("an event begins before the one above has ended") }
      isInEvent = true
      expected = -1
      event.clear()
      event.line = line.number
    } else if line.accept("</event>") {
      guard isInEvent else { return }
      try endEvent(line)
    } else if line.accept("</LesHouchesEvents") {
      hasEnded = true
    } else if isInEvent {
      // Weights may stand one per line or all in one.
      if line.starts("<wgt") || line.starts("<rwgt") { try readWeights(&line) }
    }
  }

  private mutating func readParticle(_ line: inout EventLine) throws {
    let id = try line.pdg()
    let status = try line.integer("the status")
    for _ in 0..<4 { line.skipWord() }
    let x = try line.double("px")
    let y = try line.double("py")
    let z = try line.double("pz")
    let energy = try line.double("the energy")
    event.particles.append(
      Event.Particle(
        id: id, status: status, momentum: SIMD4(energy, x, y, z), start: 0, end: 0))
  }

  /// Reads weights as far as they are wanted; most lines of large files hold nothing else.
  private mutating func readWeights(_ line: inout EventLine) throws {
    while line.find("<wgt") {
      guard line.find("id=") else { return }
      let quote = line.first
      let isQuoted = quote == 0x22 || quote == 0x27
      if isQuoted { line.skip(1) }
      // A name is made only if it may be the one.
      let mayMatch = wanted.map { $0.utf8.first == line.first } ?? (line.first | 0x20 == 0x61)
      guard isFirst || mayMatch else {
        line.skipWord()
        continue
      }
      let name = line.text(upTo: isQuoted ? quote : 0x3e)
      if isFirst { names.append(name) }
      guard PointColumns.isAmplitude(name, wanted) else { continue }
      guard line.find(">"), let number = line.anyNumber() else {
        throw line.error("there is no number where the weight '\(name)' should be")
      }
      event.amplitude = number
    }
  }

  private mutating func endEvent(_ line: EventLine) throws {
    isInEvent = false
    guard event.particles.count == expected else {
      throw AmpError(
        "the event that begins here has \(event.particles.count) particles, not "
          + "\(max(expected, 0)) as it promises", in: line.path,
        at: "line \(event.line)", remedy: "Check that the file is complete.")
    }
    if isFirst {
      isFirst = false
      let all = ["XWGTUP"] + names
      _ = try weights.choose(among: all, line)
      if let note = weights.note(about: all) { notes.append(note) }
    }
    try collector.add(event)
  }
}
