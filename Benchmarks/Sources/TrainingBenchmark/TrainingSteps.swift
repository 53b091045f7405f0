import AmpNets
import AmpUncertainty

/// Milliseconds per training step of a network 20-128-128-128-2, and the steps timed.
///
/// A step is what `Trainer` makes of it: gather the points, forward, heteroscedastic loss,
/// backward, update. The first of the epochs of 65 536 random points warms up; the order drawn for
/// each epoch and the loss of 128 validation points after it are included.
func timeSteps<S: Scalar>(_ request: Request, as type: S.Type) throws -> (Double, Int) {
  let (points, width) = (65536, 20)
  let activations: [String: LayerActivation] = ["mlp_relu": .relu, "mlp_gelu": .gelu]
  guard let activation = activations[request.model] else {
    throw AmpError("there is no model \(request.model)", remedy: "Ask for mlp_relu or mlp_gelu.")
  }
  guard let optimizer = OptimizerChoice(rawValue: request.optimizer) else {
    throw AmpError("there is no optimizer \(request.optimizer)", remedy: "Ask for adam or soap.")
  }
  guard (1...points).contains(request.batch), request.threads > 0 else {
    throw AmpError(
      "no batches of \(request.batch) on \(request.threads) threads",
      remedy: "Ask for batches of 1 to \(points) on at least one thread.")
  }

  var rng = Philox(seed: 1, purpose: .other)
  let data = TrainingSet(
    inputs: (0..<points * width).map { _ in S(rng.normal()) },
    targets: (0..<points).map { _ in rng.normal() })
  let few = TrainingSet(
    inputs: Array(data.inputs.prefix(128 * width)), targets: Array(data.targets.prefix(128)))
  let trainer = Trainer<S>(
    MLP(inputs: width, outputs: 2, activation: activation), objective: HeteroscedasticGaussian(),
    options: TrainingOptions(
      epochs: 1_000_000, batch: request.batch, optimizer: optimizer, schedule: .constant))

  let clock = ContinuousClock()
  var (start, elapsed, epochs) = (clock.now, Duration.zero, -1)
  do {
    _ = try trainer.run(
      from: trainer.start(), training: data, validation: few, threads: request.threads
    ) { event in
      guard case .epoch = event else { return }
      epochs += 1
      if epochs == 0 { start = clock.now }
      elapsed = clock.now - start
      if epochs > 0 && elapsed >= .seconds(request.seconds) { throw TimeIsUp() }
    }
  } catch is TimeIsUp {}
  let steps = epochs * (points / request.batch)
  return (elapsed / .milliseconds(1) / Double(steps), steps)
}

private struct TimeIsUp: Error {}
