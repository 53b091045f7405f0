import AmpCore
import AmpNets
import AmpUncertainty

extension Surrogate {
  /// The whole surrogate as an ONNX model (operator set 17), the bytes of a file.
  ///
  /// Input `momenta`, (points, particles, 4) in GeV and double precision; outputs, each (points) in
  /// double precision, `amplitude`, and `systematic` and `statistical` as absolute uncertainties in
  /// its unit where the method knows them: what ``predict(_:threads:samples:keepingMembers:posteriorMean:ranks:)``
  /// says, recalibrations included. The networks compute in the precision in which they predict; of a
  /// distribution over weights, the drawn networks are written.
  ///
  /// - Parameters:
  ///   - samples: the networks to average over; nil for ``samples``.
  ///   - posteriorMean: whether to write the one network in the middle of a posterior.
  /// - Throws: ``AmpError`` for an architecture, features or a likelihood without translation, and as
  ///   `predict` does for networks that do not exist.
  public func onnx(samples: Int? = nil, posteriorMean: Bool = false) throws -> [UInt8] {
    switch evaluatedWeights {
    case .float32(let values): try onnx(values, samples, posteriorMean)
    case .float64(let values): try onnx(values, samples, posteriorMean)
    }
  }

  private func onnx<S: Scalar>(
    _ values: [S], _ samples: Int?, _ posteriorMean: Bool
  ) throws -> [UInt8] {
    let networks = try Array(networks(values, samples, posteriorMean))
    let particles = description.process.particles.count
    var graph = Graph()
    let momenta = graph.input("momenta", .float64, shape: [nil, particles, 4])
    let point = PointGraph(momenta, particles: particles, in: &graph)
    let features = try point.features(description.features, in: &graph)
    let x = S.self == Float.self ? graph.cast(features, to: .float32) : features
    var translation = Translation(networks)
    var outputs = try translation(network, of: x, in: &graph)
    if S.self == Float.self { outputs = graph.cast(outputs, to: .float64) }
    let moments = try MomentGraph(description.likelihood.base, of: outputs, in: &graph)
      .averaged(over: networks.count, in: &graph)

    let target = description.target
    let scale = graph.constant(target.scale, .float64)
    var logMean = graph.add(
      graph.multiply(moments.mean, scale), graph.constant(target.mean, .float64))
    if let factor = point.logFactor(target.factor, in: &graph) {
      logMean = graph.subtract(logMean, factor)
    }
    let amplitude = graph("Exp", logMean)
    graph.output("amplitude", amplitude, .float64)
    for (kind, variance) in [
      (Recalibration.Uncertainty.systematic, moments.systematic),
      (.statistical, moments.statistical),
    ] {
      guard let variance else { continue }
      var sigma = graph.multiply(graph("Sqrt", variance), scale)
      for recalibration in description.recalibrations where recalibration.uncertainty == kind {
        sigma = try recalibration.apply(
          to: sigma, logMean: logMean, features: features, at: point, networks: networks.count,
          in: &graph)
      }
      graph.output(kind.rawValue, graph.multiply(sigma, amplitude), .float64)
    }
    return graph.model(name: "amp_surrogate", metadata: metadata(networks: networks.count))
  }

  private func metadata(networks: Int) -> [(String, String)] {
    [
      ("amp.version", ampVersion),
      ("amp.process", description.process.particles.map(String.init).joined(separator: " ")),
      ("amp.architecture", description.architecture),
      ("amp.uncertainty", description.method.name),
      ("amp.networks", "\(networks)"),
      ("amp.momenta", "(E, px, py, pz) in GeV, incoming particles first, all energies positive"),
    ]
  }
}
