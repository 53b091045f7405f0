import AmpUncertainty
import TestSupport
import Testing

/// Ensembles with all terms of their loss against PyTorch in Double.
@Suite struct EnsembleReferenceTests {
  private let reference: ReferenceTensors
  private let network = MLP(inputs: 6, hidden: [8, 8], outputs: 2, activation: .gelu)

  init() throws { reference = try ReferenceTensors("ensemble_reference.safetensors") }

  static let cases: [(name: String, method: any EnsembleMethod)] = [
    ("plain", Ensemble(members: 3)),
    ("prior", Ensemble(members: 3, priorWidth: 0.3)),
    ("function", RepulsiveEnsemble(members: 3, beta: 3, space: .function, priorWidth: 0.5)),
    ("weights", RepulsiveEnsemble(members: 3, beta: 2, space: .weights, priorWidth: 1)),
    ("paper", RepulsiveEnsemble(members: 3, beta: 1, space: .function, priorWidth: 1)),
  ]

  private func parameters(_ prefix: String, _ method: any EnsembleMethod) -> Parameters<Double> {
    let layout = method.layout(for: network)
    return Parameters(
      layout, values: layout.views.flatMap { reference["\(prefix)/\($0.name)"] })
  }

  private func trainer(_ method: any EnsembleMethod, epochs: Int) -> Trainer<Double> {
    Trainer(
      network, objective: HeteroscedasticGaussian(),
      options: TrainingOptions(epochs: epochs, batch: 17, rate: 1e-3, schedule: .constant),
      method: method)
  }

  private func run(_ method: any EnsembleMethod, epochs: Int) throws -> TrainingState<Double> {
    let trainer = trainer(method, epochs: epochs)
    var start = trainer.start()
    start.parameters = parameters("start", method)
    let data = TrainingSet<Double>(inputs: reference["x"], targets: reference["y"])
    return try trainer.run(from: start, training: data, validation: data, threads: 2)
  }

  /// Adam's first moment after one step is (1 − β₁) times the gradient.
  @Test(arguments: cases.indices)
  func gradientsAgree(index: Int) throws {
    let (name, method) = EnsembleReferenceTests.cases[index]
    let state = try run(method, epochs: 1)
    let moments = try (0..<method.members).flatMap {
      try #require(state.optimizer["optimizer.member\($0)/m"])
    }
    let expected = parameters("\(name)/gradient", method).values
    let largest = expected.map { abs($0) }.max() ?? 0
    expectClose(moments.map { $0 / 0.1 }, expected, absolute: 1e-12 * largest, name)
  }

  @Test(arguments: cases.indices)
  func lossesAndWeightsAgreeOverTwentyFiveSteps(index: Int) throws {
    let (name, method) = EnsembleReferenceTests.cases[index]
    let state = try run(method, epochs: 25)
    expectClose(
      state.history.map(\.training), reference["\(name)/losses"], relative: 1e-10, name)
    expectClose(
      state.parameters.values, parameters("\(name)/final", method).values, absolute: 1e-10, name)
  }
}
