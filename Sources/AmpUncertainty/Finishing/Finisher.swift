import Foundation

/// What the finishing of a fit did.
public struct FinishingRecord: Sendable, Codable, Equatable {
  /// The Gauss–Newton steps.
  public var steps: Int
  /// Their wall-clock seconds, earlier sittings included.
  public var seconds: Double
  /// The root mean squared weighted residual of the validation points before and after them.
  public var before, after: Double
  /// Whether the finished network is the better one; else the trained one is kept.
  public var isBetter: Bool { after < before }
}

/// Runs the finishing of one network: weights, steps, progress, and a judgement on validation points.
struct Finisher<S: Scalar> {
  let network: any SequentialNetwork
  let likelihood: any Likelihood
  let options: Finishing
  let data: TrainingSet<S>
  let validation: TrainingSet<S>
  let seed: UInt64
  let threads: Int

  private struct Header: Codable {
    var step: Int
    var seconds: Double
  }

  private static var key: String { "finishing" }

  var steps: Int { options.steps(points: data.targets.count) }

  /// The better of `trained` and what finishing makes of it.
  ///
  /// `observe` is told every few steps of their number, the residual, and how to add them to a
  /// checkpoint. The result is the same to the bit for any number of threads and after a resume.
  func run(
    from trained: Parameters<S>, resuming checkpoint: TensorFile?,
    observe: (
      _ step: Int, _ residual: Double, _ write: @escaping (inout TensorFile) throws -> Void
    ) throws -> Void
  ) throws -> (Parameters<S>, FinishingRecord) {
    let evaluator = Evaluator(network, PackedParameters(trained), threads: threads)
    let newton = GaussNewton(
      network, trained, options: options, data: data,
      weights: weights(evaluator(data.inputs)), seed: seed, threads: threads)
    var header = try restore(newton, from: checkpoint) ?? Header(step: 0, seconds: 0)
    let (clock, before) = (ContinuousClock(), header.seconds)
    let began = clock.now
    while header.step < steps {
      guard let residual = newton(step: header.step) else { break }
      header.step += 1
      header.seconds = before + (clock.now - began) / .seconds(1)
      if header.step % 8 == 0 || header.step == steps {
        try observe(header.step, residual) { [header] file in
          for (name, buffer) in newton.state { file.append(name, StoredArray(buffer.array)) }
          let text = try JSONEncoder().encode(header)
          file.metadata[Finisher.key] = String(decoding: text, as: UTF8.self)
        }
      }
    }
    let finished = newton.parameters
    let outputs = evaluator(validation.inputs)
    let weights = weights(outputs)
    func residual(_ outputs: [Double]) -> Double {
      var sum = 0.0
      for (point, target) in validation.targets.enumerated() {
        let residual = weights[point] * (outputs[point * network.outputs] - target)
        sum += residual * residual
      }
      return (sum / Double(weights.count)).squareRoot()
    }
    evaluator.use(PackedParameters(finished))
    let record = FinishingRecord(
      steps: header.step, seconds: header.seconds, before: residual(outputs),
      after: residual(evaluator(validation.inputs)))
    return (record.isBetter ? finished : trained, record)
  }

  /// The weight of each point for the outputs of the trained network.
  private func weights(_ outputs: [Double]) -> [Double] {
    outputs.withUnsafeBufferPointer { outputs in
      guard let base = outputs.baseAddress else { return [] }
      return options.weights(
        stride(from: 0, to: outputs.count, by: network.outputs).map {
          likelihood.learnsWidth ? likelihood.moments(base + $0).systematic.squareRoot() : 1
        })
    }
  }

  /// Takes up steps that `checkpoint` holds; nil if it was written before the first of them.
  private func restore(_ newton: GaussNewton<S>, from checkpoint: TensorFile?) throws -> Header? {
    guard let checkpoint, let text = checkpoint.metadata[Finisher.key] else { return nil }
    guard let header = try? JSONDecoder().decode(Header.self, from: Data(text.utf8)),
      (0...steps).contains(header.step)
    else {
      throw AmpError(
        "the checkpoint tells of no finishing steps that this fit could make",
        remedy: "Resume the run that wrote the checkpoint, or start a new one.")
    }
    for (name, buffer) in newton.state {
      buffer.fill(with: try checkpoint.doubles(name, shape: [buffer.count]))
    }
    return header
  }
}

extension Fit {
  /// Whether Gauss–Newton steps can follow the training that is described.
  public var canBeFinished: Bool {
    guard let features = try? FeatureSets.named(features) else { return false }
    var fit = self
    (fit.finishing, fit.refitsHead) = (.none, false)
    guard
      let network = try? fit.network(
        features: features.width(particles: process.particles.count))
    else { return false }
    return (try? checkFinishing(of: network)) != nil
  }

  /// Throws an ``AmpError`` if `network` cannot be finished after training by this fit.
  func checkFinishing(of network: any Network) throws {
    func refuse(_ problem: String) -> AmpError {
      AmpError(
        problem, in: "--finishing-epochs",
        remedy: "Leave it out: --finishing-epochs 0; in Swift, finishing = .none.")
    }
    guard let network = network as? any SequentialNetwork, network.hasFixedActivations else {
      throw refuse(
        "Gauss–Newton steps need dense layers one after the other with fixed activations, which "
          + "\(architecture) with \(activation.name) has not")
    }
    guard method.base.canBeFinished else {
      throw refuse("Gauss–Newton steps are for single networks, not for \(method.name)")
    }
    guard likelihood.base is HeteroscedasticGaussian || likelihood.base is SquaredError else {
      throw refuse("Gauss–Newton steps need a mean as the first output, with a Gaussian width")
    }
  }
}
