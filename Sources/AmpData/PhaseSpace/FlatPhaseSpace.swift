/// Points flat in phase space × gluon densities inside cuts, without their amplitudes.
///
/// Each point comes with what it weighs in the cross section of protons,
///
///     σ = (1/trials) Σ weightᵢ |M|²ᵢ,   weight = (ħc)² V S Φₘ(1)/2 · ŝᵐ⁻³
///
/// in pb for |M|² in GeV^(8 − 2n) of n = m + 2 particles: the integral V of the sampled bound of
/// g(x₁) g(x₂), the flux 1/(2ŝ), the phase-space volume Φₘ(ŝ) = Φₘ(1) ŝᵐ⁻², and S = 1/k! for k
/// identical outgoing particles, where |M|² does not contain it. Trials count rejected pairs of
/// momentum fractions, too; points outside the cuts weigh nothing.
public struct FlatPhaseSpace: Sendable {
  private let flat: FlatGenerator

  /// The squared amplitude of the generator, with its couplings.
  public var amplitude: any SquaredAmplitude { flat.amplitude }

  /// The largest estimated relative error of |M|² with which a point counts.
  public var tolerance: Double { flat.tolerance }

  /// The energy √S of the proton–proton collision in GeV.
  public var collisionEnergy: Double { flat.collisionEnergy }

  /// The points of one block share a stream of random numbers.
  public static var blockSize: Int { FlatGenerator.blockSize }

  init(_ generator: FlatGenerator) { flat = generator }

  /// The points of `blocks` in the stream `member` of `seed`, the same for any number of threads.
  ///
  /// The stream 0 is that of `generate`, as long as no point of it has to be replaced.
  ///
  /// - Throws: ``AmpError`` for options that allow no points.
  public func points(
    blocks: Range<Int>, seed: UInt64, member: UInt32 = 0, threads: Int = 1
  ) throws(AmpError) -> PhaseSpacePoints {
    precondition(
      !blocks.isEmpty && blocks.upperBound <= Int(UInt32.max), "blocks \(blocks) of a stream")
    var blank = flat
    blank.amplitude = UnitAmplitude(process: flat.amplitude.process)
    let (table, counts, volume) = try blank.fill(
      points: blocks.count * FlatPhaseSpace.blockSize, seed: seed, member: member,
      firstBlock: blocks.lowerBound, threads: threads)
    let (factor, legs) = (flat.factor(volume: volume), table.momenta.particles)
    let weights = table.momenta.components.withUnsafeBufferPointer { components in
      (0..<table.count).map { row in
        components.baseAddress.map { factor * flat.weight($0 + 4 * legs * row) }
          ?? 0
      }
    }
    return PhaseSpacePoints(momenta: table.momenta, weights: weights, trials: counts.proposals)
  }
}

/// Points in phase space with what each weighs in a cross section.
public struct PhaseSpacePoints: Sendable, Equatable {
  /// The momenta in the laboratory frame.
  public var momenta: Momenta
  /// The weights in pb for |M|² = 1, see ``FlatPhaseSpace``.
  public var weights: [Double]
  /// How often momentum fractions were drawn for these points.
  public var trials: Int

  package init(momenta: Momenta, weights: [Double], trials: Int) {
    (self.momenta, self.weights, self.trials) = (momenta, weights, trials)
  }
}

/// |M|² = 1, for points without amplitudes.
private struct UnitAmplitude: SquaredAmplitude {
  let process: ScatteringProcess

  func evaluate(
    _ momenta: UnsafePointer<Double>, count: Int, values: UnsafeMutablePointer<Double>,
    accuracies: UnsafeMutablePointer<Double>
  ) {
    values.update(repeating: 1, count: count)
    accuracies.update(repeating: 0, count: count)
  }
}
