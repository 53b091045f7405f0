/// Brings points into Amp's conventions and counts what it changed.
///
/// Incoming momenta that are written as outgoing ones, with negative energies, are turned around;
/// MeV become GeV; particles of a file that does not name them are put in the order of a process,
/// identical outgoing ones by p_T, the hardest first.
struct Normalization {
  private let incoming: Int
  private let unit: Double
  private let order: ParticleOrder?
  private let pattern: ProcessPattern?
  private let pdg: [Int]?
  private var turned = 0
  private var reordered = 0
  private var converted = 0
  private var hardest = 0.0
  private var row: [Double] = []
  private var places: [Int] = []

  /// Beyond any collider that is planned, in GeV: such energies are probably meant in MeV.
  private static let highestEnergy = 1e5

  /// Throws if the identifiers given for the file are not those of the process.
  init(_ options: ReadingOptions) throws {
    incoming = options.checks.incoming
    unit = options.unit == .mev ? 1000 : 1
    pdg = options.pdg
    pattern =
      options.process
      ?? options.pdg.map {
        ProcessPattern(incoming: Array($0.prefix(2)), outgoing: Array($0.dropFirst(2)))
      }
    guard let pattern, options.ordersArrays else {
      order = nil
      return
    }
    let ids = (options.pdg ?? pattern.incoming + pattern.outgoing).map { Int32(clamping: $0) }
    order = ParticleOrder(
      pattern, incoming: Array(ids.prefix(2)), outgoing: Array(ids.dropFirst(2)))
    if order == nil {
      throw AmpError(
        "the particles \(ids.map { String($0) }.joined(separator: " ")) are not those of "
          + "\(pattern)", in: "--pdg",
        remedy: "Name the particles in the order of the file, incoming ones first.")
    }
  }

  /// What was changed so far, in sentences.
  var notes: [String] {
    var notes: [String] = []
    if converted > 0 { notes.append("\(converted) rows were converted from MeV to GeV") }
    if hardest > Normalization.highestEnergy {
      notes.append(
        "incoming energies reach \(hardest) GeV: if they are in MeV, say --unit mev")
    }
    if turned > 0 {
      notes.append(
        "in \(turned) rows incoming momenta had negative energies; their signs were turned")
    }
    if reordered > 0, let pattern {
      notes.append(
        "in \(reordered) rows particles were put in the order \(pattern), identical ones by p_T")
    }
    return notes
  }

  /// Normalises a batch in place.
  mutating func apply(to batch: inout PointRecords, in path: String) throws {
    guard let particles = batch.momenta?.particles else { return }
    // Events were converted and ordered when their particles were known by name.
    if batch.ids.isEmpty {
      if unit != 1 { convert(&batch, particles) }
      if let order {
        guard order.places.count == particles else {
          throw AmpError(
            "the points have \(particles) particles, the process has \(order.places.count)",
            in: path, remedy: "Name the process of these points with --process.")
        }
        sort(&batch, order)
      }
    }
    turn(&batch, particles)
  }

  private mutating func convert(_ batch: inout PointRecords, _ particles: Int) {
    converted += batch.count
    batch.momenta?.components.withUnsafeMutableBufferPointer { values in
      for i in values.indices { values[i] /= unit }
    }
    let scale = amplitudeScale(unit: unit, particles: particles)
    batch.amplitudes = batch.amplitudes?.map { $0 * scale }
  }

  /// Turns rows whose incoming particles all have negative energies.
  private mutating func turn(_ batch: inout PointRecords, _ particles: Int) {
    let width = 4 * particles
    let incoming = min(incoming, particles)
    batch.momenta?.components.withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: values.count, by: width) {
        if values[start] > hardest, values[start].isFinite { hardest = values[start] }
        guard values[start] < 0, (0..<incoming).allSatisfy({ values[start + 4 * $0] < 0 }) else {
          continue
        }
        for i in start..<start + 4 * incoming { values[i] = -values[i] }
        turned += 1
      }
    }
  }

  private mutating func sort(_ batch: inout PointRecords, _ order: ParticleOrder) {
    let width = 4 * order.places.count
    batch.momenta?.components.withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: values.count, by: width) {
        order.resolved(
          { place in
            let (x, y) = (values[start + 4 * place + 1], values[start + 4 * place + 2])
            return x * x + y * y
          }, into: &places)
        if places.elementsEqual(places.indices) { continue }
        reordered += 1
        row.removeAll(keepingCapacity: true)
        for place in places { row += values[start + 4 * place..<start + 4 * place + 4] }
        for i in 0..<width { values[start + i] = row[i] }
      }
    }
  }
}
