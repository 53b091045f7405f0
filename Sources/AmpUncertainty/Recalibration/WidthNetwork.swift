import Foundation

/// A small network for how far σ is off from point to point: σ → exp(½ g(x)) σ.
///
/// g is a perceptron with GELU in double precision, x the standardised features that the surrogate's
/// own networks get. Where points are unlike those it learned from, |g| counts as 6 at most, a
/// factor of 20. See ``Recalibration/network(_:heldOut:features:seed:threads:)``.
public struct WidthNetwork: Sendable, Equatable, Codable {
  /// The features.
  public let features: FeatureMap
  /// The widths of the hidden layers.
  public let hidden: [Int]
  /// The weights, flat.
  public let weights: [Double]

  /// The largest |g|, a factor of 20 on σ.
  package static let largest = 6.0

  package init(_ features: FeatureMap, hidden: [Int], weights: [Double]) {
    self.features = features
    self.hidden = hidden
    self.weights = weights
    precondition(isSound, "\(weights.count) weights, \(hidden) nodes, \(features.width) features")
  }

  /// The perceptron of `features` features.
  package static func network(features: Int, hidden: [Int]) -> MLP {
    MLP(inputs: features, hidden: hidden, outputs: 1, activation: .gelu)
  }

  package var network: MLP { WidthNetwork.network(features: features.width, hidden: hidden) }

  package var parameters: Parameters<Double> { Parameters(network.layout, values: weights) }

  /// The factors on σ, one per point; traps for points of another number of particles.
  package func factors(at momenta: Momenta, threads: Int = 1) -> [Double] {
    guard let inputs: [Double] = try? features(momenta, threads: threads) else {
      preconditionFailure("points of \(momenta.particles) particles")
    }
    let crew = Crew(threads: threads)
    return Evaluator(network, parameters, crew: crew)(inputs).map(WidthNetwork.factor)
  }

  /// exp(½ g), for g within ±``largest``.
  package static func factor(_ g: Double) -> Double {
    exp(0.5 * clamped(g, to: -largest...largest))
  }

  /// Whether its numbers fit each other, for what was read from a file.
  var isSound: Bool {
    (1...8).contains(hidden.count) && hidden.allSatisfy { (1...1024).contains($0) }
      && (1...4096).contains(features.width) && weights.count == network.layout.count
      && weights.allSatisfy(\.isFinite)
  }
}

/// The likelihood of pulls t around zero, of which the width is learned: ½ t² exp(−g) + ½ g.
///
/// The part of arXiv:2412.12069, Eq. 13 that depends on σ, for a mean that is no longer moved.
package struct PullWidth: Objective {
  package init() {}

  package var outputs: Int { 1 }

  /// g begins small.
  package var initialHeadScales: [Double] { [0.1] }

  package func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      let g = clamped(outputs[row], to: -WidthNetwork.largest...WidthNetwork.largest)
      let square = targets[row] * targets[row] * exp(-g)
      sum += 0.5 * (square + g)
      // Beyond the range the loss is constant, and the gradient only leads back.
      let slope = 0.5 * (1 - square)
      gradient?[row] = g != outputs[row] && slope * g < 0 ? 0 : weight * slope
    }
    return sum
  }
}
