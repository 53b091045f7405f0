import AmpNets
import TestSupport
import Testing

/// Many points forward, in blocks, on several threads.
@Suite struct EvaluatorTests {
  static let names = ["mlp", "groupkan", "dsi", "kan", "lgatr-slim"]

  /// A small network, its parameters for two seeds, and the features of points.
  func small(
    _ name: String, points: Int
  ) throws -> (network: any Network, first: Parameters<Float>, second: Parameters<Float>, [Float]) {
    let architecture = try Architecture(named: name)
    let width = try FeatureSets.named(architecture.features).width(particles: 5)
    let network = try architecture.build(
      .init(hidden: [9, 6], activation: architecture.activation, outputs: 2), width)
    var random = Philox(seed: 4, purpose: .other)
    let inputs = (0..<points * width).map { i in
      // Energies above the momenta, for architectures that need them.
      Float(i % 4 == 0 ? 4 + random.uniform() : random.normal() / 2)
    }
    return (
      network, network.initialParameters(seed: 1), network.initialParameters(seed: 2), inputs
    )
  }

  @Test(arguments: names)
  func aBlockHasTheSameBitsEveryTime(name: String) throws {
    let (block, width) = (Evaluator<Float>.block, 5)
    let (network, first, second, inputs) = try small(name, points: width * block + 17)
    let row = network.inputs
    func blocks(_ parameters: Parameters<Float>) -> [Double] {
      stride(from: 0, to: inputs.count, by: block * row).flatMap { start in
        let some = Array(inputs[start..<min(inputs.count, start + block * row)])
        return Evaluator(network, parameters, crew: Crew(threads: 1))(some)
      }
    }
    for threads in 1...2 {
      let crew = Crew(threads: threads)
      let evaluator = Evaluator(
        network, PackedParameters(first), crew: crew, isFixed: true)
      let expected = blocks(first)
      for time in 1...3 {
        let isSame = evaluator(inputs) == expected
        #expect(isSame, "\(threads) threads, time \(time)")
      }
      evaluator.use(PackedParameters(second))
      let isOther = evaluator(inputs) == blocks(second)
      #expect(isOther, "\(threads) threads, with other weights")
    }
  }

  /// The folded splines of a KAN are computed once per pass from weights that may have changed.
  @Test(arguments: names)
  func weightsThatAreUpdatedAreSeen(name: String) throws {
    let (network, first, second, inputs) = try small(name, points: 4 * Evaluator<Float>.block)
    let packed = PackedParameters(first)
    let evaluator = Evaluator(network, packed, crew: Crew(threads: 1))
    _ = evaluator(inputs)
    packed.update(second.values)
    let isSame = evaluator(inputs) == Evaluator(network, second, crew: Crew(threads: 1))(inputs)
    #expect(isSame)
  }
}
