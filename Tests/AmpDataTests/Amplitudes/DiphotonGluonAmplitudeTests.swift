import AmpData
import Foundation
import TestSupport
import Testing

struct DiphotonGluonAmplitudeTests {
  let amplitude = DiphotonGluonAmplitude()

  @Test func prefactorIsThatOfTheFormula() {
    expectClose(amplitude.prefactor, 1.2318225777348996e-6, relative: 1e-15)
    var halved = amplitude
    halved.includesPhotonSymmetry = true
    #expect(halved.prefactor == amplitude.prefactor / 2)
    halved.electromagneticCoupling *= 2
    halved.strongCoupling *= 3
    expectClose(halved.prefactor, amplitude.prefactor / 2 * 4 * 27, relative: 1e-15)
  }

  @Test func fiducialPointsAgreeWithFiftyDigits() throws {
    let reference = try ReferencePoints("amplitude_points.csv")
    #expect(reference.values.count == 200)
    let result = amplitude.amplitudes(of: reference.momenta)
    expectClose(result.values, reference.values, relative: 1e-12)
    #expect(result.accuracies.allSatisfy { $0 < 1e-10 })
    for (n, value) in reference.values.enumerated() {
      expectClose(result.values[n], value, relative: result.accuracies[n], "point \(n)")
    }
  }

  @Test(arguments: ["amplitude_edge_points.csv", "amplitude_photon_edges.csv"])
  func edgePointsAreAsAccurateAsTheyClaim(file: String) throws {
    let reference = try ReferencePoints(file)
    let result = amplitude.amplitudes(of: reference.momenta)
    for (n, name) in reference.names.enumerated() where result.accuracies[n] <= 1e-8 {
      expectClose(result.values[n], reference.values[n], relative: result.accuracies[n], name)
    }
  }

  @Test func softAndGluonCollinearPointsNeedNoRefusal() throws {
    let reference = try ReferencePoints("amplitude_edge_points.csv")
    let table = try amplitude.labelled(reference.momenta)
    expectClose(table.amplitudes, reference.values, relative: 1e-8)
  }

  @Test func hopelesslyCollinearPhotonsAreRefused() throws {
    let reference = try ReferencePoints("amplitude_photon_edges.csv")
    let result = amplitude.amplitudes(of: reference.momenta)
    for (n, name) in reference.names.enumerated() where name.hasSuffix("1e-6") {
      #expect(result.accuracies[n] > 1e-8, "\(name)")
    }
    #expect(throws: AmpError.self) { try amplitude.labelled(reference.momenta) }
    // Who accepts a larger error gets it.
    let harmless = reference.momenta.rows([0, 1, 6, 7, 12, 13])
    _ = try amplitude.labelled(harmless, tolerance: 1e-5)
  }

  @Test func photonsMayBeExchanged() throws {
    let points = try ReferencePoints("amplitude_points.csv").momenta
    let values = amplitude.amplitudes(of: points).values
    expectClose(
      amplitude.amplitudes(of: points.reordered([0, 1, 3, 2, 4])).values, values, relative: 1e-11)
  }

  @Test func incomingGluonsMayBeExchanged() throws {
    let points = try ReferencePoints("amplitude_points.csv").momenta
    let values = amplitude.amplitudes(of: points).values
    expectClose(
      amplitude.amplitudes(of: points.reordered([1, 0, 2, 3, 4])).values, values, relative: 1e-11)
    // The outgoing gluon is another matter.
    let other = amplitude.amplitudes(of: points.reordered([0, 1, 4, 3, 2])).values
    #expect(abs(other[0] / values[0] - 1) > 1e-3)
  }

  @Test func mirrorImageHasTheSameValue() throws {
    let points = try ReferencePoints("amplitude_points.csv").momenta
    let mirrored = points.mapped { _, p in SIMD4(p[0], -p[1], p[2], p[3]) }
    expectClose(
      amplitude.amplitudes(of: mirrored).values, amplitude.amplitudes(of: points).values,
      relative: 1e-11)
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func valueIsInvariantUnderRotationsAndBoosts(seed: UInt64) throws {
    var random = Philox(seed: seed, purpose: .other)
    let points = try ReferencePoints("amplitude_points.csv").momenta.rows(0..<20)
    let v = SIMD3(random.uniform(), random.uniform(), random.uniform()) - 0.5
    let angle = 2 * Double.pi * random.uniform()
    let (c, s) = (cos(angle), sin(angle))
    let moved = points.mapped { _, p in
      boosted(SIMD4(p[0], c * p[1] - s * p[3], p[2], s * p[1] + c * p[3]), v)
    }
    expectClose(
      amplitude.amplitudes(of: moved).values, amplitude.amplitudes(of: points).values,
      relative: 1e-10)
  }

  @Test func valueScalesWithTheInverseSquareOfMomenta() throws {
    let points = try ReferencePoints("amplitude_points.csv").momenta
    let scaled = points.mapped { _, p in 3 * p }
    let expected = amplitude.amplitudes(of: points).values.map { $0 / 9 }
    expectClose(amplitude.amplitudes(of: scaled).values, expected, relative: 1e-11)
  }

  @Test func momentumAlongMinusXIsNoSpecialCase() throws {
    // Photon 1 exactly along −x, where the spinors of the given frame do not exist.
    let along = SIMD4(50.0, -50, 0, 0)
    let second = massless(60, SIMD3(0.3, 0.9, 0.2))
    let third = SIMD3(50 - second[1], -second[2], 30.0)
    let p5 = massless((third * third).sum().squareRoot(), third)
    let total = along + second + p5
    let first = (total[0] + total[3]) / 2
    let point = Momenta([
      massless(first, SIMD3(0, 0, 1)), massless(total[0] - first, SIMD3(0, 0, -1)), along, second,
      p5,
    ])
    let turned = point.mapped { _, p in
      SIMD4(p[0], 0.6 * p[1] - 0.8 * p[2], 0.8 * p[1] + 0.6 * p[2], p[3])
    }
    let result = amplitude.amplitudes(of: point)
    #expect(result.accuracies[0] < 1e-11)
    expectClose(result.values, amplitude.amplitudes(of: turned).values, relative: 1e-12)
  }

  @Test func unphysicalMomentaAreFlaggedAndRefused() throws {
    let good = try ReferencePoints("amplitude_points.csv").momenta.rows([0, 1, 2])
    for bad in [Double.nan, .infinity, 0, -100] {
      var broken = good
      broken.components[20 + 8] = bad
      let result = amplitude.amplitudes(of: broken)
      #expect(!(result.accuracies[1] <= 1e-3), "energy \(bad)")
      #expect(result.values[0].isFinite && result.values[2].isFinite)
      do {
        _ = try amplitude.labelled(broken)
        Issue.record("energy \(bad) was accepted")
      } catch {
        #expect(error.position == "row 1")
      }
    }
  }

  @Test func imprecisePointsSaySo() throws {
    let points = try ReferencePoints("amplitude_points.csv")
    let single = points.momenta.mapped { _, p in SIMD4<Double>(SIMD4<Float>(p)) }
    let result = amplitude.amplitudes(of: single)
    for n in points.values.indices {
      #expect(result.accuracies[n] > 1e-8)
      expectClose(result.values[n], points.values[n], relative: result.accuracies[n])
    }
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let points = try ReferencePoints("amplitude_points.csv").momenta
    let many = Momenta(
      Array(repeatElement(points.components, count: 5).joined()), particles: 5)
    let once = amplitude.amplitudes(of: many, threads: 1)
    #expect(once == amplitude.amplitudes(of: many, threads: 3))
    #expect(Array(once.values[200..<400]) == Array(once.values[..<200]))
  }

  @Test func noPointsHaveNoAmplitudes() {
    let result = amplitude.amplitudes(of: Momenta([], particles: 5), threads: 2)
    #expect(result.values.isEmpty && result.accuracies.isEmpty)
  }

  @Test func otherProcessesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = DiphotonGluonAmplitude().amplitudes(of: Momenta([1, 0, 0, 1], particles: 1))
    }
  }
}
