import AmpNets
import AmpUncertainty

/// Times training steps of the architecture that the request names, in its usual size.
///
/// A name like `mlp_gelu` sets the activation, too; `bayesian`, `ensemble16` and `repulsive16` are an
/// MLP with GELU whose weights have a posterior, and 16 of them without or with repulsion. A step is what `Trainer`
/// makes of it: gather the points, forward, heteroscedastic loss, backward, update. The first of the
/// epochs of 64 steps on random points warms up; the order drawn for each epoch and the loss of 128
/// validation points after it are included.
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
  let method = method(named: request.model)
  let model = method == nil ? request.model : "mlp_gelu"
  let words = model.split(separator: "_", maxSplits: 1).map(String.init)
  let architecture = try Architecture(named: words.first ?? "")
  let activation =
    try words.count > 1 ? LayerActivation(parsing: words[1]) : architecture.activation

  // An epoch takes a fraction of a second, also where a batch is small and its step takes long.
  let data = try randomPoints(
    min(points, 64 * request.batch), features: architecture.features, as: S.self)
  let width = data.inputs.count / data.targets.count
  let few = TrainingSet(
    inputs: Array(data.inputs.prefix(128 * width)), targets: Array(data.targets.prefix(128)))
  let objective = HeteroscedasticGaussian()
  let network = try architecture.build(
    Architecture.Options(
      hidden: architecture.hidden, activation: activation, outputs: objective.outputs), width)
  var options = TrainingOptions(
    epochs: 1_000_000, batch: request.batch, optimizer: optimizer, schedule: .constant)
  options.shards = request.shards ?? options.shards
  let trainer = Trainer<S>(
    network, objective: objective, options: options, method: method ?? .deterministic)

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

/// The method that a name like `bayesian` or `repulsive16` stands for; nil for an architecture.
private func method(named name: String) -> UncertaintyMethod? {
  if name == "bayesian" { return .bayesian() }
  let kind = name.prefix { !$0.isNumber }
  guard let members = Int(name.dropFirst(kind.count)) else { return nil }
  switch kind {
  case "ensemble": return .ensemble(members: members)
  case "repulsive": return .repulsive(members: members)
  default: return nil
  }
}

private struct TimeIsUp: Error {}
