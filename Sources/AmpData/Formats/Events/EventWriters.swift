/// Writes points as events, one vertex each, for programs that read HepMC3.
///
/// Momenta have the digits that give the same doubles back; masses are written as 0. The first
/// weight is that of the event; the cross section, where it is known, stands in every event.
final class HepMC3Writer: PointWriter {
  private var file: TextFile
  private let particles: EventParticles
  private let hasAmplitudes: Bool
  private let crossSection: String
  private var event = 0
  private var text = ""

  init(_ path: String, _ layout: PointLayout) throws {
    particles = try EventParticles(path, layout)
    hasAmplitudes = layout.hasAmplitudes
    // Value, error and the numbers of accepted and attempted events, which are not told.
    crossSection =
      layout.crossSection.map { "A 0 GenCrossSection \($0.value) \($0.error) -1 -1\n" } ?? ""
    file = try TextFile(path)
    try file.write(
      """
      HepMC::Version 3.02.05
      HepMC::Asciiv3-START_EVENT_LISTING
      W Weight\(hasAmplitudes ? "\\|amplitude" : "")
      T Amp\\|\(ampVersion)\\|points of a process

      """)
  }

  func append(_ batch: PointRecords) throws {
    try particles.check(batch)
    guard let momenta = batch.momenta else { return }
    let count = momenta.particles
    for row in 0..<momenta.count {
      text += "E \(event) 1 \(count)\nU GEV MM\nW \(weight(batch, row))"
      if let amplitudes = batch.amplitudes { text += " \(amplitudes[row])" }
      text += "\n" + crossSection
      for i in 0..<count {
        if i == 2 { text += "V -1 0 [1,2]\n" }
        let p = momenta[row, i]
        text += "P \(i + 1) \(i < 2 ? 0 : -1) \(particles.id(i, row, batch)) "
        text += "\(p[1]) \(p[2]) \(p[3]) \(p[0]) 0 \(i < 2 ? 4 : 1)\n"
      }
      event += 1
      if text.utf8.count > 1 << 16 { try flush() }
    }
    try flush()
  }

  func commit() throws {
    try file.write("HepMC::Asciiv3-END_EVENT_LISTING\n\n")
    try file.commit()
  }

  private func flush() throws {
    try file.write(text)
    text.removeAll(keepingCapacity: true)
  }
}

/// Writes points as Les Houches events (hep-ph/0609017), weights as in version 3.
///
/// Without a cross section, beams and cross section are written as 0 and all events weigh the same
/// (IDWTUP 3); with one, weights are in pb and their mean is the cross section (IDWTUP 4). Colours
/// are not known and written as 0, scale and couplings as −1.
final class LesHouchesWriter: PointWriter {
  private var file: TextFile
  private let particles: EventParticles
  private var text = ""

  init(_ path: String, _ layout: PointLayout) throws {
    particles = try EventParticles(path, layout)
    file = try TextFile(path)
    try file.write(
      """
      <LesHouchesEvents version="3.0">
      <header>
      <!-- points of a process, written by Amp \(ampVersion) -->
      \(layout.hasAmplitudes ? "<initrwgt>\n<weight id='amplitude'>amplitude</weight>\n</initrwgt>\n" : "")</header>
      <init>
      \(LesHouchesWriter.initialization(layout.crossSection))
      </init>

      """)
  }

  func append(_ batch: PointRecords) throws {
    try particles.check(batch)
    guard let momenta = batch.momenta else { return }
    let count = momenta.particles
    for row in 0..<momenta.count {
      text += "<event>\n\(count) 1 \(weight(batch, row)) -1 -1 -1\n"
      for i in 0..<count {
        let p = momenta[row, i]
        text += "\(particles.id(i, row, batch)) \(i < 2 ? "-1 0 0" : "1 1 2") 0 0 "
        text += "\(p[1]) \(p[2]) \(p[3]) \(p[0]) 0 0 9\n"
      }
      if let amplitudes = batch.amplitudes {
        text += "<rwgt>\n<wgt id='amplitude'> \(amplitudes[row]) </wgt>\n</rwgt>\n"
      }
      text += "</event>\n"
      if text.utf8.count > 1 << 16 { try flush() }
    }
    try flush()
  }

  /// Beams, densities (those of Amp have no number), meaning of the weights; the cross section.
  private static func initialization(_ crossSection: CrossSection?) -> String {
    guard let known = crossSection else { return "0 0 0 0 0 0 0 0 3 1\n0 0 1 1" }
    return "2212 2212 \(known.beamEnergy) \(known.beamEnergy) 0 0 0 0 4 1\n"
      + "\(known.value) \(known.error) \(known.largestWeight) 1"
  }

  func commit() throws {
    try file.write("</LesHouchesEvents>\n")
    try file.commit()
  }

  private func flush() throws {
    try file.write(text)
    text.removeAll(keepingCapacity: true)
  }
}

/// The identifiers with which points are written as events.
struct EventParticles {
  private let path: String
  private let process: ScatteringProcess?

  /// Throws unless the process has as many particles as a point.
  init(_ path: String, _ layout: PointLayout) throws {
    self.path = path
    process = layout.process
    guard layout.particles > 2 else {
      throw AmpError(
        "points of \(layout.particles) particles are no events", in: path,
        remedy: "Give both incoming and all outgoing particles.")
    }
    if let process, process.particles.count != layout.particles {
      throw AmpError(
        "the process has \(process.particles.count) particles, the points have "
          + "\(layout.particles)", in: path, remedy: "Give the process of these points.")
    }
  }

  /// Throws if nobody says which particles these are.
  func check(_ batch: PointRecords) throws {
    if batch.ids.isEmpty && process == nil {
      throw AmpError(
        "events name their particles, but nothing says which these are", in: path,
        remedy: "Give the process, for example --process \"21 21 -> 22 22 21\".")
    }
  }

  /// The identifier of a particle.
  func id(_ particle: Int, _ row: Int, _ batch: PointRecords) -> Int {
    if !batch.ids.isEmpty, let count = batch.momenta?.particles {
      return Int(batch.ids[row * count + particle])
    }
    return process?.particles[particle] ?? 0
  }
}

/// The weight of an event as text.
private func weight(_ batch: PointRecords, _ row: Int) -> String {
  batch.weights.map { "\($0[row])" } ?? "1"
}
