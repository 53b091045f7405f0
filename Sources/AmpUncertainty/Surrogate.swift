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
    public var likelihood: HeteroscedasticGaussian
    /// The factor on σ_syst, one unless recalibrated.
    public var systematicScale: Double
  }

  /// Everything but the weights.
  public let description: Description
  /// The weights.
  public var weights: Weights

  private let network: any Network

  /// Joins a description with weights; throws an ``AmpError`` if they do not fit each other.
  public init(_ description: Description, weights: Weights) throws {
    let network = try description.network()
    guard weights.count == network.layout.count else {
      throw AmpError(
        "there are \(weights.count) weights for a network of \(network.layout.count) parameters",
        remedy: "The model file is damaged or was made for another architecture.")
    }
    self.description = description
    self.weights = weights
    self.network = network
  }

  /// The names and shapes of the network's parameters.
  public var layout: ParameterLayout { network.layout }

  /// The amplitudes of all points, with uncertainties.
  ///
  /// Features are computed in Double, the network in the precision it was trained in. The result
  /// does not depend on `threads`. Throws an ``AmpError`` if the points have another number of
  /// particles than the surrogate.
  public func predict(_ momenta: Momenta, threads: Int = 1) throws -> Prediction {
    let outputs =
      switch weights {
      case .float32(let values): try outputs(values, momenta, threads)
      case .float64(let values): try outputs(values, momenta, threads)
      }
    let scale = description.target.scale * description.systematicScale
    return Prediction(
      logMean: description.target.logAmplitudes(
        stride(from: 0, to: outputs.count, by: 2).map { outputs[$0] }, at: momenta),
      logSystematic: stride(from: 1, to: outputs.count, by: 2).map {
        scale * description.likelihood.deviation(outputs[$0])
      })
  }

  private func outputs<S: Scalar>(
    _ values: [S], _ momenta: Momenta, _ threads: Int
  ) throws -> [Double] {
    let inputs = try description.features(momenta, threads: threads, as: S.self)
    let packed = PackedParameters(Parameters(network.layout, values: values))
    return Evaluator(network, packed, threads: threads)(inputs)
  }

  /// Whether two surrogates predict the same by construction: same description, same weights.
  public static func == (a: Surrogate, b: Surrogate) -> Bool {
    a.description == b.description && a.weights == b.weights
  }
}

extension Surrogate.Description {
  /// The network; throws an ``AmpError`` if the parts of the description do not fit each other.
  func network() throws -> any Network {
    let particles = process.particles.count
    let set = try FeatureSets.named(features.name)
    let width = set.width(particles: particles)
    guard particles > 2, features.particles == particles, features.mean.count == width,
      features.scale.count == width, features.scale.allSatisfy({ $0 > 0 }),
      features.folding == (set.foldsSymmetries ? Folding(process) : nil),
      options.hidden.allSatisfy({ (1...65536).contains($0) }),
      options.outputs == likelihood.outputs, systematicScale > 0
    else {
      throw AmpError(
        "features, network and process do not fit each other",
        remedy: "The model file is damaged: write it anew.")
    }
    return try Architecture(named: architecture).build(options, width)
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

  /// `float32` or `float64`.
  public var precisionName: String {
    switch self {
    case .float32: Float.precisionName
    case .float64: Double.precisionName
    }
  }
}
