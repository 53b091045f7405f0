import AmpCore
import AmpData
import Foundation

/// Efficiencies, cross section and gain of an unweighting, for the terminal and as JSON.
struct UnweightReport {
  private let statistics: UnweightingStatistics
  private let outside: Double?
  private let exactAlone: Bool
  private let exactCost: Double?

  init(
    _ statistics: UnweightingStatistics, outside: Double?, exactAlone: Bool, exactCost: Double?
  ) {
    (self.statistics, self.outside) = (statistics, outside)
    (self.exactAlone, self.exactCost) = (exactAlone, exactCost)
  }

  /// The numbers as aligned columns.
  var terminal: String {
    let number = FitTables.number(_:)
    func micro(_ seconds: Double?) -> String { seconds.map { number(1e6 * $0) + " µs" } ?? "–" }
    let s = statistics
    var rows = [
      ["points in phase space", grouped(s.points)],
      ["events", grouped(s.events)],
      ["cross section", "\(scientific(s.crossSection)) ± \(scientific(s.crossSectionError)) pb"],
    ]
    if !exactAlone {
      rows += [
        ["  of the surrogate", "\(scientific(s.surrogateCrossSection)) pb"],
        ["  mean of exact/surrogate", String(format: "%.6f", s.meanRatio)],
      ]
    }
    rows += [
      [exactAlone ? "efficiency ε₀" : "efficiency ε₁, stage one", number(s.firstEfficiency)]
    ]
    if !exactAlone {
      rows += [
        ["efficiency ε₂, stage two", number(s.secondEfficiency)],
        ["  exact amplitude alone, ε₀", number(s.exactEfficiency)],
      ]
    }
    rows += [
      [
        "weights above one",
        "\(FitTables.percent(s.overweightShare)) of the cross section, the largest "
          + number(s.largestWeight),
      ],
      ["Kish's α", String(format: "%.5f", s.effectiveFraction)],
      ["points left out, |M|² inaccurate", grouped(s.inaccurate)],
    ]
    if let outside {
      rows.append(["points unlike the training points", FitTables.percent(outside)])
    }
    rows += [
      ["phase space, one point", micro(s.phaseSpaceCost)],
      ["surrogate, one point", micro(s.surrogateCost)],
      ["exact amplitude, one point", micro(exactCost ?? s.exactCost)],
    ]
    if !exactAlone { rows.append(["gain f_eff", number(s.gain(exactCost: exactCost))]) }
    return FitTables.aligned(rows)
  }

  /// The numbers as a JSON object.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(
      decoding: try encoder.encode(Numbers(statistics, outside, exactAlone, exactCost)),
      as: UTF8.self)
  }

  private struct Numbers: Encodable {
    let points, survivors, accepted, events, inaccurate, overweights: Int
    let crossSection, crossSectionError, surrogateCrossSection, meanRatio: Double
    let firstEfficiency, secondEfficiency, effectiveEfficiency, effectiveFraction: Double
    let largestWeight, overweightShare, exactEfficiency, exactEffectiveFraction: Double
    let phaseSpaceSeconds, surrogateSeconds, exactSeconds, gain, outside: Double?

    init(
      _ s: UnweightingStatistics, _ outside: Double?, _ exactAlone: Bool, _ exactCost: Double?
    ) {
      (points, survivors, accepted) = (s.points, s.survivors, s.accepted)
      (events, inaccurate, overweights) = (s.events, s.inaccurate, s.overweights)
      (crossSection, crossSectionError) = (s.crossSection, s.crossSectionError)
      (surrogateCrossSection, meanRatio) = (s.surrogateCrossSection, s.meanRatio)
      (firstEfficiency, secondEfficiency) = (s.firstEfficiency, s.secondEfficiency)
      (effectiveEfficiency, effectiveFraction) = (s.effectiveEfficiency, s.effectiveFraction)
      (largestWeight, overweightShare) = (s.largestWeight, s.overweightShare)
      (exactEfficiency, exactEffectiveFraction) = (s.exactEfficiency, s.exactEffectiveFraction)
      (phaseSpaceSeconds, surrogateSeconds) = (s.phaseSpaceCost, s.surrogateCost)
      exactSeconds = exactCost ?? s.exactCost
      gain = exactAlone ? nil : s.gain(exactCost: exactCost)
      self.outside = outside
    }

    enum CodingKeys: String, CodingKey {
      case points, survivors, accepted, events, inaccurate, overweights, outside
      case crossSection = "cross_section_pb"
      case crossSectionError = "cross_section_error_pb"
      case surrogateCrossSection = "surrogate_cross_section_pb"
      case meanRatio = "mean_exact_over_surrogate"
      case firstEfficiency = "efficiency_first"
      case secondEfficiency = "efficiency_second"
      case effectiveEfficiency = "efficiency_effective"
      case effectiveFraction = "kish_alpha"
      case largestWeight = "largest_weight"
      case overweightShare = "overweight_share"
      case exactEfficiency = "efficiency_exact_alone"
      case exactEffectiveFraction = "kish_alpha_exact_alone"
      case phaseSpaceSeconds = "phase_space_seconds"
      case surrogateSeconds = "surrogate_seconds"
      case exactSeconds = "exact_seconds"
      case gain = "gain_f_eff"
    }
  }
}

/// Five significant digits, for numbers that are compared with each other.
func scientific(_ value: Double) -> String { String(format: "%.5g", value) }
