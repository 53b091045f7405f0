import AmpCore
import Testing

@Suite struct TensorTests {
  @Test func lastAxisRunsFastest() {
    var tensor = Tensor<Double>([0, 1, 2, 3, 4, 5], shape: [2, 3])
    #expect(tensor[0, 2] == 2 && tensor[1, 0] == 3)
    tensor[1, 2] = 7
    #expect(tensor.elements == [0, 1, 2, 3, 4, 7])
    #expect(tensor.reshaped([3, 2])[2, 1] == 7)
    #expect(Tensor<Float>([4], shape: []).elements == [4])
    #expect(Tensor<Double>([0.1], shape: [1]).converted(to: Float.self).elements == [0.1 as Float])
  }

  @Test func viewsLieBehindOneAnother() {
    var layout = ParameterLayout()
    let w = layout.add("w", rows: 2, columns: 3)
    let b = layout.add("b", rows: 1, columns: 3)
    #expect(w.range == 0..<6 && b.range == 6..<9 && layout.count == 9 && b.index == 1)
    var parameters = Parameters<Float>(layout, values: (0..<9).map { Float($0) })
    #expect(parameters[b] == Tensor([6, 7, 8], shape: [1, 3]))
    parameters[w] = Tensor(repeating: 1, shape: [2, 3])
    #expect(parameters.values == [1, 1, 1, 1, 1, 1, 6, 7, 8])
    #expect(parameters.converted(to: Double.self).values == [1, 1, 1, 1, 1, 1, 6, 7, 8])
  }

  @Test func activationsAreFoundByTheirNames() {
    for (name, value) in Activation.named {
      #expect(Activation(named: name) == value && value.name == name)
    }
    #expect(Activation(named: "relu6") == nil)
    #expect(Activation.leakyReLU(slope: 0.2).name == "leaky-relu")
  }

  @Test func elementsThatDoNotFitTheShapeTrap() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>([1, 2, 3], shape: [2, 2]) }
  }

  @Test func indicesOutsideTheShapeTrap() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>(shape: [2, 2])[0, 2] }
  }

  @Test func parametersOfTheSameNameTrap() async {
    await #expect(processExitsWith: .failure) {
      var layout = ParameterLayout()
      _ = layout.add("w", rows: 1, columns: 1)
      _ = layout.add("w", rows: 1, columns: 1)
    }
  }

  @Test func valuesThatDoNotFitTheLayoutTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Parameters<Float>(ParameterLayout(), values: [1])
    }
  }
}
