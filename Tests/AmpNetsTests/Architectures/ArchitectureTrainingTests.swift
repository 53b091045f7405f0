import AmpNets
import TestSupport
import Testing

/// A short training of every architecture.
struct ArchitectureTrainingTests {
  static let names = ["ds", "dsi", "kan", "groupkan"]

  @Test(arguments: names)
  func trainingDoesNotDependOnThreads(name: String) throws {
    let architecture = try Architecture(named: name)
    for optimizer in [OptimizerChoice.adam, .soap] {
      let one = try trained(architecture, threads: 1, optimizer: optimizer, as: Float.self)
      let three = try trained(architecture, threads: 3, optimizer: optimizer, as: Float.self)
      #expect(one.parameters == three.parameters)
    }
  }

  @Test(arguments: names)
  func trainingLearns(name: String) throws {
    let architecture = try Architecture(named: name)
    let state = try trained(
      architecture, threads: 2, epochs: 40, optimizer: .adam, as: Double.self)
    let losses = state.history.map(\.validation)
    #expect(losses[39] < 0.3 * losses[0], "\(losses[0]) to \(losses[39])")
  }

  @Test(arguments: names)
  func singlePrecisionTrainsAlmostAsDouble(name: String) throws {
    let architecture = try Architecture(named: name)
    let single = try trained(architecture, threads: 2, epochs: 2, optimizer: .adam, as: Float.self)
    let double = try trained(architecture, threads: 2, epochs: 2, optimizer: .adam, as: Double.self)
    expectClose(
      single.history[1].validation, double.history[1].validation, relative: 1e-3, name)
  }
}

/// Half the squared deviation of output 0 from the target and of output 1 from zero.
private struct Loss: Objective {
  let outputs = 2

  func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    (0..<rows).reduce(0) { sum, row in
      let d = outputs[2 * row] - targets[row]
      let e = outputs[2 * row + 1]
      gradient?[2 * row] = weight * d
      gradient?[2 * row + 1] = weight * e
      return sum + 0.5 * (d * d + e * e)
    }
  }
}

/// The state after a short training on 700 random points.
func trained<S: Scalar>(
  _ architecture: Architecture, threads: Int, epochs: Int = 4, optimizer: OptimizerChoice,
  as type: S.Type
) throws -> TrainingState<S> {
  let particles = 4
  let width = try FeatureSets.named(architecture.features).width(particles: particles)
  let network = try architecture.build(
    Architecture.Options(
      hidden: [16, 16], activation: architecture.activation, outputs: 2, embedding: 6,
      grid: 4), width)
  var rng = Philox(seed: 11, purpose: .other)
  let x = (0..<700 * width).map { _ in rng.normal() }
  let y = (0..<700).map { x[width * $0] * x[width * $0 + 4] - 0.5 * x[width * $0 + 9] }
  let data = TrainingSet(inputs: x.map { S($0) }, targets: y)
  let trainer = Trainer<S>(
    network, objective: Loss(),
    options: TrainingOptions(
      epochs: epochs, batch: 100, optimizer: optimizer, rate: 5e-3, schedule: .cosine, seed: 1))
  return try trainer.run(
    from: trainer.start(), training: data, validation: data, threads: threads)
}
