import AmpData
import Foundation
import TestSupport
import Testing

/// A point of gluon_points.json.
private struct ReferencePoint: Decodable {
  var momenta: [Double]
  var value: Double
  var closed: Double?
  var gluons: Int { momenta.count / 4 }
}

struct GluonTreeAmplitudeTests {
  /// Points of `gluons` gluons drawn by the generator.
  private func points(_ gluons: Int, _ count: Int, seed: UInt64 = 3) throws -> Momenta {
    try GluonGenerator(gluons: gluons).generate(points: count, seed: seed).table.momenta
  }

  @Test(arguments: 4...7)
  func valuesAgreeWithTheSumOverTracesAndHelicities(gluons: Int) throws {
    let all = try json("gluon_points.json", as: [ReferencePoint].self)
    let points = all.filter { $0.gluons == gluons }
    #expect(points.count >= 2)
    let result = try GluonTreeAmplitude(gluons: gluons).amplitudes(
      of: Momenta(points.flatMap(\.momenta), particles: gluons))
    for (n, point) in points.enumerated() {
      expectClose(result.values[n], point.value, relative: 2e-14, "point \(n)")
      expectClose(result.values[n], point.value, relative: result.accuracies[n], "point \(n)")
      #expect(result.accuracies[n] < 1e-11)
      #expect((point.closed != nil) == (gluons < 6))
      if let closed = point.closed { expectClose(result.values[n], closed, relative: 1e-12) }
    }
  }

  /// At 90° s = 1, t = u = −½: |M|² = g⁴ · 9/2 · (3 − ¼ + 2 + 2) = 30.375 g⁴.
  @Test func fourGluonsAtARightAngleAreKnown() throws {
    let amplitude = try GluonTreeAmplitude(gluons: 4)
    let point = Momenta(
      [massless(7, [0, 0, 1]), massless(7, [0, 0, -1]), massless(7, [1, 0, 0])]
        .flatMap { [$0[0], $0[1], $0[2], $0[3]] } + [7, -7, 0, 0], particles: 4)
    let g = 4 * Double.pi * 0.118
    expectClose(amplitude.amplitudes(of: point).values[0], 30.375 * g * g, relative: 1e-13)
  }

  /// C(σ, σ) = (2N)ⁿ⁻²(N² − 1), and for four gluons the other order has half of it.
  @Test func coloursOfAChainAreCasimirs() {
    for colours in 2...4 {
      let n = Double(colours)
      for gluons in 3...6 {
        let colour = GluonColour(gluons: gluons, colours: colours)
        let size = colour.orders.count
        let diagonal = pow(2 * n, Double(gluons - 2)) * (n * n - 1)
        for at in 0..<size {
          expectClose(colour.matrix[at * size + at], diagonal, relative: 1e-15)
          for other in 0..<size {
            #expect(colour.matrix[at * size + other] == colour.matrix[other * size + at])
          }
        }
      }
      let four = GluonColour(gluons: 4, colours: colours)
      expectClose(four.matrix[1], four.matrix[0] / 2, relative: 1e-15)
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func gluonsMayBeExchangedAndPointsRotated(seed: UInt64) throws {
    var random = Philox(seed: seed, purpose: .other)
    let gluons = 4 + Int(seed % 3)
    let amplitude = try GluonTreeAmplitude(gluons: gluons)
    let points = try points(gluons, 20, seed: seed)
    let values = amplitude.amplitudes(of: points).values
    var order = Array(0..<gluons)
    order[0] = Int(seed % 2)
    order[1] = 1 - order[0]
    order = Array(order[..<2]) + random.permutation(gluons - 2).map { Int($0) + 2 }
    expectClose(amplitude.amplitudes(of: points.reordered(order)).values, values, relative: 1e-10)
    let angle = 2 * Double.pi * random.uniform()
    let (c, s) = (cos(angle), sin(angle))
    let turned = points.mapped { _, p in
      SIMD4(p[0], c * p[1] - s * p[3], p[2], s * p[1] + c * p[3])
    }
    expectClose(amplitude.amplitudes(of: turned).values, values, relative: 1e-10)
    // Dimension: GeV^(8 − 2n).
    let scaled = amplitude.amplitudes(of: points.mapped { _, p in 2 * p }).values
    let power = pow(2, Double(8 - 2 * gluons))
    expectClose(scaled, values.map { $0 * power }, relative: 1e-11)
  }

  /// Soft limit: |M_n|² → |M_n−1|² · eikonal; with the last gluon soft and the others back to back.
  @Test(arguments: [5, 6])
  func softGluonsFactorise(gluons: Int) throws {
    let hard = try points(gluons - 1, 1, seed: 9)
    // A soft gluon, momentum conserved by turning the incoming energies: a shift of order 10⁻⁷.
    let soft = massless(1e-6, [0.6, 0.5, 0.3])
    var momenta = (0..<gluons - 1).map { hard[0, $0] }
    let outgoing = momenta[2...] + [soft]
    let sum = outgoing.reduce(SIMD4<Double>(), +)
    var last = momenta[gluons - 2]
    last[1] -= sum[1]
    last[2] -= sum[2]
    last[0] = (last[1] * last[1] + last[2] * last[2] + last[3] * last[3]).squareRoot()
    momenta[gluons - 2] = last
    momenta.append(soft)
    let total = momenta[2...].reduce(SIMD4<Double>(), +)
    momenta[0] = massless((total[0] + total[3]) / 2, [0, 0, 1])
    momenta[1] = massless((total[0] - total[3]) / 2, [0, 0, -1])
    let point = Momenta(momenta.flatMap { [$0[0], $0[1], $0[2], $0[3]] }, particles: gluons)
    let value = try GluonTreeAmplitude(gluons: gluons).amplitudes(of: point).values[0]
    if gluons == 5 {
      // g² N Σ over neighbours s_ij/(s_i5 s_j5) for each of the two helicities of the soft gluon,
      // with the weights of the three colour orders of four gluons.
      func s(_ i: Int, _ j: Int) -> Double { 2 * abs(minkowski(momenta[i], momenta[j])) }
      func eikonal(_ i: Int, _ j: Int) -> Double { 2 * s(i, j) / (s(i, 4) * s(j, 4)) }
      let orders = [[0, 1, 2, 3], [0, 1, 3, 2], [0, 2, 1, 3]]
      let weights = orders.map { o in
        1 / (0..<4).reduce(1.0) { $0 * s(o[$1], o[($1 + 1) % 4]) }
      }
      let radiation = orders.map { o in
        (0..<4).reduce(0.0) { $0 + eikonal(o[$1], o[($1 + 1) % 4]) }
      }
      let mean =
        zip(weights, radiation).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
      let four = try GluonTreeAmplitude(gluons: 4).amplitudes(of: hard).values[0]
      let coupling = 4 * Double.pi * 0.118
      expectClose(value, four * coupling * 3 * mean, relative: 1e-5)
    } else {
      // Twice as soft, four times as large.
      var softer = momenta
      softer[5] = soft / 2
      softer[4] += soft / 2
      softer[4][0] = sqrt(
        softer[4][1] * softer[4][1] + softer[4][2] * softer[4][2] + softer[4][3] * softer[4][3])
      let balance = softer[2...].reduce(SIMD4<Double>(), +)
      softer[0] = massless((balance[0] + balance[3]) / 2, [0, 0, 1])
      softer[1] = massless((balance[0] - balance[3]) / 2, [0, 0, -1])
      let point = Momenta(softer.flatMap { [$0[0], $0[1], $0[2], $0[3]] }, particles: 6)
      let other = try GluonTreeAmplitude(gluons: 6).amplitudes(of: point).values[0]
      expectClose(other / value, 4, relative: 1e-5)
    }
  }

  @Test func unphysicalMomentaAreFailures() throws {
    let amplitude = try GluonTreeAmplitude(gluons: 6)
    var points = try points(6, 3)
    points.components[24 + 8] = .nan
    let result = amplitude.amplitudes(of: points)
    #expect(result.values[1].isNaN && result.accuracies[1] == .infinity)
    #expect(result.failures.map(\.row) == [1])
    #expect(result.values[0] > 0 && result.values[2] > 0)
    #expect(throws: AmpError.self) { try amplitude.labelled(points) }
  }

  @Test func otherNumbersOfGluonsAreRefused() {
    for gluons in [0, 3, 9, 100] {
      #expect(throws: AmpError.self) { try GluonTreeAmplitude(gluons: gluons) }
    }
  }
}
