import AmpData
import AmpNets
import AmpONNX
import AmpUncertainty
import Foundation

/// Times the prediction of a batch: by the networks alone, or from momenta to uncertainties.
///
/// With `features`, a surrogate predicts amplitudes with their uncertainties from momenta, a single
/// point by `PointEvaluator`. Without, features stand ready and the networks are evaluated, all of
/// `ensemble16` and as many as `bayesian50` draws.
func timeInference<S: Scalar>(_ request: Request, as type: S.Type) throws -> Answer {
  let call =
    try request.features
    ? surrogateCall(request) : networkCall(request, as: S.self)
  call()
  // Calls of a microsecond are timed by the thousand.
  let clock = ContinuousClock()
  var between = 1
  while clock.measure({ for _ in 0..<between { call() } }) < .milliseconds(2) { between *= 2 }
  let start = clock.now
  var (elapsed, count) = (Duration.zero, 0)
  repeat {
    for _ in 0..<between { call() }
    count += between
    elapsed = clock.now - start
  } while elapsed < .seconds(request.seconds)
  return Answer(ms: elapsed / .milliseconds(1) / Double(count), count: count)
}

/// Writes the surrogate of the request as an ONNX graph, and points beside it, for peers to time.
func export(_ request: Request) throws -> Answer {
  guard let path = request.path else {
    throw AmpError("there is no path to write to", remedy: "Give one.")
  }
  try Data(surrogate(request).onnx()).write(to: URL(fileURLWithPath: path))
  try points(request).write(to: path + ".npz")
  return Answer()
}

private func points(_ request: Request) throws -> Momenta {
  try DiphotonGenerator().generate(points: request.batch, seed: 2, threads: request.threads)
    .table.momenta
}

private func surrogateCall(_ request: Request) throws -> () -> Void {
  let surrogate = try surrogate(request)
  let points = try points(request)
  if request.batch > 1 {
    return { _ = try? surrogate.predict(points, threads: request.threads) }
  }
  let evaluator = try PointEvaluator(surrogate)
  let workspace = evaluator.workspace()
  let components = points.components
  return {
    components.withUnsafeBufferPointer { momenta in
      if let momenta = momenta.baseAddress { _ = evaluator(momenta, in: workspace) }
    }
  }
}

private func networkCall<S: Scalar>(_ request: Request, as type: S.Type) throws -> () -> Void {
  let parts = try Parts(request.model)
  let inputs: [S] = try randomPoints(
    request.batch, features: parts.architecture.features, as: S.self
  ).inputs
  let network = try parts.network(width: inputs.count / request.batch)
  let crew = Crew(threads: request.threads)
  let evaluators = (0..<parts.networks).map { member in
    Evaluator<S>(
      network, network.initialParameters(seed: 1, member: UInt32(member)), crew: crew)
  }
  return { for evaluator in evaluators { _ = evaluator(inputs) } }
}

/// A surrogate after two epochs on a few points: what it predicts does not matter here.
private func surrogate(_ request: Request) throws -> Surrogate {
  let parts = try Parts(request.model)
  var fit = try Fit(.paper, architecture: parts.architecture.name, epochs: 2, seed: 1)
  fit.activation = parts.activation
  fit.method = parts.method
  fit.precision = request.dtype == "f64" ? .float64 : .float32
  let points = try DiphotonGenerator().generate(points: 2000, seed: 1, threads: 1).table
  let (training, validation, _) = try points.split(training: 0.7, validation: 0.1, seed: 1)
  return try fit.run(training, validation: validation, threads: request.threads).surrogate
}
