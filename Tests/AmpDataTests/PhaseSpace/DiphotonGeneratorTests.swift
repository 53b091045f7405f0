import AmpData
import Foundation
import Synchronization
import TestSupport
import Testing

struct DiphotonGeneratorTests {
  /// p_T².
  private func transverse(_ p: SIMD4<Double>) -> Double { p[1] * p[1] + p[2] * p[2] }

  @Test func sampleDoesNotDependOnThreads() throws {
    let generator = DiphotonGenerator()
    let one = try generator.generate(points: 3000, seed: 5, threads: 1)
    #expect(one == (try generator.generate(points: 3000, seed: 5, threads: 3)))
    let other = try generator.generate(points: 3000, seed: 6, threads: 2)
    #expect(one.table.amplitudes != other.table.amplitudes)
    // Whole blocks of a smaller sample are the beginning of a larger one.
    let shorter = try generator.generate(points: 2048, seed: 5, threads: 2)
    #expect(Array(one.table.amplitudes[..<2048]) == shorter.table.amplitudes)
  }

  @Test func pointsAreLabelledMasslessConservedOrderedAndInsideTheCuts() throws {
    let generator = DiphotonGenerator()
    let sample = try generator.generate(points: 5000, seed: 1, threads: 2)
    let table = sample.table
    #expect(table.count == 5000 && sample.statistics.points == 5000)
    let labels = generator.amplitude.amplitudes(of: table.momenta)
    #expect(labels.values == table.amplitudes)
    #expect(labels.accuracies.allSatisfy { $0 <= 1e-8 })
    for n in 0..<table.count {
      let p = (0..<5).map { table.momenta[n, $0] }
      #expect(generator.cuts.accept(table.momenta, point: n))
      var balance: SIMD4<Double> = p[0] + p[1]
      for q in p[2...] { balance -= q }
      let allowed: Double = 1e-12 * (p[0][0] + p[1][0])
      for c in 0..<4 { #expect(abs(balance[c]) < allowed) }
      for q in p {
        let mass: Double = abs(minkowski(q, q)) / (q[0] * q[0])
        #expect(mass < 1e-12)
      }
      #expect(p[0][3] > 0)
      #expect(p[1][3] < 0)
      #expect(p[0][1] == 0)
      #expect(max(p[0][0], p[1][0]) < 500)
      let leading: Double = transverse(p[2])
      #expect(leading >= transverse(p[3]))
    }
  }

  @Test func logarithmsOfTheAmplitudesHaveTheKnownMoments() throws {
    let sample = try DiphotonGenerator().generate(points: 50_000, seed: 11, threads: 2)
    let logs = sample.table.amplitudes.map { log($0) }
    let n = Double(logs.count)
    let mean = logs.reduce(0, +) / n
    let central = (2...4).map { k in logs.map { pow($0 - mean, Double(k)) }.reduce(0, +) / n }
    let width = central[0].squareRoot()
    // 200 000 points of an independent program: −14.52, 0.863, 0.03, 3.3.
    expectClose(mean, -14.52, absolute: 5 * 0.863 / n.squareRoot() + 0.007)
    expectClose(width, 0.863, absolute: 5 * 0.863 / (2 * n).squareRoot() + 0.002)
    expectClose(central[1] / pow(width, 3), 0.03, absolute: 0.08)
    expectClose(central[2] / pow(width, 4), 3.3, absolute: 0.2)
    let sorted = sample.table.amplitudes.sorted()
    expectClose(sorted[25_000], 5.1e-7, relative: 0.03)
    expectClose(sorted[500], 6.6e-8, relative: 0.06)
    expectClose(sorted[49_500], 4.0e-6, relative: 0.06)
  }

  @Test func crossSectionOfUnitAmplitudeIsThatOfAnIndependentProgram() throws {
    var generator = DiphotonGenerator()
    generator.density = .nnpdf31
    let statistics = try generator.generate(points: 20_000, seed: 2, threads: 2).statistics
    // 1160 ± 8 pb; our error is 0.8 %.
    expectClose(statistics.unitCrossSection, 1160, absolute: 40)
    #expect(statistics.acceptance > 0.05 && statistics.acceptance < 0.15)
    #expect(statistics.crossSectionError < 0.05 * statistics.crossSection)
    let mean = statistics.crossSection / statistics.unitCrossSection
    let table = try generator.generate(points: 20_000, seed: 2).table
    expectClose(mean, table.amplitudes.reduce(0, +) / 20_000, relative: 1e-10)
  }

  @Test func strongerCutsAndOtherEnergiesAreHonoured() throws {
    var generator = DiphotonGenerator()
    generator.collisionEnergy = 13_000
    generator.cuts.leadingPhoton = 100
    generator.cuts.subleadingPhoton = 80
    generator.cuts.jet = 50
    generator.cuts.photonSeparation = 1
    let table = try generator.generate(points: 2000, seed: 1, threads: 2).table
    for n in 0..<table.count { #expect(generator.cuts.accept(table.momenta, point: n)) }
    #expect(!(0..<table.count).allSatisfy { table.momenta[$0, 0][0] < 500 })
  }

  @Test func inaccuratePointsAreReplacedAndCounted() throws {
    var generator = DiphotonGenerator()
    generator.tolerance = 1e-12
    let sample = try generator.generate(points: 2000, seed: 1, threads: 2)
    #expect(sample.statistics.inaccurate > 0)
    #expect(sample.table.count == 2000)
    let labels = generator.amplitude.amplitudes(of: sample.table.momenta)
    #expect(labels.accuracies.allSatisfy { $0 <= 1e-12 })
  }

  @Test func optionsWithoutPointsAreRefused() {
    func refused(_ change: (inout DiphotonGenerator) -> Void) -> AmpError? {
      var generator = DiphotonGenerator()
      change(&generator)
      do {
        _ = try generator.generate(points: 10, seed: 1, threads: 2)
        return nil
      } catch {
        return error
      }
    }
    #expect(refused { $0.collisionEnergy = 80 }?.place == "collision energy")
    #expect(refused { $0.collisionEnergy = .nan }?.place == "collision energy")
    #expect(refused { $0.cuts.jet = 0 }?.place == "cuts")
    #expect(refused { $0.cuts.jet = -5 }?.place == "cuts")
    #expect(refused { $0.cuts.photonSeparation = 50 }?.place == "cuts")
    #expect(refused { $0.tolerance = 0 }?.place == "tolerance")
    #expect(refused { $0.tolerance = 1e-30 }?.place == "cuts")
    let empty = GluonDensity(name: "none", coefficients: SIMD8(repeating: -1e6))
    #expect(refused { $0.density = empty }?.place == "density")
    #expect(throws: AmpError.self) { try DiphotonGenerator().generate(points: 0, seed: 1) }
  }

  @Test func progressReachesTheNumberOfPoints() throws {
    let seen = Mutex([Int]())
    _ = try DiphotonGenerator().generate(points: 2500, seed: 1, threads: 2) { done in
      seen.withLock { $0.append(done) }
    }
    let reports = seen.withLock { $0 }
    #expect(reports.count == 3 && reports.last == 2500 && reports == reports.sorted())
  }
}
