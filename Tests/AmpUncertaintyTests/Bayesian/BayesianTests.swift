import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// What a Bayesian network consists of, and which options and architectures are refused.
@Suite struct BayesianTests {
  func network(_ hidden: [Int] = [128, 128, 128]) -> MLP {
    MLP(inputs: 20, hidden: hidden, outputs: 2, activation: .relu)
  }

  @Test func parametersOfThePaperNetworkAreCounted() {
    #expect(Bayesian().layout(for: network()).count == 71_554)
    #expect(Bayesian(layers: .last).layout(for: network()).count == 35_970 + 256)
  }

  @Test func everyWeightAndNoBiasHasAVariance() throws {
    let sets = try Architecture(named: "dsi").build(
      Architecture.Options(hidden: [8, 8], activation: .gelu, outputs: 2), 30)
    let layout = Bayesian().layout(for: sets)
    for view in sets.layout.views {
      #expect((layout.logVariance(of: view) != nil) == view.name.hasSuffix(".weight"))
    }
    #expect(Array(layout.views.prefix(sets.layout.views.count)) == sets.layout.views)
  }

  /// Means of width 1/√inputs, ln σ² near −9, biases zero, the head's second column a tenth.
  @Test func initialParametersAreThoseOfTheReferenceLayers() {
    let trainer = Trainer<Double>(
      network(), objective: HeteroscedasticGaussian(), options: TrainingOptions(epochs: 0),
      method: Bayesian())
    let start = trainer.start().parameters
    for layer in network().layers {
      let values = start[layer.weight].elements
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      expectClose(square, 1 / Double(layer.weight.rows), relative: 0.12)
      #expect(start[layer.bias].elements.allSatisfy { $0 == 0 })
    }
    let head = start[network().head.weight].elements
    let columns = (0..<2).map { j in
      stride(from: j, to: head.count, by: 2).reduce(0.0) { $0 + head[$1] * head[$1] }
    }
    expectClose(columns[1], 0.01 * columns[0], relative: 0.5)
    let logVariances = start.values.suffix(71_554 - 35_970)
    #expect(logVariances.allSatisfy { abs($0 + 9) < 0.01 } && Set(logVariances).count > 1000)
  }

  @Test func depthChoosesTheLayersUnlessTheUserDoes() throws {
    func layers(_ depth: Int, _ name: String? = nil) throws -> UncertaintyMethod {
      var options = UncertaintyOptions()
      options.bayesianLayers = name
      return try UncertaintyChoice(named: "bayesian")
        .resolve(options, hidden: [Int](repeating: 8, count: depth)).1
    }
    #expect(try layers(3) == .bayesian(layers: .all))
    #expect(try layers(4) == .bayesian(layers: .last))
    #expect(try layers(4, "all") == .bayesian(layers: .all))
    #expect(try layers(1, "last") == .bayesian(layers: .last))
    #expect(throws: AmpError.self) { try layers(3, "first") }
  }

  @Test(arguments: ["bayesian", "laplace"])
  func impossibleNumbersAreRefused(name: String) throws {
    let choice = try UncertaintyChoice(named: name)
    func place(_ set: (inout UncertaintyOptions) -> Void) -> String? {
      var options = UncertaintyOptions()
      set(&options)
      do {
        _ = try choice.resolve(options, hidden: [8])
        return nil
      } catch { return (error as? AmpError)?.place }
    }
    for samples in [0, -1, Int.min] { #expect(place { $0.samples = samples } == "--samples") }
    for width in [0, -1, .nan, .infinity, 1e-200, 1e200] {
      #expect(place { $0.priorWidth = width } == "--prior-width", "\(width)")
    }
    #expect(place { $0.members = 3 } == "--members")
    #expect(place { ($0.samples, $0.priorWidth) = (1, 0.1) } == nil)
  }

  @Test func architecturesWithoutDenseLayersAreRefused() throws {
    func check(_ architecture: String, _ method: UncertaintyMethod) throws {
      var fit = try Fit(architecture: architecture)
      (fit.method, fit.refitsHead, fit.finishing) = (method, false, .none)
      _ = try fit.network(features: FeatureSets.named(fit.features).width(particles: 5))
    }
    for method in [UncertaintyMethod.bayesian(), .bayesian(layers: .last), .laplace()] {
      #expect(throws: AmpError.self) { try check("kan", method) }
      for name in ["mlp", "mlp-i", "ds", "dsi", "groupkan"] { try check(name, method) }
    }
    for name in ["lgatr", "lgatr-slim"] {
      #expect(throws: AmpError.self) { try check(name, .bayesian()) }
      try check(name, .bayesian(layers: .last))
      try check(name, .laplace())
    }
  }

  @Test func drawnNetworksDependOnSampleAndSeedOnly() {
    let network = network([6])
    var stored = Parameters<Float>(Bayesian().layout(for: network))
    for i in stored.values.indices { stored.values[i] = Float(i % 7) - 5 }
    func draw(_ sample: Int, seed: UInt64 = 0) -> [Float] {
      Bayesian(seed: seed).network(sample, from: stored, of: network).values
    }
    #expect(draw(3) == draw(3) && draw(3) != draw(4) && draw(3) != draw(3, seed: 1))
    for i in network.layers[0].bias.range { #expect(draw(3)[i] == stored.values[i]) }
    let middle = Bayesian().meanNetwork(from: stored, of: network)
    #expect(middle?.values == Array(stored.values.prefix(network.layout.count)))
  }

  func expectDrawn<S: Scalar>(_: S.Type) {
    let (network, method) = (network([6, 5]), Bayesian(seed: 3))
    var random = Philox(seed: 1, purpose: .other)
    let layout = method.layout(for: network)
    let stored = Parameters<S>(layout, values: (0..<layout.count).map { _ in S(random.normal()) })
    let draw = method.networks(from: stored, of: network)
    for sample in [5, 0] {
      var expected = Array(stored.values.prefix(network.layout.count))
      var stream = NormalStream(seed: 3, purpose: .posterior, member: UInt32(sample))
      for view in network.layout.views {
        guard let logVariance = layout.logVariance(of: view) else { continue }
        for (i, xi) in stream.next(view.count, as: S.self).enumerated() {
          let sigma = exp(0.5 * Double(stored.values[logVariance.offset + i]))
          expected[view.offset + i] += S(sigma * Double(xi))
        }
      }
      #expect(draw(sample).values == expected, "\(S.precisionName), network \(sample)")
      #expect(method.network(sample, from: stored, of: network).values == expected)
    }
  }

  /// To the last bit: a model must predict the same with every version.
  @Test func drawnWeightsAreMeansPlusDeviationsTimesNoise() {
    expectDrawn(Float.self)
    expectDrawn(Double.self)
  }

  @Test func methodsSurviveTheirFiles() throws {
    for method in [
      UncertaintyMethod.bayesian(layers: .last, priorWidth: 0.25, samples: 128, seed: 4),
      .laplace(priorWidth: 2, samples: 5, seed: 3),
    ] {
      let data = try JSONEncoder().encode(method)
      #expect(try JSONDecoder().decode(UncertaintyMethod.self, from: data) == method)
    }
  }
}
