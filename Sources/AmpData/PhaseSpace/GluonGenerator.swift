/// Labelled points of p p → jets through g g → g … g: flat phase space × gluon densities.
///
/// The points follow g(x₁) g(x₂) dx₁ dx₂ dΦₙ₋₂ inside the cuts and carry the |M|² of
/// ``GluonTreeAmplitude``. Momenta are in the laboratory frame, gluon 1 along +z, outgoing gluons
/// ordered by p_T. The sample depends on the options and the seed, not on the number of threads.
public struct GluonGenerator: Sendable {
  /// The energy √S of the proton–proton collision in GeV.
  public var collisionEnergy = 1000.0

  /// The density of gluons in the proton.
  public var density = GluonDensity.ct18

  /// The cuts on the outgoing gluons.
  public var cuts: GluonCuts

  /// The squared amplitude, with its coupling.
  public var amplitude: GluonTreeAmplitude

  /// The largest estimated relative error of |M|²; less accurate points are replaced.
  public var tolerance = 1e-8

  /// More points in the corners, nil for flat phase space.
  public var enrichment: Enrichment?

  /// A generator of points with `gluons` gluons in all, with the default options.
  ///
  /// - Throws: ``AmpError`` if there is no amplitude of so many gluons.
  public init(gluons: Int) throws(AmpError) {
    amplitude = try GluonTreeAmplitude(gluons: gluons)
    cuts = GluonCuts(gluons: gluons - 2)
  }

  /// Generates points with their amplitudes.
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
    precondition(
      cuts.gluons == amplitude.particles - 2,
      "cuts on \(cuts.gluons) outgoing gluons of \(amplitude.particles - 2)")
    var identical = 1.0
    for n in 2...cuts.gluons { identical *= Double(n) }
    return FlatGenerator(
      collisionEnergy: collisionEnergy, density: density, cuts: cuts, amplitude: amplitude,
      symmetry: 1 / identical, tolerance: tolerance, enrichment: enrichment)
  }
}
