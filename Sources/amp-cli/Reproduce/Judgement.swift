import AmpCore
import AmpUncertainty
import Foundation

/// The histograms of a finished run that figures are drawn from, beside its `metrics.json`.
///
/// Deviations are from the amplitudes without noise; systematic pulls are against those with the
/// noise of the run. Everything is of the test points, but the calibration factors.
struct Judgement: Codable, Sendable {
  /// The networks of the prediction.
  let networks: Int
  /// |Δ| in bins of equal ratio.
  let magnitudes: Counts
  /// Δ over ranges of rising width, each the central part of what the next one shows.
  let deviations: [Counts]
  /// t_syst, its parts of lowest and highest amplitudes (a tenth of the points each).
  let systematic: Counts?
  let lowest: Counts?
  let highest: Counts?
  /// t_syst of single networks, each with its own mean and width.
  let single: [Counts]
  /// t_syst of the mean of the first networks.
  let means: [Mean]
  /// t_A, what each network says against the truth in units of σ_stat.
  let toTruth: Counts?
  /// The pulls of the mean of the first M networks in units of σ_stat/√M.
  let scaled: [Scaled]
  /// The part of what a σ_syst, σ_stat and σ_tot there is between the quantiles of a Gaussian.
  let spread: [String: Quantiles]

  /// The systematic pull of the mean of some networks.
  struct Mean: Codable, Sendable {
    let networks: Int
    let pull: Counts
    /// The global factor: √⟨t²⟩ on validation points.
    let factor: Double
    /// The pull with σ_syst multiplied by the factor.
    let calibrated: Counts
  }

  /// Scaled pulls.
  struct Scaled: Codable, Sendable {
    let networks: Int
    let toExpectation: Counts
    let toTruth: Counts
  }

  /// The 16, 50 and 84 % quantiles of a relative uncertainty.
  struct Quantiles: Codable, Sendable {
    let low: Double
    let median: Double
    let high: Double
  }

  /// Its name in the folder of a run.
  static let fileName = "judgement.json"

  /// Half the ranges of the histograms of Δ.
  static let reaches = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1]

  /// Looks at what a surrogate says on test points, and calibrates with `held` points.
  ///
  /// The paper calibrates with training points, which networks that learned from few of them fit better
  /// than others.
  init(
    _ surrogate: Surrogate, test: AmplitudeTable, truth: [Double], held: AmplitudeTable,
    threads: Int
  ) throws {
    let prediction = try surrogate.predict(test.momenta, threads: threads, keepingMembers: true)
    let deviations = prediction.deviations(from: truth)
    networks = max(1, prediction.members?.count ?? 1)
    magnitudes = Counts(
      deviations.map(abs), bins: 160, range: 1e-8...1, logarithmic: true)
    self.deviations = Judgement.reaches.map { Counts(deviations, bins: 80, range: -$0...$0) }
    let set = PullSet(prediction, truth: truth, data: test.amplitudes)
    let pull = set(.systematic)
    systematic = pull.map { Counts(pulls: $0.values) }
    if let pull {
      let order = truth.indices.sorted { (truth[$0], $0) < (truth[$1], $1) }
      let size = max(1, order.count / 10)
      lowest = Counts(pulls: order.prefix(size).map { pull.values[$0] })
      highest = Counts(pulls: order.suffix(size).map { pull.values[$0] })
    } else {
      (lowest, highest) = (nil, nil)
    }
    let members = prediction.members ?? []
    let learnsWidth = pull != nil && members.count > 1
    single =
      learnsWidth
      ? members.prefix(8).map { Counts(pulls: $0.pulls(against: test.amplitudes)) } : []
    var means: [Mean] = []
    // Of a posterior the mean of all networks alone is drawn.
    if learnsWidth, surrogate.description.method.base.available != nil {
      let seen = try surrogate.predict(held.momenta, threads: threads, keepingMembers: true)
      for count in Judgement.counts(upTo: members.count) {
        let pulls = prediction.first(count).pulls(against: test.amplitudes)
        let squares = seen.first(count).pulls(against: held.amplitudes).filter(\.isFinite)
          .map { $0 * $0 }
        let factor = (squares.reduce(0, +) / Double(max(1, squares.count))).squareRoot()
        means.append(
          Mean(
            networks: count, pull: Counts(pulls: pulls), factor: factor,
            calibrated: Counts(pulls: pulls.map { $0 / factor })))
      }
    }
    self.means = means
    if let pulls = set.statistical {
      toTruth = Counts(pulls: pulls.toTruth(truth).values)
      scaled = pulls.powersOfTwo.map { count in
        Scaled(
          networks: count, toExpectation: Counts(pulls: pulls.scaled(count).values),
          toTruth: Counts(pulls.scaled(count, toTruth: truth).values, bins: 120, range: -12...12))
      }
    } else {
      (toTruth, scaled) = (nil, [])
    }
    var spread: [String: Quantiles] = [:]
    for kind in Pull.Uncertainty.allCases {
      guard let sigma = prediction.logUncertainty(kind) else { continue }
      let sample = SortedSample(sigma)
      spread[kind.rawValue] = Quantiles(
        low: sample.quantile(0.16), median: sample.median, high: sample.quantile(0.84))
    }
    self.spread = spread
  }

  /// 1, 2, 4, … up to `all`, and `all`.
  static func counts(upTo all: Int) -> [Int] {
    var result: [Int] = []
    var count = 1
    while count < all {
      result.append(count)
      count *= 2
    }
    return result + [all]
  }
}

extension Prediction {
  /// The mean of the first `count` networks with the mean of their variances, as one network.
  fileprivate func first(_ count: Int) -> Member {
    let chosen = (members ?? []).prefix(count)
    let n = Double(max(1, chosen.count))
    var mean = [Double](repeating: 0, count: self.count)
    var variance = mean
    for member in chosen {
      for i in mean.indices {
        mean[i] += member.logMean[i] / n
        let sigma = member.logSystematic?[i] ?? .nan
        variance[i] += sigma * sigma / n
      }
    }
    return Member(logMean: mean, logSystematic: variance.map { $0.squareRoot() })
  }
}

extension Prediction.Member {
  /// (mean of ln A − ln A) / σ_syst of every point.
  fileprivate func pulls(against amplitudes: [Double]) -> [Double] {
    amplitudes.indices.map { (logMean[$0] - log(amplitudes[$0])) / (logSystematic?[$0] ?? .nan) }
  }
}

/// Writes the ``Judgement`` of a finished run into its folder.
struct JudgementConclusion: RunConclusion {
  func isDone(_ run: RunFolder) -> Bool {
    FileManager.default.fileExists(atPath: run.path + "/" + Judgement.fileName)
  }

  func conclude(_ run: RunFolder, threads: Int) throws {
    let data = try RunData(RunConfiguration(contentsOf: run.configuration))
    // The factor of so many points is known to half a percent.
    let held = data.split.validation.prefix(20_000)
    let judgement = try Judgement(
      Surrogate(contentsOf: run.best), test: data.table.rows(data.split.test),
      truth: data.split.test.map { data.truth.amplitudes[$0] },
      held: data.table.rows(Array(held)), threads: threads)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(judgement), as: UTF8.self)
    try RunFolder.write(text + "\n", to: run.path + "/" + Judgement.fileName)
  }
}
