import AmpNets
import TestSupport
import Testing

/// Points that go through a network block by block.
@Suite struct BlockPassTests {
  private static let small = LorentzWidth(blocks: 1, channels: 2, scalars: 4, heads: 2)
  private static let networks: [any Network] = [
    MLP(inputs: 8, hidden: [20, 16], outputs: 1, activation: .gelu),
    MLP(inputs: 8, hidden: [20, 16], outputs: 1, activation: .relu),
    DeepSets(types: [0, 1], hidden: [12, 12], embedding: 6, outputs: 1, activation: .tanh),
    KAN(inputs: 8, hidden: [5], outputs: 1, grid: 4, order: 3),
    MLP(inputs: 8, hidden: [16, 16], outputs: 1, activation: .rational(groups: 4)),
    LGATr(particles: 5, width: small, outputs: 1),
    LGATrSlim(particles: 5, width: small, outputs: 1),
  ]

  @Test(arguments: [0, 1, 5, 32, 33, 64, 100])
  func blocksHaveTheGradientOfAllPointsAtOnce(points: Int) {
    let order = (0..<Int32(points)).map { 37 * $0 % 100 }
    for network in BlockPassTests.networks {
      let data: TrainingSet<Double> = trainingSet(100, width: network.inputs, seed: 4)
      let parameters = PackedParameters(network.initialParameters(seed: 2, as: Double.self))
      func differentiate(rows: Int) -> (loss: Double, gradient: [Double]) {
        let pass = BlockPass(network, SquaredError(), parameters, rows: rows)
        // What stood there before does not matter.
        var gradient = [Double](repeating: 7, count: network.layout.count + 32)
        let loss = order.withUnsafeBufferPointer {
          pass.differentiate($0, of: data, with: parameters, weight: 0.3, gradient: &gradient)
        }
        return (loss, Array(gradient.prefix(network.layout.count)))
      }
      let whole = differentiate(rows: 100)
      #expect(points == 0 || whole.loss > 0 && whole.gradient.contains { $0 != 0 })
      for rows in [1, 32, 33, 99] {
        let blocks = differentiate(rows: rows)
        expectClose(blocks.loss, whole.loss, relative: 1e-13)
        expectClose(blocks.gradient, whole.gradient, absolute: 1e-12, "\(network), \(rows)")
      }
    }
  }

  @Test func blocksAreSmallerForNetworksThatKeepMore() {
    func rows<S: Scalar>(_ points: Int, _ network: any Network, _: S.Type) -> Int {
      BlockPass.rows(
        of: points, network, SquaredError(),
        PackedParameters(network.initialParameters(seed: 1, as: S.self)))
    }
    let perceptron = MLP(inputs: 8, hidden: [128, 128], outputs: 1, activation: .gelu)
    #expect(rows(0, perceptron, Float.self) == 1)
    #expect(rows(7, perceptron, Float.self) == 7)
    #expect(rows(127, perceptron, Double.self) == 127)
    #expect(rows(5000, perceptron, Double.self) == 128)
    #expect(rows(5000, KAN(inputs: 8, outputs: 2), Float.self) == 128)
    #expect(rows(5000, KAN(inputs: 8, outputs: 2), Double.self) == 64)
    // 128 points keep 7 MB in double precision.
    let sets = DeepSets(
      types: DeepSets.types(particles: 5), extra: 10, outputs: 2, activation: .fixed(.gelu))
    #expect(rows(5000, sets, Float.self) == 128)
    #expect(rows(5000, sets, Double.self) == 64)
    #expect(rows(5000, LGATr(particles: 5, width: .lgatr, outputs: 2), Float.self) == 32)
    #expect(rows(20, LGATr(particles: 5, width: .lgatr, outputs: 2), Float.self) == 20)
    // 60 layers keep 60 × 2 × 2112 bytes of a point, 128 points 32 MB; but 60 × 256² weights take 31 MB.
    let deep = [Int](repeating: 256, count: 60)
    #expect(
      rows(5000, MLP(inputs: 8, hidden: deep, outputs: 1, activation: .gelu), Double.self) == 128)
    // Narrow layers have few weights.
    let narrow = [Int](repeating: 16, count: 300)
    #expect(
      rows(5000, MLP(inputs: 8, hidden: narrow, outputs: 1, activation: .gelu), Double.self) == 32)
  }
}
