import AmpData
import AmpNets
import AmpUncertainty

/// The Swift of Docs/ComingFromPyTorch.md, in a folder with points.npz.
func comingFromPyTorch() throws {
  // shown
  let points = try AmplitudeTable(contentsOf: "points.npz")
  let (training, validation, _) = try points.split(training: 0.8, validation: 0.2, test: 0, seed: 1)

  let map = try FeatureMap(
    FeatureSets.named("momenta"), process: .diphotonGluon, fittedTo: training.momenta)
  let target = try TargetTransform(.logarithm, fittedTo: training)

  func set(_ table: AmplitudeTable) throws -> TrainingSet<Float> {
    TrainingSet(inputs: try map(table.momenta), targets: try target.targets(of: table))
  }
  // hidden

  // shown
  let network = MLP(inputs: map.width, hidden: [128, 128, 128], outputs: 2, activation: .gelu)
  // hidden

  // shown
  let likelihood = HeteroscedasticGaussian()
  // hidden

  // shown
  let trainer = Trainer<Float>(
    network, objective: likelihood,
    options: TrainingOptions(
      epochs: 20, batch: 1024, optimizer: .adam, rate: 1e-3, schedule: .cosine, seed: 1))
  let state = try trainer.run(
    from: trainer.start(), training: set(training), validation: set(validation), threads: 2
  ) { event in
    if case .epoch(let record, _, _) = event { print(record.epoch, record.validation) }
  }
  // hidden
  try demand(state.history.count == 20, "20 epochs")
  try demand(state.bestLoss < state.history[0].validation, "the loss falls: \(state.history)")

  // shown
  let parameters: Parameters<Float> = network.initialParameters(seed: 1)
  let tape = Tape(parameters)
  let batch = tape.input(Tensor(try map(training.momenta.rows(0..<64)), shape: [64, map.width]))
  let outputs = network(batch, on: tape)
  tape.setGradient(Tensor([Float](repeating: 1, count: 128), shape: [64, 2]), of: outputs)
  let gradient = tape.backward(from: outputs)
  // hidden
  // The gradient of the sum of all outputs by a bias of the head is the number of points.
  let bias = gradient.values[network.head.bias.offset...].prefix(2)
  try demand(bias.allSatisfy { abs($0 - 64) < 1e-3 }, "64, not \(bias)")

  // shown
  var fit = try Fit(.paper, architecture: "mlp", epochs: 20, seed: 1)
  (fit.activation, fit.training.schedule) = (.gelu, .cosine)
  let surrogate = try fit.run(training, validation: validation, threads: 2).surrogate
  try surrogate.write(to: "from-pytorch.safetensors")
  // hidden
}
