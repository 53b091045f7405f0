/// Turns events into points: picks the hard process, orders its particles, counts what it does.
struct EventCollector {
  /// The points since the last ``take()``.
  private var components: [Double] = []
  private var amplitudes: [Double] = []
  private var ids: [Int32] = []
  private var weights: [Double] = []
  private var positions = RowPositions()
  private var row = 0

  private let path: String
  private let options: ReadingOptions
  private let convention: Event.Convention
  private(set) var particles: Int?
  private var hasAmplitudes: Bool?

  /// How the particles of a process come into order, by the identifiers in the order of the file.
  private struct Plan {
    var incoming: [Int32]
    var outgoing: [Int32]
    /// Nil for a process that is not asked for.
    var order: ParticleOrder?
    var process: Int
  }

  private var plans: [Plan] = []
  private var recent = 0
  private var processes: [(pattern: ProcessPattern, count: Int)] = []
  private var passedOver = 0
  private var reordered = 0
  private var converted = 0

  // Kept from event to event.
  private var incoming: [Int] = []
  private var outgoing: [Int] = []
  private var places: [Int] = []

  /// More different processes than any generator writes into a file.
  private static let mostProcesses = 10_000

  init(_ path: String, _ convention: Event.Convention, _ options: ReadingOptions) {
    self.path = path
    self.convention = convention
    self.options = options
  }

  /// The number of points since the last ``take()``.
  var count: Int { row }

  /// Takes an event in.
  mutating func add(_ event: Event) throws {
    func error(_ problem: String, _ remedy: String) -> AmpError {
      AmpError(problem, in: path, at: "line \(event.line)", remedy: remedy)
    }
    guard event.findLegs(convention, incoming: &incoming, outgoing: &outgoing) else {
      throw error(
        "the event that begins here has no hard process of two partons that could be told from "
          + "the rest",
        "Write events at parton level, or with the vertex of the signal process.")
    }
    let plan = try plan(for: event)
    processes[plan.process].count += 1
    guard let order = plan.order else {
      passedOver += 1
      return
    }
    if processes.count > 1, options.process == nil, !options.allowsSeveralProcesses {
      throw error(
        "the event that begins here is \(processes[plan.process].pattern), those before are "
          + "\(processes[0].pattern)",
        "Say which one is meant, for example --process \"\(processes[0].pattern)\"; "
          + "93 stands for any gluon or light quark.")
    }
    let legs = incoming + outgoing
    if let particles, particles != legs.count {
      throw error(
        "the event that begins here has \(legs.count) particles, those before have \(particles)",
        "Say which process is meant with --process.")
    }
    particles = legs.count
    order.resolved(
      { place in
        let p = event.particles[legs[place]].momentum
        return p[1] * p[1] + p[2] * p[2]
      }, into: &places)
    if !places.elementsEqual(legs.indices) { reordered += 1 }
    if event.unit != 1 { converted += 1 }
    for place in places {
      let particle = event.particles[legs[place]]
      let p = event.unit == 1 ? particle.momentum : particle.momentum / event.unit
      components.append(p[0])
      components.append(p[1])
      components.append(p[2])
      components.append(p[3])
      ids.append(particle.id)
    }
    if hasAmplitudes == nil { hasAmplitudes = event.amplitude != nil }
    guard hasAmplitudes == (event.amplitude != nil) else {
      throw error(
        "some events have a weight with the amplitude, but not the one that begins here, or the "
          + "other way round", "Give all events the same weights.")
    }
    if let amplitude = event.amplitude {
      amplitudes.append(amplitude * amplitudeScale(unit: event.unit, particles: legs.count))
    }
    let weight = event.weight ?? 1
    if weights.isEmpty && weight != 1 { weights = [Double](repeating: 1, count: row) }
    if !weights.isEmpty || weight != 1 { weights.append(weight) }
    positions.note(row: row, line: event.line)
    row += 1
  }

  /// The points since the last call; nil if nothing at all is known about them.
  mutating func take() -> PointRecords? {
    let width = particles ?? options.process.map { $0.incoming.count + $0.outgoing.count }
    guard let width else { return nil }
    defer {
      components.removeAll(keepingCapacity: true)
      amplitudes.removeAll(keepingCapacity: true)
      ids.removeAll(keepingCapacity: true)
      weights.removeAll(keepingCapacity: true)
      positions = RowPositions()
      row = 0
    }
    var records = PointRecords(
      momenta: Momenta(components, particles: width),
      amplitudes: hasAmplitudes == true ? amplitudes : nil, positions: positions)
    records.ids = ids
    records.weights = weights.isEmpty ? nil : weights
    return records
  }

  /// What was done, in sentences.
  var notes: [String] {
    var notes: [String] = []
    let taken = processes.reduce(0) { $0 + $1.count } - passedOver
    let most = processes.sorted { $0.count > $1.count }
    let list = most.prefix(8).map { "\($0.pattern) (\($0.count))" }.joined(separator: ", ")
    if !processes.isEmpty { notes.append("processes: " + list + (most.count > 8 ? ", …" : "")) }
    if passedOver > 0, let process = options.process {
      notes.append(
        "\(passedOver) events of other processes were passed over, \(taken) of \(process) taken")
    }
    if reordered > 0 {
      notes.append(
        "in \(reordered) events particles were put in the order of the process, identical ones "
          + "by p_T")
    }
    if converted > 0 { notes.append("\(converted) events were converted from MeV to GeV") }
    return notes
  }

  /// The plan for the process of an event whose legs were found.
  private mutating func plan(for event: Event) throws -> Plan {
    func fits(_ plan: Plan) -> Bool {
      plan.incoming.count == incoming.count && plan.outgoing.count == outgoing.count
        && plan.incoming.indices.allSatisfy {
          plan.incoming[$0] == event.particles[incoming[$0]].id
        }
        && plan.outgoing.indices.allSatisfy {
          plan.outgoing[$0] == event.particles[outgoing[$0]].id
        }
    }
    if recent < plans.count, fits(plans[recent]) { return plans[recent] }
    if let known = plans.firstIndex(where: fits) {
      recent = known
      return plans[known]
    }
    let first = incoming.map { event.particles[$0].id }
    let second = outgoing.map { event.particles[$0].id }
    var pattern = ProcessPattern(
      incoming: first.map(Int.init), outgoing: EventCollector.usualOrder(second.map(Int.init)))
    var order = ParticleOrder(options.process ?? pattern, incoming: first, outgoing: second)
    var process = processes.firstIndex {
      ParticleOrder($0.pattern, incoming: first, outgoing: second) != nil
    }
    if let process {
      pattern = processes[process].pattern
      if options.process == nil {
        order = ParticleOrder(pattern, incoming: first, outgoing: second)
      }
    } else {
      process = processes.count
      processes.append((pattern, 0))
    }
    guard plans.count < EventCollector.mostProcesses, second.count <= 98 else {
      throw AmpError(
        "the events have too many particles or processes to be those of one amplitude", in: path,
        at: "line \(event.line)", remedy: "Write events at parton level.")
    }
    plans.append(
      Plan(incoming: first, outgoing: second, order: order, process: process ?? 0))
    recent = plans.count - 1
    return plans[recent]
  }
}

extension EventCollector {
  /// Outgoing particles as they stand where no process is asked for: without colour first, by their
  /// identifiers, so that g g → γ γ g comes out in this order.
  fileprivate static func usualOrder(_ ids: [Int]) -> [Int] {
    func key(_ id: Int) -> (Int, Int, Int) {
      (id == 21 || (1...8).contains(abs(id)) ? 1 : 0, abs(id), -id)
    }
    return ids.sorted { key($0) < key($1) }
  }
}

/// What turns an amplitude of `particles` in powers of `unit` GeV⁻¹ into one in GeV.
func amplitudeScale(unit: Double, particles: Int) -> Double {
  // |M|² has the dimension GeV^(8 − 2n).
  var scale = 1.0
  let power = 8 - 2 * particles
  if unit == 1 { return 1 }
  for _ in 0..<abs(power) { scale *= power > 0 ? 1 / unit : unit }
  return scale
}
