/// What was wrong with the rows of a file, by kind, with examples.
public struct ValidationReport: Sendable, Equatable, Codable, CustomStringConvertible {
  /// A row that failed a check.
  public struct Example: Sendable, Equatable, Codable {
    /// The row, from 0.
    public var row: Int
    /// The row in words that lead to it in the file.
    public var position: String
    /// What was found there.
    public var detail: String
  }

  /// All rows that failed the same check.
  public struct Finding: Sendable, Equatable, Codable {
    /// The check.
    public var kind: PointChecks.Kind
    /// Whether the row is bad because of it.
    public var rejects: Bool
    /// The number of rows.
    public var count: Int
    /// The first few rows.
    public var examples: [Example]
  }

  /// The checks, with their tolerances.
  public var checks: PointChecks

  /// The number of rows that were checked.
  public var rows: Int

  /// The number of bad rows; every one failed a check that is not merely reported.
  public private(set) var bad = 0

  /// The bad rows in ascending order, unless the points were only passed through.
  public private(set) var rejected: [Int] = []

  /// What was changed or passed over on the way, in sentences without their full stop.
  public internal(set) var notes: [String] = []

  /// What was found, in the order of ``PointChecks/Kind``.
  public private(set) var findings: [Finding] = []

  /// The number of good rows.
  public var kept: Int { rows - bad }

  private let keepsRejected: Bool

  init(checks: PointChecks, rows: Int, keepsRejected: Bool = true) {
    self.checks = checks
    self.rows = rows
    self.keepsRejected = keepsRejected
  }

  private enum CodingKeys: String, CodingKey {
    case checks, rows, bad, rejected, notes, findings
  }

  /// Decodes what was encoded.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    checks = try values.decode(PointChecks.self, forKey: .checks)
    rows = try values.decode(Int.self, forKey: .rows)
    bad = try values.decode(Int.self, forKey: .bad)
    rejected = try values.decode([Int].self, forKey: .rejected)
    notes = try values.decode([String].self, forKey: .notes)
    findings = try values.decode([Finding].self, forKey: .findings)
    keepsRejected = true
  }

  /// Counts a bad row.
  mutating func reject(_ row: Int) {
    bad += 1
    if keepsRejected { rejected.append(row) }
  }

  mutating func count(
    _ kind: PointChecks.Kind, rejects: Bool, keeping limit: Int, _ example: () -> Example
  ) {
    if !findings.contains(where: { $0.kind == kind }) {
      findings.append(Finding(kind: kind, rejects: rejects, count: 0, examples: []))
      let order = PointChecks.Kind.allCases
      findings.sort { order.firstIndex(of: $0.kind) ?? 0 < order.firstIndex(of: $1.kind) ?? 0 }
    }
    guard let at = findings.firstIndex(where: { $0.kind == kind }) else { return }
    findings[at].count += 1
    if findings[at].examples.count < limit { findings[at].examples.append(example()) }
  }

  /// One line with the totals, then two lines per finding, with tolerances and examples.
  public var description: String {
    var lines = ["\(rows) rows checked, \(bad) bad"]
    for finding in findings {
      let tolerance = checks.tolerance(of: finding.kind).map { " (tolerance \($0))" } ?? ""
      let rest = finding.count > finding.examples.count ? "; …" : ""
      lines.append(
        "  \(finding.kind.title)\(tolerance): \(finding.count)"
          + (finding.rejects ? "" : ", only reported"))
      lines.append(
        "    " + finding.examples.map { "\($0.position): \($0.detail)" }.joined(separator: "; ")
          + rest)
    }
    return lines.joined(separator: "\n")
  }

  /// The error about the first bad row of the file `path`; nil if there is no bad row.
  package func firstError(in path: String) -> AmpError? {
    let first = findings.filter(\.rejects).compactMap { finding in
      finding.examples.first.map { (kind: finding.kind, example: $0) }
    }.min { $0.example.row < $1.example.row }
    guard let first else { return nil }
    let others = bad - 1
    return AmpError(
      first.example.detail + (others > 0 ? " (and \(others) more of \(rows) rows are bad)" : ""),
      in: path, at: first.example.position, remedy: first.kind.remedy)
  }
}

extension PointChecks {
  fileprivate func tolerance(of kind: Kind) -> Double? {
    switch kind {
    case .notConserved: conservation
    case .offShell: massShell
    case .offBeamAxis: beamAxis
    case .notFinite, .notPositiveAmplitude, .notPositiveEnergy: nil
    }
  }
}
