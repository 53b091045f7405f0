import AmpCore
import AmpUncertainty
import Foundation

/// What a gate lets through, and what that means for errors, time and the cross section.
struct GateReport: Encodable {
  /// The errors of a set of amplitudes; nil where there are no points.
  struct Errors: Encodable {
    let median: Double?
    let rms: Double?
    let q999: Double?
    let largest: Double?

    enum CodingKeys: String, CodingKey {
      case median, rms, largest
      case q999 = "quantile_99.9"
    }

    init(_ deviations: [Double]) {
      let summary = Accuracy.Summary(of: deviations)
      func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
      median = finite(summary.median)
      rms = finite(summary.rms)
      q999 = finite(summary.quantile(0.999))
      largest = finite(summary.quantile(1))
    }
  }

  /// Σ A/Σ A_exact − 1 with its error from the finite number of points; nil for fewer than two.
  struct Bias: Encodable {
    let value: Double?
    let error: Double?

    init(_ amplitudes: [Double], _ truth: [Double]) {
      let sum = truth.reduce(0, +)
      let bias = amplitudes.reduce(0, +) / sum - 1
      let rest = zip(amplitudes, truth).reduce(0) { $0 + pow($1.0 - (1 + bias) * $1.1, 2) }
      let isKnown = truth.count > 1 && bias.isFinite && rest.isFinite && sum != 0
      value = isKnown ? bias : nil
      error = isKnown ? rest.squareRoot() / abs(sum) : nil
    }
  }

  let points: Int
  let maximum: Double
  let trusted: Double
  let uncertain: Double
  let outside: Double
  let before: Errors
  let after: Errors
  let amongTrusted: Errors
  /// The number of trusted points whose error is above five times σ_tot.
  let beyondFiveSigma: Int
  /// How many a unit Gaussian lets expect, and the probability of as many or more.
  let expectedBeyond: Double
  let beyondProbability: Double
  let biasBefore: Bias
  let biasAfter: Bias
  /// The seconds of a single point.
  let surrogateCost: Double
  let exactCost: Double?
  let speedUp: Double?
  /// The speed-up for an amplitude that costs infinitely more than the surrogate; nil for infinite.
  let largestSpeedUp: Double?

  enum CodingKeys: String, CodingKey {
    case points, trusted, uncertain, outside, before, after
    case maximum = "max_uncertainty"
    case amongTrusted = "trusted_points"
    case beyondFiveSigma = "trusted_beyond_5_sigma"
    case expectedBeyond = "trusted_beyond_5_sigma_expected"
    case beyondProbability = "trusted_beyond_5_sigma_probability"
    case biasBefore = "cross_section_bias_before"
    case biasAfter = "cross_section_bias_after"
    case surrogateCost = "surrogate_seconds"
    case exactCost = "exact_seconds"
    case speedUp = "speed_up"
    case largestSpeedUp = "largest_speed_up"
  }

  init(
    _ prediction: Prediction, truth: [Double], verdicts: [Verdict], maximum: Double,
    exactCost: Double?, surrogateCost: Double
  ) {
    let count = Double(max(1, verdicts.count))
    func part(_ verdict: Verdict) -> Double { Double(verdicts.count { $0 == verdict }) / count }
    points = verdicts.count
    self.maximum = maximum
    (trusted, uncertain, outside) = (part(.trusted), part(.uncertain), part(.outside))
    let deviations = prediction.deviations(from: truth)
    let isTrusted = verdicts.map { $0 == .trusted }
    let rows = verdicts.indices.filter { isTrusted[$0] }
    before = Errors(deviations)
    after = Errors(zip(deviations, isTrusted).map { $1 ? $0 : 0 })
    amongTrusted = Errors(rows.map { deviations[$0] })
    let total = prediction.logTotal ?? []
    beyondFiveSigma = rows.count { !(abs(deviations[$0]) <= 5 * total[$0]) }
    expectedBeyond = Recalibration.fiveSigma * Double(rows.count)
    beyondProbability = Poisson.probability(of: beyondFiveSigma, orMoreAt: expectedBeyond)
    let amplitudes = prediction.amplitude
    biasBefore = Bias(amplitudes, truth)
    biasAfter = Bias(truth.indices.map { isTrusted[$0] ? amplitudes[$0] : truth[$0] }, truth)
    self.surrogateCost = surrogateCost
    self.exactCost = exactCost
    let rest = 1 - trusted
    speedUp = exactCost.map { $0 / (surrogateCost + rest * $0) }
    largestSpeedUp = rest > 0 ? 1 / rest : nil
  }

  /// The seconds of one prediction of a single point, the shortest of several runs.
  static func cost(of surrogate: Surrogate, _ samples: Int?, _ momenta: Momenta) throws -> Double {
    let evaluator = try PointEvaluator(surrogate, samples: samples)
    let workspace = evaluator.workspace()
    let count = min(200, momenta.count)
    guard count > 0 else { return .nan }
    let runs = (0..<5).map { _ in
      momenta.components.withUnsafeBufferPointer { components in
        let start = ContinuousClock().now
        for i in 0..<count {
          if let base = components.baseAddress {
            _ = evaluator(base + i * 4 * momenta.particles, in: workspace)
          }
        }
        return (ContinuousClock().now - start) / .seconds(count)
      }
    }
    return runs.min() ?? .nan
  }

  /// The numbers as aligned columns for a terminal.
  var terminal: String {
    let number = FitTables.number(_:)
    let percent = FitTables.percent(_:)
    var rows = [
      ["trusted", percent(trusted)],
      ["too uncertain", percent(uncertain)],
      ["unlike the training points", percent(outside)],
      [
        "beyond 5 σ_tot among trusted",
        "\(grouped(beyondFiveSigma)), expected \(number(expectedBeyond)), "
          + "probability \(number(beyondProbability))",
      ],
      ["surrogate, one point", number(1e6 * surrogateCost) + " µs"],
    ]
    if let exactCost, let speedUp {
      rows.append(["exact amplitude, one point", number(exactCost) + " s"])
      rows.append(["speed-up", number(speedUp)])
    }
    rows.append(["speed-up at most", largestSpeedUp.map(number) ?? "∞"])
    func errors(_ name: String, _ path: KeyPath<Errors, Double?>) -> [String] {
      [name] + [before, after, amongTrusted].map { number($0[keyPath: path]) }
    }
    func bias(_ bias: Bias) -> String {
      guard let value = bias.value, let error = bias.error else { return "–" }
      return "\(number(value)) ± \(number(error))"
    }
    let table = [
      ["", "surrogate alone", "with the gate", "trusted points"],
      errors("median |Δ|", \.median), errors("rms Δ", \.rms), errors("99.9 % of |Δ| below", \.q999),
      errors("largest |Δ|", \.largest),
      ["bias of the cross section", bias(biasBefore), bias(biasAfter), ""],
    ]
    return FitTables.aligned(rows) + "\n\n" + FitTables.aligned(table)
  }
}
