import AmpCore
import AmpNets
import AmpUncertainty
import Foundation

/// The one-dimensional toy by which the authors of arXiv:2412.12069 show their methods.
///
/// y = ½ sin 23x + x/2 with noise 0.1 at 2000 points with 0.22 < |x| < 1, standardised; four layers
/// of 32 nodes with tanh, Adam at 5·10⁻³ with a cosine over 2000 epochs of batches of 200. Between
/// −0.22 and 0.22 there are no points: σ_stat must grow there.
struct ToyWork: JobWork {
  /// What a network says along x, and how the training ended.
  struct Outcome: Codable, Sendable {
    /// Points of x, the mean and both uncertainties there, in units of y.
    let x: [Double]
    let mean: [Double]
    let systematic: [Double]
    let statistical: [Double]
    /// The loss without its constant ½ ln 2π: of the Bayesian network as a mean over the epochs
    /// about 1700, of the ensemble as the mean over its members.
    let loss: Double
    /// KL/N of the posterior, or the spread of the members' losses.
    let spread: Double
  }

  /// Whether a posterior of the last layer is trained, or an ensemble.
  let isBayesian: Bool
  let members: Int
  /// A part of the 2000 epochs, for trying things out.
  let effort: Double

  private var epochs: Int { max(20, Int(2000 * min(1, effort))) }

  func state(in folder: String) throws -> JobState {
    FileManager.default.fileExists(atPath: folder + "/" + Judgement.fileName) ? .done : .open
  }

  func run(in folder: String, _ common: CommonOptions) throws {
    let outcome =
      isBayesian ? try bayesian(common.threads) : try repulsive(common.threads)
    try makeFolder(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(outcome), as: UTF8.self)
    try RunFolder.write(text + "\n", to: folder + "/" + Judgement.fileName)
  }

  /// Points of the toy with their standardisation.
  struct Points {
    let data: TrainingSet<Float>
    let mean: Double
    let deviation: Double
    let x: [Double]
    let y: [Double]

    init() {
      var random = Philox(seed: 42, purpose: .other)
      let x = (0..<2000).map { ($0 % 2 == 0 ? -1 : 1) * (0.22 + 0.78 * random.uniform()) }
      let y = x.map { Points.truth($0) + 0.1 * random.normal() }
      let mean = y.reduce(0, +) / 2000
      let deviation = (y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000).squareRoot()
      (self.x, self.y, self.mean, self.deviation) = (x, y, mean, deviation)
      data = TrainingSet(
        inputs: x.map(Float.init), targets: y.map { ($0 - mean) / deviation })
    }

    static func truth(_ x: Double) -> Double { 0.5 * sin(23 * x) + x / 2 }
  }

  private static let network = MLP(
    inputs: 1, hidden: [32, 32, 32, 32], outputs: 2, activation: .tanh)
  private static let constant = 0.5 * log(2 * Double.pi)
  private static let grid = (0...240).map { Double($0) / 100 - 1.2 }

  private func train(
    _ method: any PosteriorMethod, _ points: Points, until end: Int, decay: Double, _ threads: Int
  ) throws -> TrainingState<Float> {
    let trainer = Trainer<Float>(
      ToyWork.network, objective: HeteroscedasticGaussian(),
      options: TrainingOptions(
        epochs: epochs, batch: 200, optimizer: decay > 0 ? .adamw : .adam, rate: 5e-3,
        schedule: .cosine, weightDecay: decay),
      method: method)
    return try trainer.run(
      from: trainer.start(), training: points.data, validation: points.data, threads: threads,
      until: end)
  }

  /// Published: loss −1.0900 with KL/N 0.0276 in epoch 1700 of 2000.
  private func bayesian(_ threads: Int) throws -> Outcome {
    let (points, method) = (Points(), Bayesian(layers: .last))
    let state = try train(method, points, until: epochs * 17 / 20 + 1, decay: 0, threads)
    let last = state.history.suffix(11)
    let loss = last.reduce(0) { $0 + $1.training } / Double(last.count) - ToyWork.constant
    let divergence = WeightPosterior(precision: 1, points: 2000, seed: 0)
      .divergence(of: PackedParameters(state.parameters))
    return outcome(
      (0..<100).map { method.network($0, from: state.parameters, of: ToyWork.network) }, points,
      loss: loss, spread: divergence, threads)
  }

  /// Published for 100 members: mean loss −1.067 and spread 0.036 in epoch 800 of 2000.
  ///
  /// The prior is the decoupled decay 1/(2N) of AdamW there.
  private func repulsive(_ threads: Int) throws -> Outcome {
    let points = Points()
    let method = RepulsiveEnsemble(members: members, beta: 1, space: .function, priorWidth: nil)
    let state = try train(method, points, until: epochs * 2 / 5 + 1, decay: 1 / 4000, threads)
    let networks = (0..<members).map {
      method.network($0, from: state.parameters, of: ToyWork.network)
    }
    let losses = networks.map { parameters in
      let outputs = Evaluator(ToyWork.network, PackedParameters(parameters), threads: threads)(
        points.data.inputs)
      return HeteroscedasticGaussian().meanLoss(outputs, points.data.targets) - ToyWork.constant
    }
    let mean = losses.reduce(0, +) / Double(members)
    let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return outcome(
      networks, points, loss: mean,
      spread: (squares / Double(max(1, members - 1))).squareRoot(), threads)
  }

  private func outcome(
    _ networks: [Parameters<Float>], _ points: Points, loss: Double, spread: Double, _ threads: Int
  ) -> Outcome {
    let grid = ToyWork.grid
    // Mean, mean of the variances, and variance of the means, arXiv:2412.12069, Eqs. 8 to 10.
    var mean = [Double](repeating: 0, count: grid.count)
    var (variance, squares) = (mean, mean)
    let n = Double(networks.count)
    for parameters in networks {
      let evaluator = Evaluator(ToyWork.network, PackedParameters(parameters), threads: threads)
      let outputs = evaluator(grid.map(Float.init))
      for i in grid.indices {
        mean[i] += outputs[2 * i] / n
        squares[i] += outputs[2 * i] * outputs[2 * i] / n
        variance[i] += exp(outputs[2 * i + 1]) / n
      }
    }
    let scale = points.deviation
    return Outcome(
      x: grid, mean: mean.map { points.mean + scale * $0 },
      systematic: variance.map { scale * $0.squareRoot() },
      statistical: grid.indices.map {
        scale * (max(0, squares[$0] - mean[$0] * mean[$0]) * n / max(1, n - 1)).squareRoot()
      },
      loss: loss, spread: spread)
  }
}
