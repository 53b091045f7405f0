/// Reads HepMC3's `Asciiv3`.
///
/// One letter begins each line: `E number vertices particles`, `U GEV MM`, `W weights`,
/// `A 0 name value`, `V id status [incoming]`, `P number origin pdg px py pz E m status`. The origin
/// of a particle is a vertex (negative), another particle, or 0. A line `W` before the first event
/// names the weights.
struct HepMC3Parser: EventParser {
  var collector: EventCollector
  private(set) var notes: [String] = []
  private let weights: AmplitudeWeight
  private let unit: EnergyUnit?
  private var amplitude: Int?
  private var event = Event()
  private var isInEvent = false
  private var hasEnded = false
  private var hasNamedWeights = false
  /// What `E` promised: vertices without a line of their own are counted by nobody.
  private var promised = 0
  /// The particles that enter vertices, as numbers of particles.
  private var entering: [(vertex: Int, particle: Int)] = []

  init(_ path: String, _ options: ReadingOptions) {
    collector = EventCollector(path, .hepMC, options)
    unit = options.unit
    event.unit = options.unit == .mev ? 1000 : 1
    weights = AmplitudeWeight(options)
  }

  mutating func read(_ line: inout EventLine) throws {
    switch line.first {
    case 0x50 where line.second <= 0x20:  // P
      line.skip(1)
      try readParticle(&line)
    case 0x56 where line.second <= 0x20:  // V
      line.skip(1)
      try readVertex(&line)
    case 0x41 where line.second <= 0x20:  // A
      line.skip(1)
      guard isInEvent, try line.integer("the number of an object") == 0 else { return }
      line.skipSpace()
      if line.accept("signal_process_vertex ") {
        event.signalVertex = try line.integer("the number of a vertex")
      }
    case 0x45 where line.second <= 0x20:  // E
      try endEvent(line)
      line.skip(1)
      line.skipWord()
      line.skipWord()
      promised = try line.integer("the number of particles")
      event.clear()
      event.line = line.number
      isInEvent = true
    case 0x55 where line.second <= 0x20:  // U
      line.skip(1)
      event.unit = try energyUnit(line.word(), wanted: unit, line)
    case 0x57 where line.second <= 0x20:  // W
      line.skip(1)
      try readWeights(&line)
    case 0x48:  // HepMC::…
      if line.accept("HepMC::Asciiv3-END_EVENT_LISTING") {
        try endEvent(line)
        hasEnded = true
      }
    default: break
    }
  }

  mutating func finish(_ line: EventLine) throws {
    try endEvent(line)
    if !hasEnded {
      notes.append("the mark at the end of the listing is missing: the file may have been cut off")
    }
  }

  private mutating func readParticle(_ line: inout EventLine) throws {
    guard isInEvent else { throw line.error("there is a particle before the first event") }
    let number = try line.integer("the number of a particle")
    guard number == event.particles.count + 1 else {
      throw line.error("particle \(number) comes where \(event.particles.count + 1) is expected")
    }
    guard number <= promised else {
      throw line.error("the event has more particles than the \(promised) it promised")
    }
    let origin = try line.integer("the origin of a particle")
    let id = try line.pdg()
    let x = try line.double("px")
    let y = try line.double("py")
    let z = try line.double("pz")
    let energy = try line.double("the energy")
    line.skipWord()
    let status = try line.integer("the status")
    event.particles.append(
      Event.Particle(
        id: id, status: status, momentum: SIMD4(energy, x, y, z), start: origin, end: 0))
  }

  private mutating func readVertex(_ line: inout EventLine) throws {
    guard isInEvent else { throw line.error("there is a vertex before the first event") }
    let vertex = try line.integer("the number of a vertex")
    line.skipWord()
    line.skipSpace()
    guard line.accept("[") else { return }
    while !line.accept("]") {
      line.skipSpace()
      guard let particle = line.scanInteger() else {
        throw line.error("the list of incoming particles cannot be read")
      }
      if entering.count < promised { entering.append((vertex, particle)) }
      _ = line.accept(",")
    }
  }

  private mutating func readWeights(_ line: inout EventLine) throws {
    if !isInEvent {
      // Names are joined by an escaped line feed.
      line.skipSpace()
      hasNamedWeights = true
      let names = line.rest.trimmingBlanks.split(separator: "\\|").map(String.init)
      amplitude = try weights.choose(among: names, line)
      if let note = weights.note(about: names) { notes.append(note) }
      return
    }
    if !hasNamedWeights {
      hasNamedWeights = true
      amplitude = try weights.choose(among: [], line)
    }
    line.skipSpace()
    if amplitude != 0 && !line.isEmpty { event.weight = try line.double("the weight") }
    guard let amplitude else { return }
    // The first one has been read.
    for _ in 0..<max(0, amplitude - 1) { line.skipWord() }
    event.amplitude = try line.double("the weight with the amplitude")
  }

  private mutating func endEvent(_ line: EventLine) throws {
    guard isInEvent else { return }
    isInEvent = false
    guard event.particles.count == promised else {
      throw AmpError(
        "the event that begins here has \(event.particles.count) particles, not \(promised) as it "
          + "promises", in: line.path, at: "line \(event.line)",
        remedy: "Check that the file is complete.")
    }
    for (vertex, particle) in entering where particle > 0 && particle <= promised {
      event.particles[particle - 1].end = vertex
    }
    entering.removeAll(keepingCapacity: true)
    try collector.add(event)
  }
}

/// Which weight of an event is the amplitude.
struct AmplitudeWeight {
  private let wanted: String?

  init(_ options: ReadingOptions) { wanted = options.amplitudeName }

  /// The number of the weight with the amplitude; throws if one is asked for that is not there.
  func choose(among names: [String], _ line: EventLine) throws -> Int? {
    let found = names.firstIndex { PointColumns.isAmplitude($0, wanted) }
    if let wanted, found == nil {
      throw line.error(
        "there is no weight '\(wanted)'; there "
          + (names.isEmpty ? "are no names at all" : "are \(names.joined(separator: ", "))"),
        remedy: "Name one of these.")
    }
    return found
  }

  /// A sentence about the weights that are not used.
  ///
  /// The first one is the weight of the event.
  func note(about names: [String]) -> String? {
    let others = names.dropFirst().filter { !PointColumns.isAmplitude($0, wanted) }
    if others.isEmpty { return nil }
    return "weights passed over: " + others.prefix(8).joined(separator: ", ")
      + (others.count > 8 ? ", …" : "")
  }
}

/// What momenta are divided by; throws if another unit is `wanted` than the file has.
func energyUnit(_ name: String, wanted: EnergyUnit?, _ line: EventLine) throws -> Double {
  guard let unit = EnergyUnit(rawValue: name.lowercased()) else {
    throw line.error("'\(name)' is no unit of energy", remedy: "Write GEV or MEV.")
  }
  if let wanted, wanted != unit {
    throw line.error(
      "the file says that its momenta are in \(name), not in \(wanted.rawValue.uppercased())",
      remedy: "Leave --unit out, or correct the file.")
  }
  return unit == .mev ? 1000 : 1
}
