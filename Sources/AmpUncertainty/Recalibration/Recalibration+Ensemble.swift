import Foundation

extension Recalibration {
  /// Corrects σ_syst of an ensemble, or of sampled networks, for the error that averaging removes.
  ///
  /// σ_syst² is the mean of what the members learned, each for its own error. The error of their
  /// mean is smaller, the less correlated they are (the problem is that of arXiv:2509.00155):
  ///
  ///     σ² → w² (ρ + (1 − ρ)/M) σ²
  ///
  /// for M members whose errors e_m, in units of σ, have the common mean square w² and the mean
  /// product ρ w² for two of them. Both are estimated from the calibration points: with the pulls
  /// t_m = (mean_m − ln A)/σ and t = mean_m t_m, in σ before the correction,
  ///
  ///     w² = ⟨mean_m t_m²⟩,    ρ = (M ⟨t²⟩/w² − 1)/(M − 1) = ⟨mean_{m≠n} t_m t_n⟩/w²
  ///
  /// so that for the M of the calibration the rms pull of the mean becomes one, and for any other
  /// number of networks follows. A common bias, and noise on the labels, count as correlation:
  /// both remain in the mean. A negative ρ can only be chance and is taken as zero.
  ///
  /// Throws an ``AmpError`` for a single network, for members without learned widths, and as
  /// ``global(_:)`` does.
  public static func ensemble(_ points: CalibrationPoints) throws -> Recalibration {
    let prediction = points.prediction
    guard let members = prediction.members, members.count > 1 else {
      throw AmpError(
        "the surrogate is a single network, so there are no members to compare",
        remedy: "Use the global method, or train an ensemble.")
    }
    guard let sigma = prediction.logSystematic else {
      throw AmpError(
        "the members have learned no σ_syst to correct",
        remedy: "Use the global method, which then acts on the statistical uncertainty.")
    }
    let meanSquare = pow(try points.rms(points.pulls), 2)
    let count = Double(members.count)
    var sum = 0.0
    for i in 0..<points.count {
      // t_m − t, whose squares sum to Σ t_m² − M t².
      for member in members {
        let difference = (member.logMean[i] - prediction.logMean[i]) / sigma[i]
        sum += difference * difference
      }
    }
    let one = meanSquare + sum / (count * Double(points.count))
    let correlation = (count * meanSquare / one - 1) / (count - 1)
    return Recalibration(
      .ensemble, .systematic, points: points.count, factors: [one.squareRoot()],
      correlation: min(max(correlation, 0), 1))
  }
}
