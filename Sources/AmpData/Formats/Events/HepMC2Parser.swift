/// Reads HepMC2's `IO_GenEvent`.
///
/// `E number interactions scale αs α id vertex vertices beam beam randoms… weights…`, `N names`,
/// `U GEV MM`, `V barcode id x y z t orphans outgoing weights…` and after each vertex its orphans
/// and outgoing particles, `P barcode pdg px py pz E m status θ φ vertex flows…`.
struct HepMC2Parser: EventParser {
  var collector: EventCollector
  private(set) var notes: [String] = []
  private let weights: AmplitudeWeight
  private let unit: EnergyUnit?
  private var event = Event()
  private var isInEvent = false
  private var hasEnded = false
  private var vertices = 0
  private var vertex = 0
  private var orphans = 0
  private var outgoing = 0
  /// The weights of the event, which stand in front of their names.
  private var values: [Double] = []
  private var hasNames = false

  /// More weights than any generator writes.
  private static let mostWeights = 100_000

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
    case 0x45 where line.second <= 0x20:  // E
      try endEvent(line)
      line.skip(1)
      try beginEvent(&line)
    case 0x4e where line.second <= 0x20:  // N
      line.skip(1)
      try readNames(&line)
    case 0x55 where line.second <= 0x20:  // U
      line.skip(1)
      event.unit = try energyUnit(line.word(), wanted: unit, line)
    case 0x48:  // HepMC::…
      if line.accept("HepMC::IO_GenEvent-END_EVENT_LISTING") {
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

  private mutating func beginEvent(_ line: inout EventLine) throws {
    event.clear()
    event.line = line.number
    isInEvent = true
    (vertex, orphans, outgoing) = (0, 0, 0)
    for _ in 0..<6 { line.skipWord() }
    event.signalVertex = try line.integer("the vertex of the signal process")
    vertices = try line.integer("the number of vertices")
    line.skipWord()
    line.skipWord()
    let randoms = try line.integer("the number of random states")
    guard (0...HepMC2Parser.mostWeights).contains(randoms) else {
      throw line.error("\(randoms) random states are too many")
    }
    for _ in 0..<randoms { line.skipWord() }
    values.removeAll(keepingCapacity: true)
    let count = try line.integer("the number of weights")
    guard (0...HepMC2Parser.mostWeights).contains(count) else {
      throw line.error("\(count) weights are too many")
    }
    for _ in 0..<count { values.append(try line.double("a weight")) }
    event.weight = values.first
  }

  private mutating func readNames(_ line: inout EventLine) throws {
    guard isInEvent else { throw line.error("there are names of weights before the first event") }
    // "N 2 "a" "b"": most files repeat the same names at every event.
    line.skipWord()
    let names = line.rest.split(separator: "\"").map(String.init).filter {
      !$0.trimmingBlanks.isEmpty
    }
    if let amplitude = try weights.choose(among: names, line) {
      guard amplitude < values.count else {
        throw line.error("there are \(names.count) names for \(values.count) weights")
      }
      event.amplitude = values[amplitude]
      if amplitude == 0 { event.weight = nil }
    }
    if !hasNames, let note = weights.note(about: names) { notes.append(note) }
    hasNames = true
  }

  private mutating func readVertex(_ line: inout EventLine) throws {
    guard isInEvent else { throw line.error("there is a vertex before the first event") }
    guard orphans == 0, outgoing == 0 else {
      throw line.error("\(orphans + outgoing) particles of the vertex before are missing")
    }
    vertex = try line.integer("the barcode of a vertex")
    vertices -= 1
    for _ in 0..<5 { line.skipWord() }
    orphans = try line.integer("the number of orphans")
    outgoing = try line.integer("the number of outgoing particles")
    guard orphans >= 0, outgoing >= 0 else { throw line.error("a number of particles is negative") }
  }

  private mutating func readParticle(_ line: inout EventLine) throws {
    guard isInEvent else { throw line.error("there is a particle before the first event") }
    line.skipWord()
    let id = try line.pdg()
    let x = try line.double("px")
    let y = try line.double("py")
    let z = try line.double("pz")
    let energy = try line.double("the energy")
    line.skipWord()
    let status = try line.integer("the status")
    line.skipWord()
    line.skipWord()
    let end = try line.integer("the vertex where the particle ends")
    let start: Int
    if orphans > 0 {
      orphans -= 1
      start = 0
    } else if outgoing > 0 {
      outgoing -= 1
      start = vertex
    } else {
      throw line.error("the vertex has more particles than it promises")
    }
    event.particles.append(
      Event.Particle(
        id: id, status: status, momentum: SIMD4(energy, x, y, z), start: start, end: end))
  }

  private mutating func endEvent(_ line: EventLine) throws {
    guard isInEvent else { return }
    isInEvent = false
    guard orphans == 0, outgoing == 0, vertices == 0 else {
      throw AmpError(
        "the event that begins here has not all the vertices and particles it promises",
        in: line.path, at: "line \(event.line)",
        remedy: "Check that the file is complete.")
    }
    if !hasNames {
      hasNames = true
      _ = try weights.choose(among: [], line)
    }
    try collector.add(event)
  }
}
