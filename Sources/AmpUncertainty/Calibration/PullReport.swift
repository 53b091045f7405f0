import AmpCore
import Foundation

/// The numbers of a fit on a test set, as they are written to JSON.
///
/// Keys are in snake_case and always present; what does not exist (no statistical uncertainty, the
/// width of a single pull) is `null`.
public struct PullReport: Codable, Sendable, Equatable {
  /// The number of points.
  public let points: Int
  /// The median of |Δ|.
  @OrNull public private(set) var medianAbsDelta: Double?
  /// The median of σ_syst / A.
  @OrNull public private(set) var medianRelativeSystematic: Double?
  /// The median of σ_stat / A.
  @OrNull public private(set) var medianRelativeStatistical: Double?
  /// The median of σ_total / A.
  @OrNull public private(set) var medianRelativeTotal: Double?
  /// The deviations of all points.
  public let delta: Deviations
  /// The deviations of the one percent with the largest amplitudes.
  public let deltaLargestAmplitudes: Deviations
  /// The systematic pulls of all points.
  @OrNull public private(set) var pullSystematic: Pulls?
  /// The pulls by probability; null for a Gaussian density and without one.
  @OrNull public private(set) var pullProbability: Pulls?
  /// The mean distance of the calibration curve from the diagonal.
  @OrNull public private(set) var miscalibration: Double?
  /// The pulls of the networks; null without a statistical uncertainty.
  @OrNull public private(set) var pullStatistical: Statistical?
  /// The pulls with σ_tot; null without any uncertainty.
  @OrNull public private(set) var pullTotal: Pulls?
  /// The scores; null without any uncertainty.
  @OrNull public private(set) var scores: ScoreSet?
  /// The pulls in ten bins of the true amplitude, with equal numbers of points.
  public let amplitudeBins: [Bin]
  /// The pulls of the one percent with the lowest, and of that with the highest amplitudes.
  @OrNull public private(set) var amplitudeExtremes: [Bin]?
  /// The pulls over further variables, by the name of each; null without variables.
  @OrNull public private(set) var bins: [String: Binned]?

  enum CodingKeys: String, CodingKey {
    case points, delta, miscalibration, scores, bins
    case medianAbsDelta = "median_abs_delta"
    case medianRelativeSystematic = "median_relative_systematic"
    case medianRelativeStatistical = "median_relative_statistical"
    case medianRelativeTotal = "median_relative_total"
    case deltaLargestAmplitudes = "delta_largest_amplitudes"
    case pullSystematic = "pull_systematic"
    case pullProbability = "pull_probability"
    case pullStatistical = "pull_statistical"
    case pullTotal = "pull_total"
    case amplitudeBins = "amplitude_bins"
    case amplitudeExtremes = "amplitude_extremes"
  }

  /// Compares `prediction` with the true amplitudes; see ``PullSet`` for `data`.
  ///
  /// - Parameters:
  ///   - prediction: What is judged.
  ///   - truth: The amplitudes without noise.
  ///   - data: The amplitudes of training type; nil for the truth.
  ///   - probability: The pulls by probability against the data; nil without.
  ///   - space: Where deviations are taken.
  ///   - variables: A value for each point, by the names of what to bin in beside the amplitude.
  ///   - scaled: The numbers of networks of the scaled pulls; nil for powers of two.
  ///
  /// Traps unless there is one of each per point.
  public init(
    _ prediction: Prediction, truth: [Double], data: [Double]? = nil, probability: [Double]? = nil,
    space: SystematicPull.Space = .logarithmic, variables: [String: [Double]] = [:],
    scaled: [Int]? = nil
  ) {
    let accuracy = Accuracy(prediction, against: truth)
    let set = PullSet(prediction, truth: truth, data: data, probability: probability, in: space)
    var (pulls, amplitude) = ([PullSet.Kind: Pulls](), Binned())
    var binned = variables.mapValues { _ in Binned() }
    var miscalibration = Double.nan
    for kind in PullSet.Kind.allCases {
      guard let pull = set(kind) else { continue }
      pulls[kind] = Pulls(pull.distribution)
      amplitude.add(pull, kind, over: truth)
      for (name, values) in variables { binned[name]?.add(pull, kind, over: values) }
      if kind == .systematic { miscalibration = CalibrationCurve(of: pull.values).miscalibration }
    }
    points = prediction.count
    medianAbsDelta = finite(accuracy.all.median)
    medianRelativeSystematic = median(prediction.relativeSystematic)
    medianRelativeStatistical = median(prediction.relativeStatistical)
    medianRelativeTotal = median(prediction.relativeTotal)
    delta = Deviations(accuracy.all)
    deltaLargestAmplitudes = Deviations(accuracy.largest)
    pullSystematic = pulls[.systematic]
    pullProbability = pulls[.probability]
    pullStatistical = Statistical(pulls, set, scaled: scaled)
    pullTotal = pulls[.total]
    self.miscalibration = finite(miscalibration)
    scores = ScoreSet(set)
    amplitudeBins = amplitude.bins
    amplitudeExtremes = amplitude.bins.isEmpty ? nil : amplitude.extremes
    bins = variables.isEmpty ? nil : binned
  }

  /// The report as JSON text, keys in alphabetical order.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

private func median(_ values: [Double]?) -> Double? {
  values.flatMap { finite(SortedSample($0).median) }
}
