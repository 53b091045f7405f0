import AmpCore
import TestSupport
import Testing

@Suite struct TapeTests {
  @Test func smallCaseIsExact() {
    // y = relu(x·W + b) with x = (1 2), W = (1 −1; 3 −2), b = (0.5 1): (7.5, 0).
    var layout = ParameterLayout()
    let weight = layout.add("w", rows: 2, columns: 2)
    let bias = layout.add("b", rows: 1, columns: 2)
    let tape = Tape(Parameters<Double>(layout, values: [1, -1, 3, -2, 0.5, 1]))
    let x = tape.input(Tensor([1, 2], shape: [1, 2]), needsGradient: true)
    let y = tape.dense(x, weight: weight, bias: bias, activation: .relu)
    #expect(tape.value(of: y) == Tensor([7.5, 0], shape: [1, 2]))
    tape.setGradient(Tensor([2, 5], shape: [1, 2]), of: y)
    #expect(tape.backward(from: y).values == [2, 0, 4, 0, 2, 0])
    #expect(tape.gradient(of: x).elements == [2, 6])
  }

  @Test func parametersThatAreNotUsedHaveZeroGradient() {
    var layout = ParameterLayout()
    let used = layout.add("used", rows: 2, columns: 2)
    let unused = layout.add("unused", rows: 3, columns: 2)
    let tape = Tape(Parameters<Float>(layout, values: [Float](repeating: 1, count: 10)))
    let x = tape.input(Tensor(repeating: 1, shape: [4, 2]))
    let y = tape.dense(x, weight: used, bias: nil)
    tape.setGradient(Tensor(repeating: 1, shape: [4, 2]), of: y)
    var gradients = [Float](repeating: .nan, count: 10)
    gradients.withUnsafeMutableBufferPointer {
      if let memory = $0.baseAddress { tape.backward(from: y, parameterGradients: memory) }
    }
    #expect(Array(gradients[used.range]) == [4, 4, 4, 4])
    #expect(gradients[unused.range].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [0, 1, 3, 64, 1000])
  func stepsOfFixedShapeAllocateNothingAfterTheFirst(rows: Int) {
    var layout = ParameterLayout()
    let first = layout.add("w", rows: 5, columns: 128)
    let second = layout.add("v", rows: 128, columns: 7)
    let tape = Tape(Parameters<Float>(layout))
    let data = Tensor<Float>(repeating: 1, shape: [rows, 5])
    func step() {
      tape.reset()
      let x = tape.input(data, needsGradient: true)
      let hidden = tape.dense(x, weight: first, bias: nil, activation: .gelu)
      let y = tape.dense(tape.multiply(hidden, hidden), weight: second, bias: nil)
      tape.setGradient(Tensor(repeating: 1, shape: [rows, 7]), of: y)
      _ = tape.backward(from: y)
    }
    step()
    tape.reset()  // joins the memory of the first step
    let allocations = tape.allocations
    for _ in 0..<5 { step() }
    #expect(tape.allocations == allocations)
  }

  /// An empty batch is a batch: its gradients are zero.
  @Test func noPointsGiveZeroGradients() {
    var layout = ParameterLayout()
    let weight = layout.add("w", rows: 3, columns: 2)
    let bias = layout.add("b", rows: 1, columns: 2)
    let tape = Tape(Parameters<Double>(layout))
    let y = tape.dense(
      tape.input(Tensor(shape: [0, 3])), weight: weight, bias: bias, activation: .gelu)
    #expect(tape.value(of: y).elements.isEmpty)
    tape.setGradient(Tensor(shape: [0, 2]), of: y)
    var gradients = [Double](repeating: .nan, count: 8)
    gradients.withUnsafeMutableBufferPointer {
      if let memory = $0.baseAddress { tape.backward(from: y, parameterGradients: memory) }
    }
    #expect(gradients == [Double](repeating: 0, count: 8))
  }

  @Test func inputsThatAreNoMatricesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Tape(Parameters<Float>(ParameterLayout())).input(Tensor<Float>(shape: [3]))
    }
  }

  @Test func weightsThatDoNotFitTheFeaturesTrap() async {
    await #expect(processExitsWith: .failure) {
      var layout = ParameterLayout()
      let weight = layout.add("w", rows: 3, columns: 2)
      let tape = Tape(Parameters<Float>(layout))
      _ = tape.dense(tape.input(Tensor(shape: [5, 4])), weight: weight, bias: nil)
    }
  }

  @Test func biasesThatDoNotFitTheWeightsTrap() async {
    await #expect(processExitsWith: .failure) {
      var layout = ParameterLayout()
      let weight = layout.add("w", rows: 4, columns: 2)
      let bias = layout.add("b", rows: 1, columns: 3)
      let tape = Tape(Parameters<Float>(layout))
      _ = tape.dense(tape.input(Tensor(shape: [5, 4])), weight: weight, bias: bias)
    }
  }

  @Test func sumsOfDifferentShapesTrap() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape(Parameters<Float>(ParameterLayout()))
      _ = tape.add(tape.input(Tensor(shape: [2, 3])), tape.input(Tensor(shape: [3, 2])))
    }
  }

  @Test func productsOfDifferentShapesTrap() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape(Parameters<Float>(ParameterLayout()))
      _ = tape.multiply(tape.input(Tensor(shape: [2, 3])), tape.input(Tensor(shape: [2, 4])))
    }
  }

  @Test func concatenationsOfDifferentRowsTrap() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape(Parameters<Float>(ParameterLayout()))
      _ = tape.concatenate(tape.input(Tensor(shape: [2, 3])), tape.input(Tensor(shape: [3, 3])))
    }
  }

  @Test func columnsOutsideTheMatrixTrap() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape(Parameters<Float>(ParameterLayout()))
      _ = tape.columns(2..<4, of: tape.input(Tensor(shape: [2, 3])))
    }
  }

  @Test func gradientsOfAnotherShapeTrap() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape(Parameters<Float>(ParameterLayout()))
      let x = tape.input(Tensor(shape: [2, 3]), needsGradient: true)
      tape.setGradient(Tensor(shape: [3, 2]), of: x)
    }
  }

  @Test func goingBackWithoutDifferentiationTraps() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape(Parameters<Float>(ParameterLayout()), differentiates: false)
      _ = tape.backward(from: tape.input(Tensor(shape: [2, 3])))
    }
  }

  @Test func gradientsOfWhatWasComputedTrap() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape(Parameters<Float>(ParameterLayout()))
      let x = tape.input(Tensor(shape: [2, 3]), needsGradient: true)
      let y = tape.add(x, x)
      _ = tape.backward(from: y)
      _ = tape.gradient(of: y)
    }
  }
}
