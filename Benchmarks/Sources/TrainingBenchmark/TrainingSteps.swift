import AmpNets
import AmpUncertainty

/// Times training steps of the network that the request names.
///
/// A step is what `Trainer` makes of it: gather the points, forward, heteroscedastic loss, backward,
/// update. The first of the epochs of 64 steps on random points warms up; the order drawn for each
/// epoch and the loss of 128 validation points after it are included.
func timeSteps<S: Scalar>(_ request: Request, as type: S.Type) throws -> Answer {
  let points = 65536
  guard let optimizer = OptimizerChoice(rawValue: request.optimizer) else {
    throw AmpError("there is no optimizer \(request.optimizer)", remedy: "Ask for adam or soap.")
  }
  guard (1...points).contains(request.batch), request.threads > 0 else {
    throw AmpError(
      "no batches of \(request.batch) on \(request.threads) threads",
      remedy: "Ask for batches of 1 to \(points) on at least one thread.")
  }
  let parts = try Parts(request.model)
  // An epoch takes a fraction of a second, also where a batch is small and its step takes long.
  let data = try randomPoints(
    request.points ?? min(points, 64 * request.batch), features: parts.architecture.features,
    as: S.self)
  let width = data.inputs.count / data.targets.count
  let few = TrainingSet(
    inputs: Array(data.inputs.prefix(128 * width)), targets: Array(data.targets.prefix(128)))
  let objective = HeteroscedasticGaussian()
  let network = try parts.network(width: width, hidden: request.hidden)
  var options = TrainingOptions(
    epochs: 1_000_000, batch: request.batch, optimizer: optimizer, schedule: .constant)
  options.shards = request.shards ?? options.shards
  let trainer = Trainer<S>(
    network, objective: objective, options: options, method: parts.method)

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
  let steps = epochs * (data.targets.count / request.batch)
  return Answer(
    ms: elapsed / .milliseconds(1) / Double(steps), count: steps,
    parameters: trainer.start().parameters.values.count)
}

private struct TimeIsUp: Error {}
