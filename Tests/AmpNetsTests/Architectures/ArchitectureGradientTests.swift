import AmpNets
import TestSupport
import Testing

/// Every rule of the tape that these networks added, by finite differences.
struct ArchitectureGradientTests {
  @Test(arguments: 0..<64 as Range<UInt64>)
  func deepSetsHaveTheGradientOfTheirOutput(seed: UInt64) {
    let types = [[0, 0, 1, 1, 2], [0, 1, 0], [0], [1, 0, 0, 1]][Int(seed % 4)]
    expectFiniteDifferences(
      DeepSets(
        types: types, extra: Int(seed % 3), hidden: [6, 5], embedding: 3, outputs: 2,
        activation: seed % 2 == 0 ? .gelu : .rational(groups: 2)), rows: 1 + Int(seed % 5),
      seed: seed)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func rationalActivationsHaveTheGradientOfTheirOutput(seed: UInt64) {
    let start = RationalStart.allCases[Int(seed % 3)]
    // More groups than channels leave some groups without any.
    let groups = [1, 2, 3, 8, 20][Int(seed % 5)]
    expectFiniteDifferences(
      MLP(
        inputs: 3, hidden: [17, 9], outputs: 2,
        activation: .rational(groups: groups, start: start)), rows: 1 + Int(seed % 9),
      seed: seed)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func splinesHaveTheGradientOfTheirOutput(seed: UInt64) {
    let order = 1 + Int(seed % 5)
    expectFiniteDifferences(
      KAN(inputs: 3, hidden: [9], outputs: 2, grid: 1 + Int(seed % 7), order: order),
      rows: 1 + Int(seed % 9), seed: seed, spread: 0.7,
      tolerance: order == 1 ? 1e-5 : 1e-6)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func assembledMatricesPassTheirBlocksOn(seed: UInt64) {
    // y holds x twice and z once, so its gradient comes back summed over the copies.
    var rng = Philox(seed: seed, purpose: .other)
    func matrix(_ rows: Int, _ columns: Int) -> Tensor<Double> {
      Tensor((0..<rows * columns).map { _ in rng.normal() }, shape: [rows, columns])
    }
    let tape = Tape<Double>(Parameters(ParameterLayout()))
    let (x, z) = (matrix(4, 3), matrix(2, 6))
    let (a, b) = (tape.input(x, needsGradient: true), tape.input(z, needsGradient: true))
    var assembly = tape.assembly(rows: 6, columns: 4)
    tape.add(Block(rows: 0..<4, columns: 1..<3), of: a, to: &assembly)
    tape.add(Block(rows: 0..<4, columns: 0..<2, column: 2), of: a, to: &assembly)
    tape.add(Block(rows: 0..<2, columns: 1..<5, row: 4), of: b, to: &assembly)
    let y = tape.finish(assembly)
    let value = tape.value(of: y)
    let cotangent = matrix(6, 4)
    tape.setGradient(cotangent, of: y)
    _ = tape.backward(from: y)
    let (da, db) = (tape.gradient(of: a), tape.gradient(of: b))
    for i in 0..<4 {
      for j in 0..<2 {
        #expect(value[i, j] == x[i, j + 1] && value[i, j + 2] == x[i, j])
      }
      #expect(da[i, 0] == cotangent[i, 2])
      expectClose(da[i, 1], cotangent[i, 0] + cotangent[i, 3], absolute: 1e-15)
      #expect(da[i, 2] == cotangent[i, 1])
    }
    for i in 0..<2 {
      for j in 0..<6 {
        #expect(db[i, j] == (j >= 1 && j < 5 ? cotangent[4 + i, j - 1] : 0))
        if j >= 1 && j < 5 { #expect(value[4 + i, j - 1] == z[i, j]) }
      }
    }
  }
}
