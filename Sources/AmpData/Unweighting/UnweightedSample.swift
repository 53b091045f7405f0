/// Unweighted events and how they came about.
public struct UnweightedSample: Sendable, Equatable {
  /// The events with their exact amplitudes.
  public var table: AmplitudeTable
  /// The weights of the events: 1, or more where a maximum was exceeded.
  public var weights: [Double]
  /// Counts, efficiencies and the cross section.
  public var statistics: UnweightingStatistics

  /// The weights in pb, whose mean is the cross section, as event files have them.
  public var weightsInPicobarn: [Double] {
    let sum = weights.reduce(0, +)
    guard sum > 0 else { return weights }
    return weights.map { $0 * statistics.crossSection * Double(weights.count) / sum }
  }
}

/// What became of the points, and what it cost.
///
/// The cross section is σ = ⟨x⟩ · σ_surrogate: the mean of the surrogate over all points, times that
/// of x = exact/surrogate over those that passed stage one, by their stage-one weights.
public struct UnweightingStatistics: Sendable, Equatable {
  /// The points in phase space, inside the cuts.
  public var points: Int
  /// How often momentum fractions were drawn for them.
  public var trials: Int
  /// The points that passed stage one.
  public var survivors: Int
  /// The points that passed both stages.
  public var accepted: Int
  /// The events that were kept of these.
  public var events: Int
  /// The points left out because |M|² was too inaccurate.
  public var inaccurate: Int
  /// The maximum of stage one.
  public var surrogateMaximum: Double
  /// The maximum of stage two.
  public var ratioMaximum: Double
  /// The cross section in pb.
  public var crossSection: Double
  /// Its error from the finite number of points, in pb.
  public var crossSectionError: Double
  /// The cross section of the surrogate on the same points, in pb.
  public var surrogateCrossSection: Double
  /// ⟨x⟩.
  public var meanRatio: Double
  /// The events with a weight above one.
  public var overweights: Int
  /// The largest weight.
  public var largestWeight: Double
  /// Σ(w − 1)/Σw of the events: the share of the cross section that weights above one carry.
  public var overweightShare: Double
  /// Kish's α of the events.
  public var effectiveFraction: Double
  /// ε of unweighting with the exact amplitude alone, its maximum found in the same way.
  public var exactEfficiency: Double
  /// Its α.
  public var exactEffectiveFraction: Double
  /// The thread seconds to draw a point in phase space.
  public var phaseSpaceCost: Double?
  /// The thread seconds of the surrogate for a point; nil without one.
  public var surrogateCost: Double?
  /// The thread seconds of the exact amplitude for a point.
  public var exactCost: Double?

  /// ε₁, the part of the points that pass stage one.
  public var firstEfficiency: Double { points > 0 ? Double(survivors) / Double(points) : 0 }

  /// ε₂, the part of these that pass stage two.
  public var secondEfficiency: Double {
    survivors > 0 ? Double(accepted) / Double(survivors) : 0
  }

  /// α ε₁ ε₂, unweighted events per point.
  public var effectiveEfficiency: Double {
    effectiveFraction * firstEfficiency * secondEfficiency
  }

  /// How many times less an effective event costs than by the exact amplitude alone.
  ///
  ///     f_eff = [(t_ps + t_exact)/(α₀ ε₀)] / [((t_ps + t_s)/ε₁ + t_exact)/(α ε₂)]
  ///
  /// as in arXiv:2109.11964, with ε₀ and α₀ of the exact amplitude alone. Costs are per point;
  /// those not given are the measured ones. Nil if one is not known, or without events.
  public func gain(
    exactCost: Double? = nil, surrogateCost: Double? = nil, phaseSpaceCost: Double? = nil
  ) -> Double? {
    guard let exact = exactCost ?? self.exactCost,
      let surrogate = surrogateCost ?? self.surrogateCost,
      let point = phaseSpaceCost ?? self.phaseSpaceCost,
      accepted > 0, exactEfficiency > 0
    else { return nil }
    let alone = (point + exact) / (exactEffectiveFraction * exactEfficiency)
    let both =
      ((point + surrogate) / firstEfficiency + exact) / (effectiveFraction * secondEfficiency)
    return alone / both
  }
}
