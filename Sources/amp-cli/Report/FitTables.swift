import AmpCore
import AmpUncertainty
import Foundation

/// The tables of a fit's page.
enum FitTables {
  /// `value` with three significant digits, 5.40·10⁻⁵ for small and large ones; "–" for none.
  static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    let size = abs(value)
    guard size != 0, size < 1e-4 || size >= 1e5 else {
      let digits = size == 0 ? 0 : min(6, max(0, 2 - Int(floor(log10(size)))))
      return String(format: "%.\(digits)f", value).replacing("-", with: "−")
    }
    let parts = String(format: "%.2e", value).split(separator: "e")
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    let power = String(String(Int(parts[1]) ?? 0).map { digits[$0] ?? $0 })
    return "\(parts[0])×10\(power)".replacing("-", with: "−")
  }

  /// `value` with its error to the same decimals.
  static func number(_ value: Double?, error: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    guard let error, error.isFinite, error > 0, error < 1e4 else { return number(value) }
    let decimals = min(8, max(0, 1 - Int(floor(log10(error)))))
    return String(format: "%.\(decimals)f ± %.\(decimals)f", value, error)
      .replacing("-", with: "−")
  }

  static func percent(_ value: Double?) -> String {
    value.map { String(format: "%.2f %%", 100 * $0) } ?? "–"
  }

  /// Accuracy and scores: name, value, and what it should be.
  static func numbers(_ report: PullReport) -> [[String]] {
    let fractions = report.delta.fractionBelow
    var rows = [
      ["test points", "\(report.points)", ""],
      ["median |Δ|", number(report.medianAbsDelta), ""],
      ["median σ_syst / A", number(report.medianRelativeSystematic), ""],
      ["median σ_stat / A", number(report.medianRelativeStatistical), ""],
      ["median σ_total / A", number(report.medianRelativeTotal), ""],
      ["points with |Δ| < 10 %", percent(fractions["0.1"]?.wrappedValue), ""],
      ["points with |Δ| < 1 %", percent(fractions["0.01"]?.wrappedValue), ""],
      ["points with |Δ| < 0.1 %", percent(fractions["0.001"]?.wrappedValue), ""],
      ["mean distance of the calibration curve", number(report.miscalibration), "0"],
    ]
    let scores = report.scores
    // A total that is the systematic one says nothing new.
    let isBoth = scores?.systematic != nil && report.medianRelativeStatistical != nil
    for (symbol, scores) in [
      ("σ_syst", scores?.systematic),
      ("σ_tot", isBoth || scores?.systematic == nil ? scores?.total : nil),
    ] {
      guard let scores else { continue }
      rows += [
        ["negative log-likelihood, \(symbol)", number(scores.negativeLogLikelihood), ""],
        ["CRPS, \(symbol)", number(scores.rankedProbability), ""],
        ["sharpness √⟨\(symbol)²⟩", number(scores.sharpness), ""],
        ["interval score at 95 %, \(symbol)", number(scores.interval), ""],
        ["calibration error of quantiles, \(symbol)", number(scores.calibrationError), "0"],
      ]
      if scores.notFinite > 0 {
        rows.append(["points without a score, \(symbol)", "\(scores.notFinite)", "0"])
      }
    }
    return rows
  }

  static func deviations(_ name: String, _ delta: PullReport.Deviations) -> [String] {
    let quantiles = ["50", "68", "90", "99", "99.9"].map {
      number(delta.quantiles[$0]?.wrappedValue)
    }
    return [name, "\(delta.points)"] + quantiles + [number(delta.mean), number(delta.rms)]
  }

  /// Single points with all that is known of them.
  struct Points {
    let prediction: Prediction
    let truth: [Double]
    let deviations: [Double]
    let pulls: [Double]?
    let momenta: Momenta?
    let particles: [String]

    var header: [String] {
      ["row", "A", "A_NN", "Δ", "σ / A", "t_syst"]
        + (momenta == nil ? [] : ["momenta (E, px, py, pz) in GeV"])
    }

    func rows(_ rows: [Int]) -> [[String]] {
      let sigma = prediction.relativeTotal
      return rows.map { row in
        [
          "\(row)", number(truth[row]), number(exp(prediction.logMean[row])),
          number(deviations[row]), number(sigma?[row]), number(pulls?[row]),
        ] + (momenta.map { [point($0, row)] } ?? [])
      }
    }

    private func point(_ momenta: Momenta, _ row: Int) -> String {
      (0..<momenta.particles).map { particle in
        let p = momenta[row, particle]
        let name = particle < particles.count ? particles[particle] + " " : ""
        let numbers = (0..<4).map {
          p[$0].isFinite ? String(format: "%.1f", p[$0]).replacing("-", with: "−") : "–"
        }
        return name + "(" + numbers.joined(separator: ", ") + ")"
      }.joined(separator: "; ")
    }
  }
}
