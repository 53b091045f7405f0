/// What a phase-space point must satisfy to be believed, with tolerances.
///
/// Real files have bad rows: about one in 30 000 of a public gg → γγg set does not conserve
/// momentum or has incoming gluons off the beam axis. A tolerance of nil turns a check off.
/// Finiteness and positivity are always checked.
public struct PointChecks: Sendable, Equatable, Codable {
  /// What can be wrong with a row.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// A component or the amplitude is infinite or not a number.
    case notFinite
    /// The amplitude is zero or negative.
    case notPositiveAmplitude
    /// The energy of a particle is zero or negative.
    case notPositiveEnergy
    /// Incoming and outgoing momenta differ.
    case notConserved
    /// E² − p² of a particle is not zero.
    case offShell
    /// An incoming particle has transverse momentum.
    case offBeamAxis
  }

  /// Largest |Σ incoming − Σ outgoing| of any component, relative to the incoming energy.
  public var conservation: Double? = 1e-6

  /// Largest |E² − p²| of any particle, relative to E²; nil for processes with massive particles.
  public var massShell: Double? = 1e-6

  /// Largest transverse momentum of an incoming particle, relative to its energy.
  public var beamAxis: Double? = 1e-6

  /// How many particles, from the first on, are incoming.
  public var incoming = 2

  /// Kinds that are counted, but do not make a row bad.
  public var tolerated: Set<Kind> = [.offBeamAxis]

  /// How many rows of each kind a report describes; at least one.
  public var examples = 3

  /// Creates the checks with the tolerances 10⁻⁶, which also momenta in single precision satisfy.
  public init() {}

  /// Checks every point; `positions` turns rows into words.
  ///
  /// Traps if there are amplitudes, but not one per point.
  public func report(
    on momenta: Momenta, amplitudes: [Double]? = nil, positions: RowPositions = .init()
  ) -> ValidationReport {
    precondition(
      amplitudes == nil || amplitudes?.count == momenta.count, "one amplitude per point")
    var report = ValidationReport(checks: self, rows: 0)
    _ = examine(
      PointRecords(momenta: momenta, amplitudes: amplitudes, positions: positions), into: &report)
    return report
  }

  /// What makes the first point of `momenta` bad, in words, and what to do about it; nil if it is good.
  package func flaw(of momenta: Momenta) -> (problem: String, remedy: String)? {
    var flaw: (problem: String, remedy: String)?
    examine(momenta, 0, amplitude: nil) { kind, detail in
      if flaw == nil, !tolerated.contains(kind) { flaw = (detail(), kind.remedy) }
    }
    return flaw
  }

  /// Checks a batch of points that follow those of the report; returns the bad rows among them,
  /// counted from the first of the batch.
  func examine(_ batch: PointRecords, into report: inout ValidationReport) -> [Int] {
    guard let momenta = batch.momenta else { return [] }
    let first = report.rows
    report.rows += momenta.count
    var rejected: [Int] = []
    for row in 0..<momenta.count {
      var isBad = false
      examine(momenta, row, amplitude: batch.amplitudes?[row]) { kind, detail in
        let rejects = !tolerated.contains(kind)
        isBad = isBad || rejects
        report.count(kind, rejects: rejects, keeping: max(1, examples)) {
          .init(row: first + row, position: batch.positions.describe(row), detail: detail())
        }
      }
      if isBad {
        report.reject(first + row)
        rejected.append(row)
      }
    }
    return rejected
  }

  /// Calls `found` for each thing that is wrong with a row; its text is made only when asked for.
  private func examine(
    _ momenta: Momenta, _ row: Int, amplitude: Double?,
    _ found: (Kind, _ detail: () -> String) -> Void
  ) {
    let particles = momenta.particles
    let names = ["E", "px", "py", "pz"]
    var total = SIMD4<Double>()
    var energy = 0.0
    var isFinite = true
    // One finding of each kind per row.
    var reported: (energy: Bool, shell: Bool, axis: Bool) = (false, false, false)
    for particle in 0..<particles {
      let p = momenta[row, particle]
      // Not a number if and only if a component is infinite or not a number.
      guard (p * 0).sum() == 0 else {
        let at = p.indices.first { !p[$0].isFinite } ?? 0
        if isFinite { found(.notFinite) { "\(names[at]) of particle \(particle + 1) is \(p[at])" } }
        isFinite = false
        continue
      }
      let isIncoming = particle < incoming
      total += isIncoming ? p : -p
      if isIncoming { energy += abs(p[0]) }
      if p[0] <= 0, !reported.energy {
        reported.energy = true
        found(.notPositiveEnergy) { "E of particle \(particle + 1) is \(p[0]) GeV" }
      }
      let square = p[0] * p[0]
      if let massShell, abs(minkowski(p, p)) > massShell * square, !reported.shell {
        reported.shell = true
        found(.offShell) {
          "E² − p² of particle \(particle + 1) is \(short(minkowski(p, p) / square)) E²"
        }
      }
      let transverse = p[1] * p[1] + p[2] * p[2]
      if let beamAxis, isIncoming, transverse > beamAxis * beamAxis * square, !reported.axis {
        reported.axis = true
        found(.offBeamAxis) {
          "p_T of incoming particle \(particle + 1) is \(short(transverse.squareRoot())) GeV"
        }
      }
    }
    if let amplitude, !amplitude.isFinite {
      if isFinite { found(.notFinite) { "the amplitude is \(amplitude)" } }
      isFinite = false
    }
    if let amplitude, amplitude <= 0 {
      found(.notPositiveAmplitude) { "the amplitude is \(amplitude)" }
    }
    guard isFinite, let conservation else { return }
    for component in 0..<4 where abs(total[component]) > conservation * energy {
      found(.notConserved) {
        "incoming and outgoing \(names[component]) differ by \(short(total[component])) GeV"
      }
      return
    }
  }
}

extension PointChecks.Kind {
  /// The finding in words, for reports.
  public var title: String {
    switch self {
    case .notFinite: "numbers that are infinite or not numbers"
    case .notPositiveAmplitude: "amplitudes that are not positive"
    case .notPositiveEnergy: "energies that are not positive"
    case .notConserved: "momentum not conserved"
    case .offShell: "particles off their mass shell"
    case .offBeamAxis: "incoming particles off the beam axis"
    }
  }

  /// What the user can do about it.
  var remedy: String {
    switch self {
    case .notFinite: "Remove the row, or have bad rows skipped."
    case .notPositiveAmplitude:
      "Amplitudes must be positive: remove the row, or have bad rows skipped."
    case .notPositiveEnergy:
      "Incoming particles have positive energies here: flip the signs of their momenta."
    case .notConserved:
      "Check the order of particles (incoming first) and columns (E, px, py, pz), "
        + "or have bad rows skipped."
    case .offShell:
      "Check the order of columns (E, px, py, pz); for massive particles turn this check off; "
        + "or have bad rows skipped."
    case .offBeamAxis: "Boost the point to the beam axis, or have bad rows skipped."
    }
  }
}

/// `value` with three digits.
private func short(_ value: Double) -> String {
  if value == 0 || !value.isFinite { return "\(value)" }
  var scale = 1.0
  while abs(value) * scale < 100 { scale *= 10 }
  return "\((value * scale).rounded() / scale)"
}
