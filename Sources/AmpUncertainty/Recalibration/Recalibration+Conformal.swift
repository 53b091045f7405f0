import Foundation

// Split-conformal prediction: V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random
// World" (2005); A. N. Angelopoulos, S. Bates, arXiv:2107.07511, Eq. 1, with the score |t|.
extension Recalibration {
  /// A factor with which ±σ covers a new point with at least the probability `level`.
  ///
  /// For n calibration points and a new one that are exchangeable,
  ///
  ///     factor = the ⌈(n + 1) level⌉-th smallest |t|,    level ≤ P(|t_new| ≤ factor)
  ///                                                            = ⌈(n + 1) level⌉/(n + 1)
  ///
  /// the equality if no two |t| are equal; whatever the distribution of pulls. The probability is
  /// over calibration points and the new one; for the points at hand the coverage scatters by
  /// √(level(1 − level)/n). Points that took part in training, or chose its best epoch, are not
  /// exchangeable with new ones in the strict sense. For a `level` other than 0.6827, ±σ is
  /// afterwards the interval of that coverage and no standard deviation.
  ///
  /// With several bins the guarantee holds in each of them: their borders are calibration points,
  /// which count in no bin, and given these the others in a bin are exchangeable with a new one.
  ///
  /// Throws an ``AmpError`` if a bin has fewer points than ⌈level/(1 − level)⌉ or if the factor
  /// would be zero or infinite; a pull that is NaN counts as infinite.
  public static func conformal(
    _ points: CalibrationPoints, level: Double = 0.6827, bins count: Int = 1,
    by variable: CalibrationVariable = .amplitude
  ) throws -> Recalibration {
    guard level > 0 && level < 1 else {
      throw AmpError(
        "a coverage of \(level) cannot be guaranteed",
        remedy: "Give a level between 0 and 1, for example 0.6827.")
    }
    precondition(count > 0, "\(count) bins")
    let bins = points.bins(count, by: variable)
    let factors = try grouped(points, bins, skippingBorders: true).map {
      try quantile($0, level: level)
    }
    return Recalibration(
      .conformal, points.uncertainty, points: points.count, factors: factors, bins: bins,
      level: level)
  }

  /// The ⌈(n + 1) level⌉-th smallest |t|.
  private static func quantile(_ pulls: [Double], level: Double) throws(AmpError) -> Double {
    // A hair less, so that 10 · 0.7 does not round up to 8.
    let rank = max(1, Int((Double(pulls.count + 1) * level - 1e-9).rounded(.up)))
    guard rank <= pulls.count else {
      throw AmpError(
        "\(pulls.count) points are too few to guarantee a coverage of \(level)",
        remedy: "Give at least \(Int(((level - 1e-9) / (1 - level)).rounded(.up))) points for "
          + "every bin, or a lower level.")
    }
    let sizes = pulls.map { $0.isNaN ? .infinity : abs($0) }.sorted()
    let factor = sizes[rank - 1]
    guard factor.isFinite else {
      throw AmpError(
        "\(sizes.count { !$0.isFinite }) of \(sizes.count) pulls are not finite (σ is zero, or the "
          + "amplitude is not positive): no factor covers \(level) of the points",
        remedy: "Leave these points out, or give a lower level.")
    }
    guard factor > 0 else {
      throw AmpError(
        "\(rank) of \(sizes.count) predictions agree exactly with their labels, so σ would vanish",
        remedy: "Give labels that the surrogate did not write itself.")
    }
    return factor
  }
}
