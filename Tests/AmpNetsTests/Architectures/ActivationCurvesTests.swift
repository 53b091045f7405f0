import AmpNets
import Foundation
import TestSupport
import Testing

/// Curves are what the network computes, not what a formula says.
struct ActivationCurvesTests {
  private func curves<S: Scalar>(
    _ network: any ActivatedNetwork, _ parameters: Parameters<S>, strongest: Int = 6
  ) -> [ActivationCurves] {
    network.activationCurves(parameters, over: -3...3, strongest: strongest)
  }

  /// Moves every parameter a little, as training would.
  private func moved(_ network: any Network, seed: UInt64) -> Parameters<Double> {
    var parameters: Parameters<Double> = network.initialParameters(seed: seed)
    var rng = Philox(seed: seed, purpose: .other)
    for i in parameters.values.indices { parameters.values[i] += 0.1 * rng.normal() }
    return parameters
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func rationalCurvesAreTheQuotientsOfTheirCoefficients(seed: UInt64) throws {
    let network = MLP(inputs: 3, hidden: [6, 8], outputs: 2, activation: .rational(groups: 3))
    let parameters = moved(network, seed: seed)
    let layers = curves(network, parameters)
    #expect(layers.map(\.layer) == ["layer0", "layer1"])
    for layer in layers {
      #expect(layer.kind == .rational(start: .gelu) && layer.curves.count == 3)
      for (group, curve) in layer.curves.enumerated() {
        func coefficients(_ name: String) throws -> [Double] {
          let view = try #require(network.layout.views.first { $0.name == layer.layer + name })
          let from = view.offset + group * view.columns
          return Array(parameters.values[from..<from + view.columns])
        }
        let (a, b) = (try coefficients(".numerator"), try coefficients(".denominator"))
        let expected = curve.x.map { x in
          a.enumerated().reduce(0) { $0 + $1.1 * pow(x, Double($1.0)) }
            / b.enumerated().reduce(1) { $0 + abs($1.1) * pow(abs(x), Double($1.0 + 1)) }
        }
        #expect(curve.x.first == -3 && curve.x.last == 3)
        expectClose(curve.values, expected, absolute: 1e-12)
        let start = try #require(curve.start)
        let gelu = curve.x.map { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }
        expectClose(start, gelu, absolute: 1.3e-3)
        #expect(start != curve.values)
      }
    }
  }

  /// Before training the curves lie on their start, to the bit and in both precisions.
  @Test func untrainedCurvesAreTheStart() {
    let network = MLP(inputs: 2, hidden: [4], outputs: 2, activation: .rational(groups: 2))
    for layer in curves(network, network.initialParameters(seed: 1, as: Float.self)) {
      for curve in layer.curves { #expect(curve.values == curve.start) }
    }
    for layer in curves(network, network.initialParameters(seed: 1, as: Double.self)) {
      for curve in layer.curves { #expect(curve.values == curve.start) }
    }
  }

  @Test func fixedActivationsAreThemselvesWhateverTheWeights() {
    let network = MLP(inputs: 2, hidden: [4, 4], outputs: 2, activation: .leakyReLU(slope: 0.2))
    let layers = curves(network, moved(network, seed: 3))
    #expect(layers.map(\.kind) == [.fixed(.leakyReLU(slope: 0.2)), .fixed(.leakyReLU(slope: 0.2))])
    for curve in layers.flatMap(\.curves) {
      #expect(curve.values == curve.x.map { $0 > 0 ? $0 : 0.2 * $0 })
      #expect(curve.start == nil)
    }
  }

  @Test func deepSetsShowTheLayersOfAllTheirNetworks() {
    let network = DeepSets(
      types: [0, 0, 1], hidden: [4, 4], embedding: 3, outputs: 2, activation: .rational(groups: 1))
    #expect(
      curves(network, moved(network, seed: 1)).map(\.layer) == [
        "type0.layer0", "type0.layer1", "type1.layer0", "type1.layer1", "layer0", "layer1",
      ])
  }

  /// The network's output is the sum of the curves that its layer shows.
  @Test(arguments: 0..<16 as Range<UInt64>)
  func edgesAddUpToTheOutputOfTheirLayer(seed: UInt64) throws {
    let ranges: [ClosedRange<Double>] = [-1...1, -0.5...2, 0...0.1]
    let network = KAN(
      inputs: 3, hidden: [], outputs: 1, grid: 4, order: Int(seed % 5) + 1, ranges: [ranges])
    let parameters = moved(network, seed: seed)
    let layer = curves(network, parameters, strongest: 9)[0]
    #expect(layer.kind == .splines(edges: 3) && layer.layer == "layer0")
    #expect(Set(layer.curves.map(\.name)) == ["1 → 1", "2 → 1", "3 → 1"])
    let ordered = layer.curves.sorted { $0.name < $1.name }
    #expect(ordered.map(\.grid) == ranges)
    for (curve, range) in zip(ordered, ranges) {
      let margin = (range.upperBound - range.lowerBound) / 4
      expectClose(curve.x[0], range.lowerBound - margin, absolute: 1e-14)
      expectClose(curve.x[240], range.upperBound + margin, absolute: 1e-14)
    }
    let tape = Tape(parameters, differentiates: false)
    let x = (0..<241).flatMap { k in ordered.map { $0.x[k] } }
    let y = tape.value(of: network(tape.input(Tensor(x, shape: [241, 3])), on: tape)).elements
    expectClose(
      (0..<241).map { k in ordered.reduce(0) { $0 + $1.values[k] } }, y, absolute: 1e-12)
  }

  @Test func theStrongestEdgeOfEachInputIsFoundAndStandsInOrder() {
    let network = KAN(inputs: 3, hidden: [], outputs: 4)
    var parameters = Parameters<Double>(network.layout)
    let base = network.layers[0].base
    for (edge, weight) in [(0, 0.5), (2, -2), (4 + 1, 3), (4 + 3, 2.9), (8 + 0, 1)] {
      parameters.values[base.offset + edge] = weight
    }
    let names = { (count: Int) in
      curves(network, parameters, strongest: count)[0].curves.map(\.name)
    }
    #expect(names(6) == ["2 → 2", "1 → 3", "3 → 1"])
    #expect(names(2) == ["2 → 2", "1 → 3"])
    #expect(names(0) == [])
  }
}
