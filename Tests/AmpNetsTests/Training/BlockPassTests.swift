import AmpNets
import TestSupport
import Testing

/// Points that go through a network block by block.
@Suite struct BlockPassTests {
  private let networks: [any Network] = [
    MLP(inputs: 8, hidden: [20, 16], outputs: 1, activation: .gelu),
    MLP(inputs: 8, hidden: [20, 16], outputs: 1, activation: .relu),
    DeepSets(types: [0, 1], hidden: [12, 12], embedding: 6, outputs: 1, activation: .tanh),
    KAN(inputs: 8, hidden: [5], outputs: 1, grid: 4, order: 3),
  ]

  @Test(arguments: [0, 1, 5, 32, 33, 64, 100])
  func blocksHaveTheGradientOfAllPointsAtOnce(points: Int) {
    let data: TrainingSet<Double> = trainingSet(100, width: 8, seed: 4)
    let order = (0..<Int32(points)).map { 37 * $0 % 100 }
    for network in networks {
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
    // 1088 + 1088 bytes a point and layer, and their gradients: beyond 14 MB there are fewer points.
    func deep(_ layers: Int) -> MLP {
      MLP(
        inputs: 8, hidden: [Int](repeating: 128, count: layers), outputs: 1, activation: .gelu)
    }
    #expect(rows(5000, deep(30), Double.self) == 128)
    #expect(rows(5000, deep(60), Double.self) == 64)
    #expect(rows(5000, deep(200), Double.self) == 32)
    #expect(rows(5000, deep(60), Float.self) == 128)
  }
}
