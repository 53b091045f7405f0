import AmpNets
import TestSupport
import Testing

struct DeepSetsTests {
  private func options(types: [Int]? = nil) -> Architecture.Options {
    Architecture.Options(activation: .gelu, outputs: 2, types: types)
  }

  @Test func parametersAreAsManyAsInThePaper() throws {
    let two = [0, 0, 1, 1, 0]
    #expect(try Architecture.deepSets.build(options(types: two), 20).layout.count == 158_210)
    #expect(try Architecture.deepSets.build(options(), 20).layout.count == 200_130)
    #expect(try Architecture.deepSetsI.build(options(types: two), 30).layout.count == 159_490)
    #expect(try Architecture.deepSetsI.build(options(), 30).layout.count == 201_410)
  }

  @Test func anyNumberOfParticlesHasTypes() throws {
    #expect(DeepSets.types(particles: 5) == [0, 0, 1, 1, 2])
    #expect(DeepSets.types(particles: 4) == [0, 0, 1, 1])
    #expect(DeepSets.types(particles: 7) == [0, 0, 1, 1, 1, 1, 2])
    for n in 2..<9 {
      #expect(try Architecture.deepSets.build(options(), 4 * n).inputs == 4 * n)
      let width = 4 * n + n * (n - 1) / 2
      #expect(try Architecture.deepSetsI.build(options(), width).inputs == width)
    }
  }

  /// Exchanging the photons is the same as exchanging their columns of the main network's first
  /// weights: the embedding is shared, its place is not.
  @Test(arguments: 0..<64 as Range<UInt64>)
  func exchangingParticlesOfATypeExchangesTheirEmbeddings(seed: UInt64) throws {
    let network = DeepSets(
      types: [0, 0, 1, 1, 2], extra: 2, hidden: [6, 6], embedding: 3, outputs: 2,
      activation: .gelu)
    var parameters: Parameters<Double> = network.initialParameters(seed: seed)
    var rng = Philox(seed: seed, purpose: .other)
    let x = (0..<4 * 22).map { _ in rng.normal() }
    var exchanged = x
    for row in 0..<4 {
      for j in 0..<4 { exchanged.swapAt(22 * row + 8 + j, 22 * row + 12 + j) }
    }
    let none = [Double](repeating: 0, count: 8)
    func output(_ x: [Double]) -> [Double] {
      NetworkGradients<Double>(network, parameters.values, x: x, cotangent: none).output
    }
    let before = output(x)
    #expect(before != output(exchanged))
    let first = try #require(network.layout.views.first { $0.name == "layer0.weight" })
    for j in 0..<3 * first.columns {
      parameters.values.swapAt(
        first.offset + 6 * first.columns + j, first.offset + 9 * first.columns + j)
    }
    expectClose(output(exchanged), before, absolute: 1e-13)
  }

  @Test func sharedNetworksSeeMomentaOnOneScale() throws {
    var rng = Philox(seed: 3, purpose: .other)
    let massless = (0..<250).flatMap { i in
      let p = (0..<3).map { _ in Double(20 + i % 5) * rng.normal() }
      return [(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]).squareRoot()] + p
    }
    let momenta = Momenta(massless, particles: 5)
    let map = try FeatureMap(
      FeatureSets.named("particles+invariants"), process: .diphotonGluon, fittedTo: momenta)
    let separate = try FeatureMap(
      FeatureSets.named("momenta+invariants"), process: .diphotonGluon, fittedTo: momenta)
    let x: [Double] = try map(momenta)
    for component in 0..<4 {
      let columns = (0..<5).map { 4 * $0 + component }
      #expect(Set(columns.map { map.mean[$0] }).count == 1)
      #expect(Set(columns.map { map.scale[$0] }).count == 1)
      #expect(Set(columns.map { separate.scale[$0] }).count == 5)
      let all = (0..<50).flatMap { row in columns.map { x[30 * row + $0] } }
      let mean = all.reduce(0, +) / 250
      expectClose(mean, 0, absolute: 1e-12)
      expectClose(all.reduce(0) { $0 + $1 * $1 } / 250, 1, relative: 1e-12)
    }
    #expect(Array(map.mean[20...]) == Array(separate.mean[20...]))
    #expect(Array(map.scale[20...]) == Array(separate.scale[20...]))
  }

  @Test func unusableFeaturesAndTypesAreRefused() {
    #expect(throws: AmpError.self) { try Architecture.deepSets.build(options(), 9) }
    #expect(throws: AmpError.self) { try Architecture.deepSetsI.build(options(), 20) }
    for types in [[0, 0, 1, 1], [0, 0, 2, 2, 0], [0, 0, -1, 1, 0]] {
      #expect(throws: AmpError.self) {
        try Architecture.deepSets.build(options(types: types), 20)
      }
    }
  }
}
