import Foundation

/// A number of the paper, or a relation that it shows, beside what was found here.
struct Target: Codable, Sendable {
  /// What kind of statement it is.
  enum Kind: String, Codable, Sendable {
    /// An identity, which must hold.
    case identity
    /// A number that depends on the data set and the effort of the training.
    case number
    /// A relation that must hold on comparable data.
    case relation
  }

  /// What came out.
  enum Verdict: String, Codable, Sendable {
    case reproduced
    case missed = "not reproduced"
    /// Outside the tolerance, as fewer points and epochs than the paper's let expect.
    case effort = "not at this scale"
    case open = "not run"
  }

  /// The number of the target in the list of Docs/Reproduction.md.
  let id: String
  let kind: Kind
  /// What is compared.
  let what: String
  /// The paper's number or relation, and how near is near.
  let paper: String
  /// What was found; absent if it was not run.
  let ours: String?
  /// Ours over the paper's, where both are numbers.
  let ratio: Double?
  let verdict: Verdict
}

/// Collects the targets of an item at a scale.
struct Targets {
  let scale: Scale
  private(set) var rows: [Target] = []

  init(_ scale: Scale) { self.scale = scale }

  /// A number of the paper that ours should meet within a factor 1 + `tolerance` up or down.
  ///
  /// Where `needsEffort`, a larger number at a smaller scale is no failure.
  mutating func number(
    _ id: String, _ what: String, paper: Double, tolerance: Double, ours: Double?,
    needsEffort: Bool = true
  ) {
    let ratio = ours.map { $0 / paper }
    var verdict = Target.Verdict.open
    if let ratio {
      let isNear = ratio <= 1 + tolerance && ratio >= 1 / (1 + tolerance)
      let isLess = needsEffort && scale.name != .paper && ratio > 1
      verdict = isNear ? .reproduced : isLess ? .effort : .missed
    }
    let percent =
      tolerance < 0.4 ? "±\(Decimals(100 * tolerance)) %" : "within ×\(Decimals(1 + tolerance))"
    rows.append(
      Target(
        id: id, kind: .number, what: what, paper: "\(FitTables.number(paper)), \(percent)",
        ours: ours.map { FitTables.number($0) }, ratio: ratio, verdict: verdict))
  }

  /// A value that should lie in `range`.
  mutating func range(
    _ id: String, _ what: String, _ range: ClosedRange<Double>, ours: Double?,
    kind: Target.Kind = .relation, needsEffort: Bool = false
  ) {
    var verdict = Target.Verdict.open
    if let ours {
      verdict =
        range.contains(ours)
        ? .reproduced : needsEffort && scale.name != .paper ? .effort : .missed
    }
    let text =
      range.upperBound == .infinity
      ? "above \(FitTables.number(range.lowerBound))"
      : "\(FitTables.number(range.lowerBound)) to \(FitTables.number(range.upperBound))"
    rows.append(
      Target(
        id: id, kind: kind, what: what, paper: text, ours: ours.map { FitTables.number($0) },
        ratio: nil, verdict: verdict))
  }

  /// A relation between several numbers, of which `holds` is nil if one was not run.
  mutating func relation(
    _ id: String, _ what: String, paper: String, ours: [Double?], holds: ([Double]) -> Bool,
    kind: Target.Kind = .relation, needsEffort: Bool = false
  ) {
    let values = ours.compactMap(\.self)
    let isComplete = !ours.isEmpty && values.count == ours.count
    var verdict = Target.Verdict.open
    if isComplete {
      verdict =
        holds(values) ? .reproduced : needsEffort && scale.name != .paper ? .effort : .missed
    }
    rows.append(
      Target(
        id: id, kind: kind, what: what, paper: paper,
        ours: isComplete ? values.map { FitTables.number($0) }.joined(separator: ", ") : nil,
        ratio: nil, verdict: verdict))
  }
}
