import AmpNets
import Foundation
import TestSupport
import Testing

struct KANTests {
  private func values(_ network: KAN, _ parameters: Parameters<Double>, _ x: [Double]) -> [Double] {
    NetworkGradients<Double>(
      network, parameters.values, x: x,
      cotangent: [Double](repeating: 0, count: x.count / network.inputs * network.outputs)
    ).output
  }

  @Test func anEdgeHasFifteenNumbers() throws {
    let kan = try Architecture.kan.build(
      Architecture.Options(hidden: [64, 64, 64], activation: .silu, outputs: 2), 20)
    #expect(kan.layout.count == 144_000)
    #expect(kan.layout.count == (20 * 64 + 2 * 64 * 64 + 64 * 2) * 15)
  }

  /// With all coefficients and the scale one, splines add up to one inside the grid.
  @Test func splinesAddUpToOneInsideTheGridAndVanishFarOutside() {
    for order in 1...5 {
      let kan = KAN(inputs: 1, hidden: [], outputs: 1, grid: 7, order: order)
      var parameters = Parameters<Double>(kan.layout)
      for view in [kan.layers[0].coefficients, kan.layers[0].scale] {
        for i in view.range { parameters.values[i] = 1 }
      }
      let inside = stride(from: -1.0, to: 1, by: 0.01).map { $0 }
      expectClose(
        values(kan, parameters, inside), inside.map { _ in 1 }, absolute: 1e-14, "order \(order)")
      let edge = 1 + 2.0 / 7 * Double(order)
      let near = values(kan, parameters, [-edge + 0.1, edge - 0.1])
      #expect(near.allSatisfy { $0 > 0 && $0 < 1 })
      #expect(values(kan, parameters, [-edge - 1e-9, edge, 7, -1e300]) == [0, 0, 0, 0])
    }
  }

  @Test func outsideTheGridOnlySiLUActs() {
    let kan = KAN(inputs: 2, hidden: [], outputs: 3)
    let parameters: Parameters<Double> = kan.initialParameters(seed: 5)
    let x = [4.0, -3, 2, 100, -50, 1.7]
    let base = parameters[kan.layers[0].base]
    let expected = (0..<3).flatMap { row in
      (0..<3).map { j in
        (0..<2).reduce(0) { sum, i in
          let z = x[2 * row + i]
          return sum + base[i, j] * z / (1 + exp(-z))
        }
      }
    }
    expectClose(values(kan, parameters, x), expected, absolute: 1e-14)
    #expect(kan.fractionsOutsideGrid(parameters, at: x) == [1])
    #expect(kan.fractionsOutsideGrid(parameters, at: [0, 0, 0.5, 3]) == [0.25])
    #expect(kan.fractionsOutsideGrid(parameters, at: []) == [0])
    #expect(values(kan, parameters, [.nan, 0]).allSatisfy { $0.isNaN })
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func aFittedGridCoversTheValuesAndKeepsTheFunction(seed: UInt64) throws {
    let kan = KAN(inputs: 3, hidden: [8, 8], outputs: 2)
    let parameters: Parameters<Double> = kan.initialParameters(seed: seed)
    var rng = Philox(seed: seed, purpose: .other)
    let x = (0..<3 * 2000).map { i in (i % 3 == 2 ? 0.3 : 0.8) * (2 * rng.uniform() - 1) }
    let (fitted, new) = try kan.fitted(to: x, parameters, covering: 1)
    #expect(fitted.layout == kan.layout && fitted.layers[0].ranges != kan.layers[0].ranges)
    #expect(fitted.fractionsOutsideGrid(new, at: x).allSatisfy { $0 < 0.01 })
    let (a, b) = (values(kan, parameters, x), values(fitted, new, x))
    let rms = (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count))
      .squareRoot()
    let size = (a.reduce(0) { $0 + $1 * $1 } / Double(a.count)).squareRoot()
    #expect(rms < 0.02 * size, "\(rms) of \(size)")
    // A fit to the same grid changes nothing but rounding.
    let (again, same) = try fitted.fitted(to: x, new, covering: 1)
    #expect(again.layers[0].ranges == fitted.layers[0].ranges)
    let first = fitted.layers[0].coefficients.range
    expectClose(Array(same.values[first]), Array(new.values[first]), absolute: 1e-6)
  }

  @Test func fittingAGridCannotFailOnDegenerateData() throws {
    let kan = KAN(inputs: 2, hidden: [3], outputs: 2)
    let parameters: Parameters<Float> = kan.initialParameters(seed: 1)
    for x: [Float] in [[0, 0], [1, 1, 1, 1], [1e8, -1e8, 1e8, 1e-30], [0, 1e30]] {
      let (network, fitted) = try kan.fitted(to: x, parameters)
      #expect(fitted.values.allSatisfy { $0.isFinite })
      #expect(network.layers.allSatisfy { $0.ranges.allSatisfy { $0.lowerBound < $0.upperBound } })
    }
    #expect(throws: AmpError.self) { try kan.fitted(to: [], parameters) }
    #expect(throws: AmpError.self) { try kan.fitted(to: [.nan, 0], parameters) }
  }

  @Test func unusableOptionsAreRefused() {
    func build(_ change: (inout Architecture.Options) -> Void) throws -> any Network {
      var options = Architecture.Options(hidden: [4], activation: .silu, outputs: 2)
      change(&options)
      return try Architecture.kan.build(options, 3)
    }
    #expect(throws: Never.self) { try build { _ in } }
    #expect(throws: AmpError.self) { try build { $0.activation = .gelu } }
    #expect(throws: AmpError.self) { try build { $0.order = 6 } }
    #expect(throws: AmpError.self) { try build { $0.grid = 0 } }
    #expect(throws: AmpError.self) { try build { $0.gridRanges = [[0...1]] } }
    #expect(throws: AmpError.self) {
      try build { $0.gridRanges = [[0...1, 0...0, 0...1], [0...1, 0...1, 0...1, 0...1]] }
    }
  }
}
