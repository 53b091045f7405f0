import Synchronization

/// Labelled points of p p → γ γ + jet through g g → γ γ g: flat phase space × gluon densities.
///
/// The points follow g(x₁) g(x₂) dx₁ dx₂ dΦ₃ inside the cuts and carry the exact |M|² (they are
/// not distributed as |M|²). Momenta are in the laboratory frame, gluon 1 along +z, photons
/// ordered by p_T. The sample depends on the options and the seed, not on the number of threads.
public struct DiphotonGenerator: Sendable {
  /// The energy √S of the proton–proton collision in GeV.
  public var collisionEnergy = 1000.0

  /// The density of gluons in the proton.
  public var density = GluonDensity.ct18

  /// The cuts on photons and jet.
  public var cuts = DiphotonCuts()

  /// The squared amplitude, with its couplings.
  public var amplitude = DiphotonGluonAmplitude()

  /// The largest estimated relative error of |M|²; less accurate points are replaced.
  public var tolerance = 1e-8

  /// A generator with the default options.
  public init() {}

  /// Points that share one stream of random numbers.
  static let blockSize = 1024

  /// Generates points with their amplitudes.
  ///
  /// The first n points of a larger sample with the same seed are the sample of n points, up to
  /// whole blocks of 1024.
  ///
  /// - Parameters:
  ///   - points: The number of points inside the cuts.
  ///   - seed: Selects the sample.
  ///   - threads: The number of threads, without influence on the result.
  ///   - progress: Called with the number of points finished so far, one call at a time.
  /// - Throws: ``AmpError`` for options that allow no points.
  public func generate(
    points: Int, seed: UInt64, threads: Int = 1, progress: (@Sendable (Int) -> Void)? = nil
  ) throws(AmpError) -> GeneratedSample {
    let sampler = try validated(points: points)
    let size = DiphotonGenerator.blockSize
    let blocks = (points + size - 1) / size
    let state = Mutex((counts: [BlockCounts](repeating: BlockCounts(), count: blocks), done: 0))
    let failed = Atomic(false)

    var amplitudes = [Double]()
    let components = [Double](unsafeUninitializedCapacity: 20 * points) { momenta, filled in
      amplitudes = [Double](unsafeUninitializedCapacity: points) { values, valuesFilled in
        nonisolated(unsafe) let momenta = momenta.baseAddress!
        nonisolated(unsafe) let values = values.baseAddress!
        parallel(parts: blocks, threads: threads) { block in
          if failed.load(ordering: .relaxed) { return }
          let first = block * size
          let count = min(size, points - first)
          let random = Philox(seed: seed, purpose: .phaseSpace, step: UInt32(block))
          var worker = PointSampler(generator: self, partons: sampler, random: random)
          if !worker.fill(momenta + 20 * first, values + first, count: count) {
            failed.store(true, ordering: .relaxed)
            return
          }
          state.withLock { state in
            state.counts[block] = worker.counts
            state.done += count
            progress?(state.done)
          }
        }
        valuesFilled = failed.load(ordering: .relaxed) ? 0 : points
      }
      filled = 20 * amplitudes.count
    }
    guard amplitudes.count == points else {
      throw AmpError(
        "almost no point passes the cuts at √S = \(collisionEnergy) GeV", in: "cuts",
        remedy: "Loosen the cuts, the tolerance of \(tolerance) or raise the collision energy.")
    }
    let table = AmplitudeTable(
      momenta: Momenta(components, particles: 5), amplitudes: amplitudes)
    let counts = state.withLock { $0.counts }.reduce(BlockCounts(), +)
    guard !counts.boundExceeded else {
      throw AmpError(
        "the density \(density.name) varies too fast to be sampled", in: "density",
        remedy: "Use one of the built-in densities.")
    }
    return GeneratedSample(
      table: table,
      statistics: statistics(counts, points: points, volume: sampler.volume))
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
    let limits = [
      cuts.leadingPhoton, cuts.subleadingPhoton, cuts.jet, cuts.photonPseudorapidity,
      cuts.jetPseudorapidity, cuts.photonSeparation, cuts.photonJetSeparation,
    ]
    guard limits.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw AmpError(
        "a cut is negative or not finite", in: "cuts",
        remedy: "Use finite transverse momenta in GeV, |η| and ΔR; 0 switches a lower cut off.")
    }
    guard cuts.jet > 0, min(cuts.leadingPhoton, cuts.subleadingPhoton) > 0 else {
      throw AmpError(
        "a transverse momentum is not bounded from below", in: "cuts",
        remedy: "|M|² diverges for soft and collinear gluons: set all p_T cuts above 0 GeV.")
    }
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

  /// σ = ∫dx₁dx₂ g g · 1/(2ŝ) · ½ |M|² · Φ₃, with Φ₃/ŝ = 1/(256π³).
  private func statistics(
    _ counts: BlockCounts, points: Int, volume: Double
  ) -> GenerationStatistics {
    let picobarn = 0.389_379_372_1e9
    let symmetry = amplitude.includesPhotonSymmetry ? 1.0 : 0.5
    let factor = volume * picobarn * symmetry / (512 * Double.pi * Double.pi * Double.pi)
    let trials = Double(counts.proposals)
    let mean = counts.sum / trials
    let variance = max(0, counts.squares / trials - mean * mean) / trials
    return GenerationStatistics(
      points: points, phaseSpacePoints: counts.phaseSpacePoints, inaccurate: counts.inaccurate,
      unitCrossSection: factor * Double(points + counts.inaccurate) / trials,
      crossSection: factor * mean, crossSectionError: factor * variance.squareRoot())
  }
}

/// A generated sample and how it came about.
public struct GeneratedSample: Sendable, Equatable {
  /// The points with their squared amplitudes.
  public var table: AmplitudeTable
  /// Counts and cross sections.
  public var statistics: GenerationStatistics
}

/// Counts of a generated sample and the cross sections they imply.
public struct GenerationStatistics: Sendable, Equatable {
  /// The number of points in the sample.
  public var points: Int
  /// The number of phase-space points drawn before the cuts.
  public var phaseSpacePoints: Int
  /// The points inside the cuts that were replaced because |M|² was too inaccurate.
  public var inaccurate: Int
  /// The cross section inside the cuts for |M|² = 1 (GeV⁻²), in pb.
  public var unitCrossSection: Double
  /// The leading-order cross section of g g → γ γ g inside the cuts, in pb.
  public var crossSection: Double
  /// The statistical uncertainty of ``crossSection``, in pb.
  public var crossSectionError: Double
  /// The fraction of phase-space points inside the cuts.
  public var acceptance: Double { Double(points + inaccurate) / Double(phaseSpacePoints) }
}
