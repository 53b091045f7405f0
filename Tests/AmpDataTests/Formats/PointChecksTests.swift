import AmpData
import Foundation
import TestSupport
import Testing

struct PointChecksTests {
  private let good: [Double] = [10, 0, 0, 10, 10, 0, 0, -10, 10, 6, 8, 0, 10, -6, -8, 0]

  /// What is found in one point.
  private func found(_ point: [Double], amplitude: Double = 1, _ checks: PointChecks = .init())
    -> Set<PointChecks.Kind>
  {
    let report = checks.report(on: Momenta(point, particles: 4), amplitudes: [amplitude])
    return Set(report.findings.map(\.kind))
  }

  private func changed(_ changes: [Int: Double]) -> [Double] {
    var point = good
    for (index, value) in changes { point[index] = value }
    return point
  }

  @Test func everyKindIsFoundOnItsOwn() {
    #expect(found(good).isEmpty)
    #expect(found(changed([5: .infinity])) == [.notFinite])
    #expect(found(good, amplitude: .nan) == [.notFinite])
    #expect(found(good, amplitude: 0) == [.notPositiveAmplitude])
    #expect(found(good, amplitude: -.infinity) == [.notFinite, .notPositiveAmplitude])
    #expect(found(changed([0: -10, 3: -10])) == [.notPositiveEnergy, .notConserved])
    #expect(found(changed([12: 0, 13: 0, 14: 0])) == [.notPositiveEnergy, .notConserved])
    #expect(found(changed([9: 8, 10: 6])) == [.notConserved])
    #expect(found(changed([8: 10.001, 12: 9.999])) == [.offShell])
    // The same point, turned so that the beam lies along x.
    var turned = good
    for at in stride(from: 0, to: 16, by: 4) {
      (turned[at + 1], turned[at + 2], turned[at + 3]) = (good[at + 3], good[at + 1], good[at + 2])
    }
    #expect(found(turned) == [.offBeamAxis])
  }

  @Test func tolerancesAreRelativeAndInclusive() {
    // E² − p² = 2 ε E² for E → E (1 + ε).
    var loose = PointChecks()
    loose.massShell = 1e-5
    let scales: [Double] = [1e-3, 1, 1e6]
    for scale in scales {
      func found(_ energy: Double, _ px: Double, _ checks: PointChecks) -> Set<PointChecks.Kind> {
        let point = changed([8: 10 + energy, 12: 10 - energy, 9: 6 + px])
        return self.found(point.map { $0 * scale }, checks)
      }
      #expect(found(4e-6, 0, PointChecks()).isEmpty)
      #expect(found(6e-6, 0, PointChecks()) == [.offShell])
      // 20 GeV come in.
      #expect(found(0, 19e-6, loose).isEmpty)
      #expect(found(0, 21e-6, loose) == [.notConserved])
    }
  }

  @Test func checksCanBeTurnedOffAndBeamAxisCanReject() {
    var checks = PointChecks()
    let turned = changed([0: 10, 1: 10, 3: 0, 5: -10, 7: 0])
    let momenta = Momenta(turned, particles: 4)
    #expect(checks.report(on: momenta).rejected.isEmpty)
    #expect(checks.report(on: momenta).findings.first?.rejects == false)
    checks.tolerated = []
    #expect(checks.report(on: momenta).rejected == [0])
    checks.beamAxis = nil
    #expect(checks.report(on: momenta).findings.isEmpty)
    checks.massShell = nil
    checks.conservation = nil
    #expect(found(changed([8: 50]), checks).isEmpty)
  }

  @Test func reportCountsAllAndDescribesTheFirst() throws {
    let bad = changed([9: .nan])
    let momenta = Momenta(good + bad + bad + good + bad + bad, particles: 4)
    var positions = RowPositions()
    for row in 0..<6 { positions.note(row: row, line: row < 2 ? row + 2 : row + 5) }
    let report = PointChecks().report(on: momenta, positions: positions)
    #expect(report.rows == 6 && report.rejected == [1, 2, 4, 5] && report.kept == 2)
    #expect(report.keptRows == [0, 3])
    #expect(report.findings.map(\.count) == [4])
    #expect(report.findings[0].examples.map(\.position) == ["line 3", "line 7", "line 9"])
    #expect(
      report.description == """
        6 rows checked, 4 bad
          numbers that are infinite or not numbers: 4
            line 3: px of particle 3 is nan; line 7: px of particle 3 is nan; \
        line 9: px of particle 3 is nan; …
        """)
    let decoded = try JSONDecoder().decode(
      ValidationReport.self, from: try JSONEncoder().encode(report))
    #expect(decoded == report)
  }
}
