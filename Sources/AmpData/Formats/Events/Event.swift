/// An event as generators write it: particles, and vertices that join them.
///
/// One value is used for all events of a file, so that reading takes no memory per event.
struct Event {
  /// A particle: identity, state, four-momentum (E, px, py, pz), and the vertices at its ends.
  struct Particle {
    var id: Int32
    var status: Int
    var momentum: SIMD4<Double>
    /// The vertex, or as a positive number the particle, that it comes from; 0 if none is known.
    var start: Int
    /// The vertex where it ends; 0 if none is known.
    var end: Int
  }

  /// The codes by which a format says what a particle is.
  enum Convention {
    /// HepMC: 1 final, 2 decayed, 4 beam; 21 to 23 around the hard process in Pythia, 11 in Sherpa.
    case hepMC
    /// Les Houches: −1 incoming, 1 outgoing, 2 a resonance.
    case lesHouches
  }

  /// All particles in the order of the file.
  var particles: [Particle] = []

  /// The vertex of the hard process, if the file names it.
  var signalVertex = 0

  /// The line at which the event begins.
  var line = 0

  /// The weight that is the amplitude.
  var amplitude: Double?

  /// The weight of the event, if there is one and it is not the amplitude.
  var weight: Double?

  /// What momenta are divided by to be in GeV.
  var unit = 1.0

  /// Forgets everything but the unit.
  mutating func clear() {
    particles.removeAll(keepingCapacity: true)
    signalVertex = 0
    amplitude = nil
    weight = nil
  }

  /// Finds incoming and outgoing particles of the hard process; false if they cannot be told.
  func findLegs(
    _ convention: Convention, incoming: inout [Int], outgoing: inout [Int]
  ) -> Bool {
    func collect(_ isIncoming: (Particle) -> Bool, _ isOutgoing: (Particle) -> Bool) -> Bool {
      incoming.removeAll(keepingCapacity: true)
      outgoing.removeAll(keepingCapacity: true)
      for (i, particle) in particles.enumerated() {
        if isIncoming(particle) {
          incoming.append(i)
        } else if isOutgoing(particle) {
          outgoing.append(i)
        }
      }
      return incoming.count == 2 && !outgoing.isEmpty
    }
    if convention == .lesHouches {
      return collect({ $0.status == -1 }, { $0.status == 1 })
    }
    let signal = signalVertex
    if signal != 0, collect({ $0.end == signal }, { $0.start == signal }) { return true }
    // Pythia marks the hard process, resonances (22) apart.
    if collect({ $0.status == 21 }, { $0.status == 23 }) { return true }
    // Without shower: partons meet in the one vertex that two of them enter.
    func isFinal(_ particle: Particle) -> Bool { particle.status == 1 }
    if collect({ $0.status == 11 }, isFinal), arePartons(incoming) { return true }
    return collect({ $0.status == 4 }, isFinal) && arePartons(incoming)
  }

  /// Whether these are no hadrons or nuclei, whose momenta are those of the beams.
  private func arePartons(_ indices: [Int]) -> Bool {
    indices.allSatisfy { particles[$0].id.magnitude < 100 }
  }
}
