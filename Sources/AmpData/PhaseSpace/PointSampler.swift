/// What happened while one block of points was filled.
struct BlockCounts: Sendable {
  var proposals = 0
  var phaseSpacePoints = 0
  var inaccurate = 0
  var thinned = 0
  /// Σw, Σw|M|² and Σw²|M|⁴ with the weights w of the points, inaccurate ones in the first.
  var weights = 0.0
  var sum = 0.0
  var squares = 0.0
  var boundExceeded = false

  static func + (a: BlockCounts, b: BlockCounts) -> BlockCounts {
    BlockCounts(
      proposals: a.proposals + b.proposals,
      phaseSpacePoints: a.phaseSpacePoints + b.phaseSpacePoints,
      inaccurate: a.inaccurate + b.inaccurate, thinned: a.thinned + b.thinned,
      weights: a.weights + b.weights, sum: a.sum + b.sum, squares: a.squares + b.squares,
      boundExceeded: a.boundExceeded || b.boundExceeded)
  }
}

/// Fills one block of points from one stream of random numbers.
struct PointSampler {
  private let generator: FlatGenerator
  private var partons: PartonSampler
  private var random: Philox
  private let phaseSpace: MasslessPhaseSpace
  /// The number of particles and of components of a point.
  private let legs, width: Int
  private(set) var counts = BlockCounts()

  init(generator: FlatGenerator, partons: PartonSampler, random: Philox) {
    self.generator = generator
    self.partons = partons
    self.random = random
    legs = generator.amplitude.particles
    width = 4 * legs
    phaseSpace = MasslessPhaseSpace(particles: legs - 2)
  }

  /// Writes `count` points inside the cuts with accurate amplitudes.
  ///
  /// Returns false if fewer than one phase-space point in 10⁵ passes the cuts, or fewer than one
  /// point in 100 is accurate.
  mutating func fill(
    _ momenta: UnsafeMutablePointer<Double>, _ values: UnsafeMutablePointer<Double>, count: Int
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { accuracies in
      var filled = 0
      while filled < count {
        for point in filled..<count {
          if !drawInsideCuts(momenta + width * point, accepted: point) { return false }
        }
        generator.amplitude.evaluate(
          momenta + width * filled, count: count - filled, values: values + filled,
          accuracies: accuracies.baseAddress! + filled)
        // Points that are not accurate enough make room for further ones.
        for point in filled..<count {
          let weight = generator.weight(momenta + width * point)
          counts.weights += weight
          guard accuracies[point] <= generator.tolerance else {
            counts.inaccurate += 1
            continue
          }
          if filled < point {
            (momenta + width * filled).update(from: momenta + width * point, count: width)
            values[filled] = values[point]
          }
          counts.sum += weight * values[filled]
          counts.squares += weight * values[filled] * (weight * values[filled])
          filled += 1
        }
        guard counts.inaccurate <= 10_000 + 100 * filled else { return false }
      }
      counts.proposals = partons.proposals
      counts.boundExceeded = partons.boundExceeded
      return true
    }
  }

  /// Draws one point inside the cuts: all momenta in the laboratory.
  private mutating func drawInsideCuts(
    _ p: UnsafeMutablePointer<Double>, accepted: Int
  ) -> Bool {
    while true {
      guard counts.phaseSpacePoints < 1_000_000 + 100_000 * accepted else { return false }
      counts.phaseSpacePoints += 1
      let (x1, x2) = partons.sample(using: &random)
      let root = (x1 * x2).squareRoot()
      phaseSpace.fill(p + 8, energy: generator.collisionEnergy * root, using: &random)
      guard generator.cuts.acceptTransverse(p + 8) else { continue }
      toLaboratory(p, gamma: (x1 + x2) / (2 * root), gammaBeta: (x1 - x2) / (2 * root))
      guard generator.cuts.acceptAngles(p + 8) else { continue }
      if generator.enrichment == nil || random.uniform() < generator.probability(p) { return true }
      counts.thinned += 1
    }
  }

  /// Boosts along z, orders identical particles by p_T and adds the incoming gluons.
  ///
  /// Transverse momentum, mass shells and the sum of momenta then hold to the last digits.
  private func toLaboratory(_ p: UnsafeMutablePointer<Double>, gamma: Double, gammaBeta: Double) {
    for leg in 2..<legs {
      let q = p + 4 * leg
      q[3] = gamma * q[3] + gammaBeta * q[0]
    }
    generator.cuts.order(p + 8)
    let last = p + width - 4
    var (x, y) = (p[9], p[10])
    for leg in 3..<legs - 1 {
      x += p[4 * leg + 1]
      y += p[4 * leg + 2]
    }
    last[1] = -x
    last[2] = -y
    var (energy, z) = (0.0, 0.0)
    for leg in 2..<legs {
      let q = p + 4 * leg
      q[0] = (q[1] * q[1] + q[2] * q[2] + q[3] * q[3]).squareRoot()
      energy += q[0]
      z += q[3]
    }
    for leg in 0..<2 {
      let q = p + 4 * leg
      q[3] = (leg == 0 ? energy + z : z - energy) / 2
      q[0] = abs(q[3])
      q[1] = 0
      q[2] = 0
    }
  }
}
