import AmpCore
import Foundation

/// The numbers of a fit on a test set, as they are written to JSON.
///
/// Keys are in snake_case and always present; what does not exist (no statistical uncertainty, the
/// width of a single pull) is `null`.
public struct PullReport: Codable, Sendable, Equatable {
  /// A value whose absence is written as `null` instead of leaving the key out.
  @propertyWrapper
  public struct OrNull<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    /// The value, if there is one.
    public var wrappedValue: Value?

    /// Wraps a value.
    public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    /// Reads a value or `null`.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    /// Writes the value or `null`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if let wrappedValue {
        try container.encode(wrappedValue)
      } else {
        try container.encodeNil()
      }
    }
  }

  /// The deviations |Δ| of a set of points.
  public struct Deviations: Codable, Sendable, Equatable {
    /// The number of points with a finite Δ.
    public let points: Int
    /// The mean of Δ.
    @OrNull public private(set) var mean: Double?
    /// √⟨Δ²⟩.
    @OrNull public private(set) var rms: Double?
    /// The |Δ| below which lie 50, 68, 90, 99 and 99.9 % of the points, by the name of the part.
    public let quantiles: [String: OrNull<Double>]
    /// The parts of the points with |Δ| below 10, 1 and 0.1 %, by the limit.
    public let fractionBelow: [String: OrNull<Double>]

    enum CodingKeys: String, CodingKey {
      case points, mean, rms, quantiles
      case fractionBelow = "fraction_below"
    }

    init(_ summary: Accuracy.Summary) {
      points = summary.count
      mean = finite(summary.mean)
      rms = finite(summary.rms)
      let parts = [("50", 0.5), ("68", 0.68), ("90", 0.9), ("99", 0.99), ("99.9", 0.999)]
      quantiles = Dictionary(
        uniqueKeysWithValues: parts.map {
          ($0.0, OrNull(wrappedValue: finite(summary.quantile($0.1))))
        })
      let limits = [("0.1", 0.1), ("0.01", 0.01), ("0.001", 0.001)]
      fractionBelow = Dictionary(
        uniqueKeysWithValues: limits.map {
          ($0.0, OrNull(wrappedValue: finite(summary.fraction(below: $0.1))))
        })
    }
  }

  /// A sample of pulls against the unit Gaussian.
  public struct Pulls: Codable, Sendable, Equatable {
    /// The number of finite pulls.
    public let points: Int
    /// The number of pulls that are not finite.
    public let notFinite: Int
    /// The mean.
    @OrNull public private(set) var mean: Double?
    /// The error of the mean.
    @OrNull public private(set) var meanError: Double?
    /// The standard deviation.
    @OrNull public private(set) var std: Double?
    /// The error of the standard deviation.
    @OrNull public private(set) var stdError: Double?
    /// The Kolmogorov–Smirnov distance.
    @OrNull public private(set) var ks: Double?
    /// Its p-value.
    @OrNull public private(set) var ksPValue: Double?
    /// χ² per degree of freedom.
    @OrNull public private(set) var chi2PerNdf: Double?
    /// The number of degrees of freedom.
    public let ndf: Int
    /// The part within ±1σ; 0.6827 if calibrated.
    @OrNull public private(set) var coverage1Sigma: Double?
    /// The part within ±2σ; 0.9545 if calibrated.
    @OrNull public private(set) var coverage2Sigma: Double?
    /// The part within ±3σ; 0.9973 if calibrated.
    @OrNull public private(set) var coverage3Sigma: Double?

    enum CodingKeys: String, CodingKey {
      case points, mean, std, ks, ndf
      case notFinite = "not_finite"
      case meanError = "mean_error"
      case stdError = "std_error"
      case ksPValue = "ks_p_value"
      case chi2PerNdf = "chi2_per_ndf"
      case coverage1Sigma = "coverage_1sigma"
      case coverage2Sigma = "coverage_2sigma"
      case coverage3Sigma = "coverage_3sigma"
    }

    /// Takes the numbers of `distribution`.
    public init(_ distribution: PullDistribution) {
      points = distribution.count
      notFinite = distribution.notFinite
      mean = finite(distribution.mean)
      meanError = finite(distribution.meanError)
      std = finite(distribution.width)
      stdError = finite(distribution.widthError)
      ks = finite(distribution.kolmogorovSmirnov.statistic)
      ksPValue = finite(distribution.kolmogorovSmirnov.pValue)
      chi2PerNdf = finite(distribution.chiSquare.reduced)
      ndf = distribution.chiSquare.degreesOfFreedom
      coverage1Sigma = finite(distribution.coverage[0].observed)
      coverage2Sigma = finite(distribution.coverage[1].observed)
      coverage3Sigma = finite(distribution.coverage[2].observed)
    }
  }

  /// The pulls of the points of an interval of amplitudes.
  public struct Bin: Codable, Sendable, Equatable {
    /// The smallest amplitude.
    @OrNull public private(set) var low: Double?
    /// The largest amplitude.
    @OrNull public private(set) var high: Double?
    /// The pulls.
    public let pullSystematic: Pulls

    enum CodingKeys: String, CodingKey {
      case low, high
      case pullSystematic = "pull_systematic"
    }

    init(_ bin: SystematicPull.Bin) {
      low = finite(bin.range.lowerBound)
      high = finite(bin.range.upperBound)
      pullSystematic = Pulls(bin.distribution)
    }
  }

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
  /// The mean distance of the calibration curve from the diagonal.
  @OrNull public private(set) var miscalibration: Double?
  /// The systematic pulls in ten bins of the true amplitude, with equal numbers of points.
  public let amplitudeBins: [Bin]

  enum CodingKeys: String, CodingKey {
    case points, delta, miscalibration
    case medianAbsDelta = "median_abs_delta"
    case medianRelativeSystematic = "median_relative_systematic"
    case medianRelativeStatistical = "median_relative_statistical"
    case medianRelativeTotal = "median_relative_total"
    case deltaLargestAmplitudes = "delta_largest_amplitudes"
    case pullSystematic = "pull_systematic"
    case amplitudeBins = "amplitude_bins"
  }

  /// Compares `prediction` with the true amplitudes; pulls are against `data` of training type.
  ///
  /// Without `data` the pulls are against the truth. Traps unless there is one of each per point.
  public init(
    _ prediction: Prediction, truth: [Double], data: [Double]? = nil,
    space: SystematicPull.Space = .logarithmic
  ) {
    let accuracy = Accuracy(prediction, against: truth)
    let pull = try? SystematicPull(prediction, against: data ?? truth, in: space)
    points = prediction.count
    medianAbsDelta = finite(accuracy.all.median)
    medianRelativeSystematic = median(prediction.relativeSystematic)
    medianRelativeStatistical = median(prediction.relativeStatistical)
    medianRelativeTotal = median(prediction.relativeTotal)
    delta = Deviations(accuracy.all)
    deltaLargestAmplitudes = Deviations(accuracy.largest)
    pullSystematic = pull.map { Pulls($0.distribution) }
    miscalibration = pull.flatMap { finite(CalibrationCurve(of: $0.values).miscalibration) }
    amplitudeBins = pull?.bins(of: truth).map(Bin.init) ?? []
  }

  /// The report as JSON text, keys in alphabetical order.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// `value`, or nil where JSON has no number for it.
private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

private func median(_ values: [Double]?) -> Double? {
  values.flatMap { finite(SortedSample($0).median) }
}
