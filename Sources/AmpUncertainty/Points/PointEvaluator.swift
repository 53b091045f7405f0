import Foundation

/// A surrogate prepared to be asked for one point at a time, as an event generator asks.
///
/// Networks are drawn and packed here, once, and never change: any number of threads may share an
/// evaluator. What a call writes to is its ``Workspace``, one for each thread or for each call
/// under way; after the workspace is made nothing is allocated. Results have the bits of
/// ``Surrogate/predict(_:threads:samples:keepingMembers:posteriorMean:ranks:)``.
public final class PointEvaluator: Sendable {
  /// The surrogate.
  public let surrogate: Surrogate
  /// The number of networks that are averaged over.
  public let networks: Int
  private let packed: PackedNetworks

  private enum PackedNetworks: Sendable {
    case float32([PackedParameters<Float>])
    case float64([PackedParameters<Double>])
  }

  /// The memory in which one call at a time computes.
  ///
  /// Unchecked Sendable because it may move to another thread between two calls.
  public final class Workspace: @unchecked Sendable {
    let pass: NetworkPass
    let features: AlignedBuffer<Double>
    /// What a recalibration's own network says, in their order.
    let widths: [NetworkPass?]

    fileprivate init(_ pass: NetworkPass, width: Int, widths: [NetworkPass?]) {
      self.pass = pass
      self.widths = widths
      features = AlignedBuffer(width)
    }
  }

  /// Prepares `surrogate`, averaged over `samples` networks or with the one in the middle of a
  /// posterior; throws as ``Surrogate/predict(_:threads:samples:keepingMembers:posteriorMean:ranks:)``.
  ///
  /// Throws also if all networks together would take more than 4 GiB.
  public init(_ surrogate: Surrogate, samples: Int? = nil, posteriorMean: Bool = false) throws {
    self.surrogate = surrogate
    let count = posteriorMean ? 1 : try surrogate.checked(samples)
    let numbers = Double(count) * Double(surrogate.network.layout.count)
    // Weights, panels, and these again with six of eight bytes.
    let bytes =
      switch surrogate.evaluatedWeights {
      case .float32: 4.0 + 4
      case .float64: 8.0 + 8 + 6
      }
    guard bytes * numbers < 0x1p32 else {
      throw AmpError(
        "\(count) networks of \(surrogate.network.layout.count) parameters would fill the memory",
        remedy: "Average over fewer samples.")
    }
    switch surrogate.evaluatedWeights {
    case .float32(let values):
      packed = .float32(
        try surrogate.networks(values, samples, posteriorMean).map {
          PackedParameters(forPoints: $0)
        })
    case .float64(let values):
      packed = .float64(
        try surrogate.networks(values, samples, posteriorMean).map {
          PackedParameters(forPoints: $0)
        })
    }
    networks =
      switch packed {
      case .float32(let all): all.count
      case .float64(let all): all.count
      }
    let description = surrogate.description
    features = description.features
    set = try FeatureSets.named(features.name)
    target = description.target
    likelihood = description.likelihood.base
    recalibrations = description.recalibrations.filter { $0.method != .head }
    widths = recalibrations.map { recalibration in
      recalibration.network.map {
        ($0.network, PackedParameters(forPoints: $0.parameters))
      }
    }
    domain = description.domain.map(PointDomain.init)
  }

  // Parts of the description, of which a call copies none.
  private let features: FeatureMap
  private let set: any FeatureSet
  private let target: TargetTransform
  private let likelihood: any Likelihood
  private let recalibrations: [Recalibration]
  private let widths: [(network: MLP, weights: PackedParameters<Double>)?]
  private let domain: PointDomain?

  /// The number of particles of a point.
  public var particles: Int { features.particles }

  /// New memory for calls.
  public func workspace() -> Workspace {
    let network = surrogate.network
    let pass =
      switch packed {
      case .float32(let all): NetworkPass(network, all)
      case .float64(let all): NetworkPass(network, all)
      }
    return Workspace(
      pass, width: features.width,
      widths: widths.map { $0.map { NetworkPass($0.network, [$0.weights]) } })
  }

  /// The prediction for one point, momenta (particles, 4) as (E, px, py, pz) in GeV.
  public func callAsFunction(
    _ momenta: UnsafePointer<Double>, in workspace: Workspace
  ) -> PointPrediction {
    workspace.pass.fetch()
    let x = workspace.features.pointer
    features.evaluate(set, momenta, into: x)
    let moments = workspace.pass(x, likelihood)
    let logMean =
      moments.mean * target.scale + target.mean
      - target.logFactor(at: momenta, particles: particles)
    var result = PointPrediction(logMean: logMean, isInside: domain?.contains(x))
    if likelihood.learnsWidth {
      result.logSystematic = target.scale * moments.systematic.squareRoot()
    }
    if networks > 1 || moments.statistical > 0 {
      result.logStatistical = target.scale * moments.statistical.squareRoot()
    }
    for (recalibration, width) in zip(recalibrations, workspace.widths) {
      let factor = recalibration.factor(
        result, at: momenta, networks: networks,
        width: width.map { WidthNetwork.factor($0(x, SquaredError()).mean) })
      switch recalibration.uncertainty {
      case .systematic: result.logSystematic = result.logSystematic.map { factor * $0 }
      case .statistical: result.logStatistical = result.logStatistical.map { factor * $0 }
      }
    }
    return result
  }
}

/// The predicted amplitude of one point, as ``Prediction`` has it for many.
public struct PointPrediction: Sendable, Equatable {
  /// The mean of ln A.
  public var logMean: Double
  /// The systematic standard deviation of ln A; nil if the method has none.
  public var logSystematic: Double?
  /// The statistical standard deviation of ln A; nil if the method has none.
  public var logStatistical: Double?
  /// Whether the point is like the training points, see ``Domain``; nil if these are not known.
  public var isInside: Bool?

  /// The amplitude, in the unit of the training amplitudes.
  public var amplitude: Double { exp(logMean) }

  /// The total standard deviation of ln A; nil if the method has neither of the two.
  public var logTotal: Double? {
    guard let logSystematic else { return logStatistical }
    return logStatistical.map { hypot(logSystematic, $0) } ?? logSystematic
  }
}
