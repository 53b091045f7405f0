// The parts of a pull report.

extension PullReport {
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
    /// The number of finite pulls: points, times networks where each has its own.
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
    /// √⟨t²⟩, the width about zero.
    @OrNull public private(set) var rms: Double?
    /// The largest |t|.
    @OrNull public private(set) var largest: Double?
    /// The part below −3; 0.00135 if calibrated.
    @OrNull public private(set) var tailBelow: Double?
    /// The part above 3; 0.00135 if calibrated.
    @OrNull public private(set) var tailAbove: Double?
    /// The part within ±1σ; 0.6827 if calibrated.
    @OrNull public private(set) var coverage1Sigma: Double?
    /// The part within ±2σ; 0.9545 if calibrated.
    @OrNull public private(set) var coverage2Sigma: Double?
    /// The part within ±3σ; 0.9973 if calibrated.
    @OrNull public private(set) var coverage3Sigma: Double?

    enum CodingKeys: String, CodingKey {
      case points, mean, std, ks, ndf, rms, largest
      case notFinite = "not_finite"
      case meanError = "mean_error"
      case stdError = "std_error"
      case ksPValue = "ks_p_value"
      case chi2PerNdf = "chi2_per_ndf"
      case tailBelow = "tail_below"
      case tailAbove = "tail_above"
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
      rms = finite(distribution.rms)
      largest = finite(distribution.largest)
      tailBelow = finite(distribution.lowerTail)
      tailAbove = finite(distribution.upperTail)
      coverage1Sigma = finite(distribution.coverage[0].observed)
      coverage2Sigma = finite(distribution.coverage[1].observed)
      coverage3Sigma = finite(distribution.coverage[2].observed)
    }
  }

  /// The pulls of the networks.
  public struct Statistical: Codable, Sendable, Equatable {
    /// The pulls of the mean of the first networks.
    public struct Scaled: Codable, Sendable, Equatable {
      /// The number M of networks.
      public let networks: Int
      /// √(1 − M/N), the width of the pulls to the expectation.
      public let expected: Double
      /// The pulls to the mean of all networks, equation 38.
      public let toExpectation: Pulls
      /// The pulls to the truth, equation 39.
      public let toTruth: Pulls

      enum CodingKeys: String, CodingKey {
        case networks, expected
        case toExpectation = "to_expectation"
        case toTruth = "to_truth"
      }

      init(_ count: Int, _ pulls: StatisticalPulls, truth: [Double]) {
        networks = count
        expected = StatisticalPulls.expectedWidth(count, of: pulls.networks)
        toExpectation = Pulls(pulls.scaled(count).distribution)
        toTruth = Pulls(pulls.scaled(count, toTruth: truth).distribution)
      }
    }

    /// The number N of networks; null if one network states its statistical uncertainty.
    @OrNull public private(set) var networks: Int?
    /// The pulls of every network to their mean, equation 35.
    @OrNull public private(set) var toExpectation: Pulls?
    /// The pulls of every network to the truth, equation 36.
    @OrNull public private(set) var toTruth: Pulls?
    /// The scaled pulls, by rising numbers of networks.
    public let scaled: [Scaled]

    enum CodingKeys: String, CodingKey {
      case networks, scaled
      case toExpectation = "to_expectation"
      case toTruth = "to_truth"
    }

    init?(_ pulls: [PullSet.Kind: Pulls], _ set: PullSet, scaled: [Int]?) {
      guard let toTruth = pulls[.toTruth] else { return nil }
      networks = set.statistical?.networks
      toExpectation = pulls[.toExpectation]
      self.toTruth = toTruth
      self.scaled =
        set.statistical.map { statistical in
          (scaled ?? statistical.powersOfTwo).map { Scaled($0, statistical, truth: set.truth) }
        } ?? []
    }
  }

  /// The pulls of the points of an interval of some variable; null where there are none.
  public struct Bin: Codable, Sendable, Equatable {
    /// The smallest value.
    @OrNull public private(set) var low: Double?
    /// The largest value.
    @OrNull public private(set) var high: Double?
    /// The systematic pulls.
    @OrNull public private(set) var pullSystematic: Pulls?
    /// The pulls by probability.
    @OrNull public private(set) var pullProbability: Pulls?
    /// The pulls of every network to their mean.
    @OrNull public private(set) var pullToExpectation: Pulls?
    /// The pulls of every network to the truth.
    @OrNull public private(set) var pullToTruth: Pulls?
    /// The total pulls.
    @OrNull public private(set) var pullTotal: Pulls?

    enum CodingKeys: String, CodingKey {
      case low, high
      case pullSystematic = "pull_systematic"
      case pullProbability = "pull_probability"
      case pullToExpectation = "pull_statistical_to_expectation"
      case pullToTruth = "pull_statistical_to_truth"
      case pullTotal = "pull_total"
    }

    init(_ range: ClosedRange<Double>) {
      low = finite(range.lowerBound)
      high = finite(range.upperBound)
      pullSystematic = nil
      pullProbability = nil
      pullToExpectation = nil
      pullToTruth = nil
      pullTotal = nil
    }

    /// The pulls of one kind.
    public internal(set) subscript(kind: PullSet.Kind) -> Pulls? {
      get {
        switch kind {
        case .systematic: pullSystematic
        case .probability: pullProbability
        case .toExpectation: pullToExpectation
        case .toTruth: pullToTruth
        case .total: pullTotal
        }
      }
      set {
        switch kind {
        case .systematic: pullSystematic = newValue
        case .probability: pullProbability = newValue
        case .toExpectation: pullToExpectation = newValue
        case .toTruth: pullToTruth = newValue
        case .total: pullTotal = newValue
        }
      }
    }
  }

  /// Pulls over a variable.
  public struct Binned: Codable, Sendable, Equatable {
    /// Ten bins with equal numbers of points, by rising values.
    public internal(set) var bins: [Bin] = []
    /// The one percent of the points with the lowest values, and that with the highest.
    public internal(set) var extremes: [Bin] = []

    init() {}

    /// Files the bins of `pull`, which are the same for every kind.
    mutating func add(_ pull: Pull, _ kind: PullSet.Kind, over variable: [Double]) {
      let parts = pull.bins(of: variable)
      let ends = pull.extremes(of: variable).map { [$0.lowest, $0.highest] } ?? []
      if bins.isEmpty {
        (bins, extremes) = (parts.map { Bin($0.range) }, ends.map { Bin($0.range) })
      }
      for (i, part) in parts.enumerated() { bins[i][kind] = Pulls(part.distribution) }
      for (i, part) in ends.enumerated() { extremes[i][kind] = Pulls(part.distribution) }
    }
  }

  /// The scores of predictive Gaussians in ln A.
  public struct ScoreNumbers: Codable, Sendable, Equatable {
    /// The number of points with a score.
    public let points: Int
    /// The number of points without one.
    public let notFinite: Int
    /// The mean negative log-likelihood.
    @OrNull public private(set) var negativeLogLikelihood: Double?
    /// The mean continuous ranked probability score.
    @OrNull public private(set) var rankedProbability: Double?
    /// √⟨σ²⟩.
    @OrNull public private(set) var sharpness: Double?
    /// The mean interval score at 95 %.
    @OrNull public private(set) var interval: Double?
    /// The expected calibration error of the quantiles.
    @OrNull public private(set) var calibrationError: Double?

    enum CodingKeys: String, CodingKey {
      case points, sharpness
      case notFinite = "not_finite"
      case negativeLogLikelihood = "nll"
      case rankedProbability = "crps"
      case interval = "interval_score_95"
      case calibrationError = "calibration_error"
    }

    init(_ scores: Scores) {
      points = scores.points
      notFinite = scores.notFinite
      negativeLogLikelihood = finite(scores.negativeLogLikelihood)
      rankedProbability = finite(scores.rankedProbability)
      sharpness = finite(scores.sharpness)
      interval = finite(scores.interval)
      calibrationError = finite(scores.calibrationError)
    }
  }

  /// The scores with σ_syst and with σ_tot.
  public struct ScoreSet: Codable, Sendable, Equatable {
    /// With the systematic uncertainty.
    @OrNull public private(set) var systematic: ScoreNumbers?
    /// With the total uncertainty.
    @OrNull public private(set) var total: ScoreNumbers?

    init?(_ set: PullSet) {
      func scores(_ uncertainty: Pull.Uncertainty) -> ScoreNumbers? {
        Scores(set.prediction, against: set.data, with: uncertainty).map(ScoreNumbers.init)
      }
      guard let total = scores(.total) else { return nil }
      self.total = total
      systematic = scores(.systematic)
    }
  }
}

extension KeyedDecodingContainer {
  /// A key that an older report does not have is a value that does not exist.
  func decode<Value>(
    _ type: PullReport.OrNull<Value>.Type, forKey key: Key
  ) throws -> PullReport.OrNull<Value> {
    try decodeIfPresent(type, forKey: key) ?? PullReport.OrNull(wrappedValue: nil)
  }
}

/// `value`, or nil where JSON has no number for it.
func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
