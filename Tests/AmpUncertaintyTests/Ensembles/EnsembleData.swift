import AmpUncertainty
import Foundation

/// Points x of `width` normal deviates with y = tanh(x₁ + x₂ …) + 0.1 noise.
func normalPoints<S: Scalar>(
  _ count: Int, width: Int = 4, seed: UInt64, as _: S.Type = S.self
) -> TrainingSet<S> {
  var random = Philox(seed: seed, purpose: .other)
  var (inputs, targets) = ([S](), [Double]())
  for _ in 0..<count {
    let x = (0..<width).map { _ in random.normal() }
    inputs += x.map { S($0) }
    targets.append(tanh(x.reduce(0, +)) + 0.1 * random.normal())
  }
  return TrainingSet(inputs: inputs, targets: targets)
}

/// A trainer of 4-12-8 networks with batches of 100 points, by default in 7 shards, the last one
/// smaller.
func ensembleTrainer<S: Scalar>(
  _ method: any LearningMethod, objective: any Objective = HeteroscedasticGaussian(),
  optimizer: OptimizerChoice = .adam, epochs: Int = 5, batch: Int = 100, shards: Int = 7,
  ranks: any Ranks = SingleRank(), as _: S.Type = S.self
) -> Trainer<S> {
  var options = TrainingOptions(
    epochs: epochs, batch: batch, optimizer: optimizer, schedule: .oneCycle, weightDecay: 1e-3,
    seed: 7)
  options.shards = shards
  return Trainer(
    MLP(inputs: 4, hidden: [12, 8], outputs: objective.outputs, activation: .gelu),
    objective: objective, options: options, method: method, ranks: ranks)
}
