import Synchronization

/// Labelled points of any process of two gluons: flat phase space × gluon densities.
///
/// What the generators of single processes share. Points follow g(x₁) g(x₂) dx₁ dx₂ dΦₘ inside the
/// cuts, m massless particles going out, and are in the laboratory frame with gluon 1 along +z.
struct FlatGenerator: Sendable {
  var collisionEnergy: Double
  var density: GluonDensity
  var cuts: any PhaseSpaceCuts
  var amplitude: any SquaredAmplitude
  /// The factor of the cross section for identical outgoing particles.
  var symmetry: Double
  var tolerance: Double
  var enrichment: Enrichment?

  /// Points that share one stream of random numbers.
  static let blockSize = 1024

  func generate(
    points: Int, seed: UInt64, threads: Int, ranks: any Ranks,
    progress: (@Sendable (Int) -> Void)?
  ) throws(AmpError) -> GeneratedSample {
    let filled = try fill(
      points: points, seed: seed, threads: threads, ranks: ranks, progress: progress)
    return GeneratedSample(
      table: filled.table,
      statistics: statistics(filled.counts, points: points, volume: filled.volume))
  }

  /// Points of the blocks from `firstBlock` on, of the stream `member` of the seed.
  func fill(
    points: Int, seed: UInt64, member: UInt32 = 0, firstBlock: Int = 0, threads: Int,
    ranks: any Ranks = SingleRank(), progress: (@Sendable (Int) -> Void)? = nil
  ) throws(AmpError) -> (table: AmplitudeTable, counts: BlockCounts, volume: Double) {
    let sampler = try validated(points: points)
    let size = FlatGenerator.blockSize
    let blocks = (points + size - 1) / size
    let mine = ranks.share(of: blocks)
    let width = 4 * amplitude.particles
    let state = Mutex((counts: [BlockCounts](repeating: BlockCounts(), count: blocks), done: 0))
    let failed = Atomic(false)

    var amplitudes = [Double]()
    let components = [Double](unsafeUninitializedCapacity: width * points) { momenta, filled in
      amplitudes = [Double](unsafeUninitializedCapacity: points) { values, valuesFilled in
        // Blocks write disjoint rows of both.
        nonisolated(unsafe) let momenta = momenta.baseAddress!
        nonisolated(unsafe) let values = values.baseAddress!
        parallel(parts: mine.count, threads: threads) { part in
          let block = mine.lowerBound + part
          if failed.load(ordering: .relaxed) { return }
          let first = block * size
          let count = min(size, points - first)
          let random = Philox(
            seed: seed, purpose: .phaseSpace, member: member, step: UInt32(firstBlock + block))
          var worker = PointSampler(generator: self, partons: sampler, random: random)
          if !worker.fill(momenta + width * first, values + first, count: count) {
            failed.store(true, ordering: .relaxed)
            return
          }
          state.withLock { state in
            state.counts[block] = worker.counts
            state.done += count
            progress?(state.done * ranks.count)
          }
        }
        if ranks.count > 1 {
          let rows = (0...ranks.count).map { min(points, size * ranks.bound(of: blocks, $0)) }
          ranks.gather(momenta, bounds: rows.map { $0 * width * MemoryLayout<Double>.size })
          ranks.gather(values, bounds: rows.map { $0 * MemoryLayout<Double>.size })
          state.withLock {
            $0.counts.withUnsafeMutableBufferPointer { counts in
              if let base = counts.baseAddress { ranks.gather(base, items: blocks) }
            }
          }
          let failures = ranks.collect([failed.load(ordering: .relaxed) ? 1 : 0])
          failed.store(failures.contains([1]), ordering: .relaxed)
        }
        valuesFilled = failed.load(ordering: .relaxed) ? 0 : points
      }
      filled = width * amplitudes.count
    }
    guard amplitudes.count == points else {
      throw AmpError(
        "almost no point passes the cuts at √S = \(collisionEnergy) GeV", in: "cuts",
        remedy: "Loosen the cuts, the tolerance of \(tolerance) or raise the collision energy.")
    }
    let table = AmplitudeTable(
      momenta: Momenta(components, particles: amplitude.particles), amplitudes: amplitudes)
    let counts = state.withLock { $0.counts }.reduce(BlockCounts(), +)
    guard !counts.boundExceeded else {
      throw AmpError(
        "the density \(density.name) varies too fast to be sampled", in: "density",
        remedy: "Use one of the built-in densities.")
    }
    return (table, counts, sampler.volume)
  }

  /// ŝᵐ⁻³ for m outgoing particles: how flux and phase space of a point vary, 1/(2ŝ) · Φₘ(ŝ).
  ///
  /// Over the probability with which an enriched sample keeps the point.
  func weight(_ p: UnsafePointer<Double>) -> Double {
    let s = 4 * p[0] * p[4]
    var weight = 1 / probability(p)
    if amplitude.particles < 5 { return weight / s }
    for _ in 5..<amplitude.particles { weight *= s }
    return weight
  }

  /// The part of the points like `p` that an enriched sample keeps.
  func probability(_ p: UnsafePointer<Double>) -> Double {
    enrichment?.probability(
      p, legs: amplitude.particles, minimumEnergy: cuts.minimumEnergy) ?? 1
  }

  private func validated(points: Int) throws(AmpError) -> PartonSampler {
    guard points > 0, points <= Int(UInt32.max) else {
      throw AmpError(
        "\(points) points cannot be generated", in: "points", remedy: "Ask for 1 to 4e9.")
    }
    guard tolerance > 0 else {
      throw AmpError(
        "the tolerance \(tolerance) is not positive", in: "tolerance", remedy: "Use 1e-8.")
    }
    try enrichment?.validate()
    try cuts.validate()
    guard collisionEnergy.isFinite, collisionEnergy > cuts.minimumEnergy * 1.001 else {
      throw AmpError(
        "\(collisionEnergy) GeV are too little for the cuts, which need \(cuts.minimumEnergy) GeV",
        in: "collision energy", remedy: "Raise the energy or lower the transverse momenta.")
    }
    let ratio = cuts.minimumEnergy / collisionEnergy
    let sampler = PartonSampler(density: density, minimum: ratio * ratio)
    guard sampler.volume > 0, sampler.volume.isFinite else {
      throw AmpError(
        "the density \(density.name) is zero or infinite at √S = \(collisionEnergy) GeV",
        in: "density", remedy: "Use one of the built-in densities.")
    }
    return sampler
  }

  /// The constant of a cross section in pb: volume · symmetry · Φₘ(1)/2 · (ħc)².
  func factor(volume: Double) -> Double {
    let picobarn = 0.389_379_372_1e9
    let phaseSpace = MasslessPhaseSpace(particles: amplitude.particles - 2).volume(energy: 1)
    return volume * picobarn * symmetry * phaseSpace / 2
  }

  /// σ = ∫dx₁dx₂ g g · 1/(2ŝ) · symmetry · |M|² · Φₘ(ŝ), with Φₘ(ŝ) = Φₘ(1) ŝᵐ⁻².
  private func statistics(
    _ counts: BlockCounts, points: Int, volume: Double
  ) -> GenerationStatistics {
    let factor = factor(volume: volume)
    let trials = Double(counts.proposals)
    let mean = counts.sum / trials
    let variance = max(0, counts.squares / trials - mean * mean) / trials
    return GenerationStatistics(
      points: points, phaseSpacePoints: counts.phaseSpacePoints, inaccurate: counts.inaccurate,
      thinned: counts.thinned, unitCrossSection: factor * counts.weights / trials,
      crossSection: factor * mean, crossSectionError: factor * variance.squareRoot())
  }
}
