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

  /// More points in the corners, nil for flat phase space.
  public var enrichment: Enrichment?

  /// A generator with the default options.
  public init() {}

  /// Generates points with their amplitudes.
  ///
  /// The first n points of a larger sample with the same seed are the sample of n points, up to
  /// whole blocks of 1024.
  ///
  /// - Parameters:
  ///   - points: The number of points inside the cuts.
  ///   - seed: Selects the sample.
  ///   - threads: The number of threads, without influence on the result.
  ///   - ranks: The processes that generate together; all call this with the same arguments and get
  ///     the whole sample.
  ///   - progress: Called with the number of points finished so far, one call at a time.
  /// - Throws: ``AmpError`` for options that allow no points.
  public func generate(
    points: Int, seed: UInt64, threads: Int = 1, ranks: any Ranks = SingleRank(),
    progress: (@Sendable (Int) -> Void)? = nil
  ) throws(AmpError) -> GeneratedSample {
    try flat.generate(
      points: points, seed: seed, threads: threads, ranks: ranks, progress: progress)
  }

  /// The phase space of this generator, to draw points of without evaluating their amplitude.
  public var phaseSpace: FlatPhaseSpace { FlatPhaseSpace(flat) }

  private var flat: FlatGenerator {
    FlatGenerator(
      collisionEnergy: collisionEnergy, density: density, cuts: cuts, amplitude: amplitude,
      symmetry: amplitude.includesPhotonSymmetry ? 1 : 0.5, tolerance: tolerance,
      enrichment: enrichment)
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
  /// The points inside the cuts that ``Enrichment`` left out.
  public var thinned: Int
  /// The cross section inside the cuts for |M|² = 1 (GeV^(8 − 2n)), in pb.
  public var unitCrossSection: Double
  /// The leading-order cross section of the process inside the cuts, in pb.
  public var crossSection: Double
  /// The statistical uncertainty of ``crossSection``, in pb.
  public var crossSectionError: Double
  /// The fraction of phase-space points inside the cuts.
  public var acceptance: Double { Double(points + inaccurate + thinned) / Double(phaseSpacePoints) }
}
