import Foundation

/// A trained surrogate of a squared amplitude: momenta in, amplitude with uncertainties out.
///
/// One value that holds everything between the two: features, network, target transform and
/// calibration. It is saved as one safetensors file and predicts the same after loading.
public struct Surrogate: Sendable, Equatable {
  /// What a surrogate is, without its weights; stored in the header of a model file.
  public struct Description: Sendable, Codable, Equatable {
    /// The version of Amp that made it.
    public var version: String
    /// The process it is for.
    public var process: ScatteringProcess
    /// The name of the architecture.
    public var architecture: String
    /// The shape of the network.
    public var options: Architecture.Options
    /// The features, with their standardisation.
    public var features: FeatureMap
    /// What the network learned.
    public var target: TargetTransform
    /// How its outputs are read.
    public var likelihood: AnyLikelihood
    /// What the weights are: one network, an ensemble, a distribution.
    public var method: UncertaintyMethod
    /// Corrections of the uncertainties, learned after training, in the order they are applied.
    public var recalibrations: [Recalibration] = []
    /// Where the training points lie; nil in files of versions that did not keep it.
    public var domain: Domain? = nil
    /// Which points it was trained on; nil if nobody said.
    public var training: TrainingPoints? = nil
  }

  /// Which points of which file a surrogate was trained on, to know them again.
  public struct TrainingPoints: Sendable, Codable, Equatable {
    /// The SHA-256 of the file, in hexadecimal digits.
    public var sha256: String
    /// The dataset of the file, if it was named.
    public var dataset: String?
    /// The relative noise that was put on the amplitudes.
    public var noise: Double
    /// The parts for training, validation and test.
    public var split: [Double]
    /// The part of the training points that was used.
    public var trainFraction: Double
    /// The seed of noise and split.
    public var seed: UInt64

    /// Collects what there is to know.
    public init(
      sha256: String, dataset: String? = nil, noise: Double = 0, split: [Double],
      trainFraction: Double = 1, seed: UInt64
    ) {
      self.sha256 = sha256
      self.dataset = dataset
      self.noise = noise
      self.split = split
      self.trainFraction = trainFraction
      self.seed = seed
    }

    /// Whether its numbers make sense, for what was read from a file.
    var isSound: Bool {
      split.count == 3 && (split + [noise, trainFraction]).allSatisfy { (0...1).contains($0) }
    }
  }

  /// The surrogate that says that it was trained on `points`.
  public func trained(on points: TrainingPoints?) -> Surrogate {
    var copy = self
    copy.description.training = points
    return copy
  }

  /// Everything but the weights.
  public private(set) var description: Description
  /// The weights.
  public var weights: Weights

  package let network: any Network

  /// Joins a description with weights; throws an ``AmpError`` if they do not fit each other.
  public init(_ description: Description, weights: Weights) throws {
    let network = try description.network()
    let layout = description.method.base.storedLayout(for: network)
    guard weights.count == layout.count else {
      throw AmpError(
        "there are \(weights.count) weights for \(layout.count) parameters",
        remedy: "The model file is damaged or was made for another architecture.")
    }
    self.description = description
    self.weights = weights
    self.network = network
    self.layout = layout
  }

  /// The weights in the precision in which predictions are made.
  package var evaluatedWeights: Weights { network.amplifiesRounding ? weights.widened : weights }

  /// The names and shapes of everything in ``weights``.
  public let layout: ParameterLayout

  /// The number of networks that a prediction averages over, unless told otherwise.
  public var samples: Int { description.method.base.samples }

  /// The amplitudes of all points, with uncertainties.
  ///
  /// Features are computed in Double, the network in the precision it was trained in, or in Double if it
  /// amplifies rounding (see ``AmpNets/Network/amplifiesRounding``). With several networks (arXiv:2412.12069, Eq. 8–10, and Eq. 34 for the unbiased variance), in ln A:
  ///
  ///     mean = (1/S) Σ_s mean_s,   σ_syst² = (1/S) Σ_s σ_s²,   σ_stat² = Σ_s (mean_s − mean)²/(S−1)
  ///
  /// and then as the recalibrations say, see ``Recalibration``.
  ///
  /// - Parameters:
  ///   - momenta: the points.
  ///   - threads: changes nothing in the result.
  ///   - samples: the networks to average over; nil for ``samples``.
  ///   - keepingMembers: whether the prediction holds what every network says.
  ///   - posteriorMean: whether to take the one network in the middle of a posterior instead, which
  ///     is fast and knows no statistical uncertainty.
  ///   - ranks: the processes that predict together; all call this with the same arguments.
  /// - Throws: ``AmpError`` if the points have another number of particles than the surrogate, if
  ///   there are not so many networks, or if the method has no network in the middle.
  public func predict(
    _ momenta: Momenta, threads: Int = 1, samples: Int? = nil, keepingMembers: Bool = false,
    posteriorMean: Bool = false, ranks: any Ranks = SingleRank()
  ) throws -> Prediction {
    switch evaluatedWeights {
    case .float32(let values):
      return try predict(
        networks(values, samples, posteriorMean), momenta, threads, keepingMembers, ranks)
    case .float64(let values):
      return try predict(
        networks(values, samples, posteriorMean), momenta, threads, keepingMembers, ranks)
    }
  }

  /// The networks with weights from `values` that a prediction averages over, made one by one.
  ///
  /// Throws as ``predict(_:threads:samples:keepingMembers:posteriorMean:ranks:)`` does.
  package func networks<S: Scalar>(
    _ values: [S], _ samples: Int?, _ posteriorMean: Bool
  ) throws -> LazyMapCollection<Range<Int>, Parameters<S>> {
    let stored = Parameters(layout, values: values)
    let (method, network) = (description.method.base, network)
    if !posteriorMean {
      return (0..<(try checked(samples))).lazy.map(method.networks(from: stored, of: network))
    }
    guard samples == nil else {
      throw AmpError(
        "the mean of a posterior is one network, not \(samples ?? 0) samples", in: "--samples",
        remedy: "Leave either out.")
    }
    guard let middle = method.meanNetwork(from: stored, of: network) else {
      throw AmpError(
        "\(description.method.name) has no network in the middle of a posterior",
        in: "--posterior-mean", remedy: "Leave it out.")
    }
    return (0..<1).lazy.map { _ in middle }
  }

  /// `samples`, or those of the method; throws an ``AmpError`` if there are not so many networks.
  func checked(_ samples: Int?) throws -> Int {
    let count = samples ?? self.samples
    let available = description.method.base.available
    guard (1...(available ?? Int(Int32.max))).contains(count) else {
      guard let available else {
        throw AmpError(
          "\(count) networks cannot be drawn", in: "--samples", remedy: "Ask for 1 or more.")
      }
      throw AmpError(
        available == 1
          ? "there is one network, not \(count)" : "there are \(available) networks, not \(count)",
        in: "--samples",
        remedy: available == 1 ? "Leave it out." : "Ask for 1 to \(available).")
    }
    return count
  }

  private func predict<S: Scalar>(
    _ networks: LazyMapCollection<Range<Int>, Parameters<S>>, _ momenta: Momenta, _ threads: Int,
    _ keepingMembers: Bool, _ ranks: any Ranks
  ) throws -> Prediction {
    let inputs = try description.features(momenta, threads: threads, as: S.self)
    var mixture = MomentAverage(points: momenta.count, likelihood: description.likelihood.base)
    var members: [(means: [Double], variances: [Double])] = []
    let blocks = (momenta.count + Evaluator<S>.block - 1) / Evaluator<S>.block
    let crew = Crew(threads: min(threads, blocks))
    var evaluator: Evaluator<S>?
    for parameters in networks {
      let packed = PackedParameters(parameters, transposed: false)
      evaluator?.use(packed)
      let current =
        evaluator ?? Evaluator(network, packed, crew: crew, ranks: ranks, isFixed: true)
      evaluator = current
      let one = mixture.add(current(inputs))
      if keepingMembers { members.append(one) }
    }
    let (target, scale) = (description.target, description.target.scale)
    let learnsWidth = description.likelihood.base.learnsWidth
    var prediction = Prediction(
      logMean: target.logAmplitudes(mixture.means, at: momenta),
      logSystematic: learnsWidth
        ? mixture.systematic.map { scale * $0.squareRoot() } : nil,
      logStatistical: mixture.statistical.map { $0.map { scale * $0.squareRoot() } })
    if keepingMembers {
      prediction.members = members.map { one in
        Prediction.Member(
          logMean: target.logAmplitudes(one.means, at: momenta),
          logSystematic: learnsWidth
            ? one.variances.map { scale * $0.squareRoot() } : nil)
      }
    }
    return description.recalibrated(
      prediction, at: momenta, networks: networks.count, threads: threads)
  }

  /// Whether two surrogates predict the same by construction: same description, same weights.
  public static func == (a: Surrogate, b: Surrogate) -> Bool {
    a.description == b.description && a.weights == b.weights
  }
}

extension Surrogate.Description {
  /// `prediction` of the points `momenta` by `networks` networks, corrected by all recalibrations.
  func recalibrated(
    _ prediction: Prediction, at momenta: Momenta, networks: Int, threads: Int
  ) -> Prediction {
    recalibrations.reduce(prediction) {
      $1.applied(to: $0, at: momenta, networks: networks, threads: threads)
    }
  }

  private static var misfit: AmpError {
    AmpError(
      "features, network and process do not fit each other",
      remedy: "The model file is damaged: write it anew.")
  }

  /// The network; throws an ``AmpError`` if the parts of the description do not fit each other.
  package func network() throws -> any Network {
    let particles = process.particles.count
    let set = try FeatureSets.named(features.name)
    let width = set.width(particles: particles)
    guard particles > 2, features.particles == particles, features.mean.count == width,
      features.scale.count == width, features.scale.allSatisfy({ $0 > 0 }),
      features.folding == (set.foldsSymmetries ? Folding(process) : nil),
      options.hidden.count <= 1000, options.hidden.allSatisfy({ (1...65536).contains($0) }),
      (features.mean + features.scale).allSatisfy(\.isFinite), target.isSound,
      options.outputs == likelihood.base.outputs,
      recalibrations.allSatisfy({
        $0.isSound && ($0.variable?.fits(particles: particles) ?? true)
          && ($0.network.map { $0.features == features } ?? true)
      }), domain?.isSound(width: width) ?? true,
      training?.isSound ?? true
    else { throw Surrogate.Description.misfit }
    let network = try Architecture(named: architecture).build(options, width)
    // Some architectures take the features for momenta.
    if network.inputs != width { throw Surrogate.Description.misfit }
    return network
  }
}

/// The weights of a network in the precision in which it was trained.
public enum Weights: Sendable, Equatable {
  /// Single precision.
  case float32([Float])
  /// Double precision.
  case float64([Double])

  /// Wraps the flat parameters of either precision.
  public init<S: Scalar>(_ values: [S]) {
    if let values = values as? [Float] {
      self = .float32(values)
    } else {
      self = .float64(values.map(Double.init))
    }
  }

  /// The number of parameters.
  public var count: Int {
    switch self {
    case .float32(let values): values.count
    case .float64(let values): values.count
    }
  }

  /// The same numbers in double precision.
  package var widened: Weights {
    switch self {
    case .float32(let values): .float64(values.map(Double.init))
    case .float64: self
    }
  }

  /// The same numbers, those of double precision to 37 significant bits, a relative 7·10⁻¹².
  ///
  /// A single point then reads a quarter less of the matrices of dense layers, see ``PointEvaluator``. All
  /// others are rounded with them, so that nobody need know which these are.
  package var rounded: Weights {
    switch self {
    case .float32: self
    case .float64(let values): .float64(values.map(\.roundedToSixBytes))
    }
  }

  /// `float32` or `float64`.
  public var precisionName: String {
    switch self {
    case .float32: Float.precisionName
    case .float64: Double.precisionName
    }
  }
}
