import Foundation

/// A correction of the uncertainties of a prediction, learned on data not used for training.
///
/// It is a factor on one of the two uncertainties; means stay as they are. With the factor f_k of the
/// bin in which a point lies,
///
///     σ → f_k σ                      global and tail (one bin), bins, conformal
///     σ → f(x) σ                     smooth: straight lines between the f_k of nodes x_k
///     σ → f exp(½ g(p)) σ            network: g of the features
///     σ → f √(ρ + (1 − ρ)/M) σ       ensemble of M networks with correlation ρ
///
/// The uncertainty is σ_syst; the statistical one only for surrogates that learn no σ_syst, where
/// it is all of σ_tot. See the methods that make one: ``global(_:)``,
/// ``gradientDescent(_:seed:steps:)``, ``bins(_:_:by:)``, ``smooth(_:_:by:)``,
/// ``network(_:heldOut:features:seed:threads:)``, ``ensemble(_:)``, ``tail(_:)`` and
/// ``conformal(_:level:bins:by:)``. ``Surrogate/recalibrated(by:)`` joins it to a surrogate, whose
/// file holds it.
public struct Recalibration: Sendable, Equatable, Codable {
  /// How the factors were found.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// One factor, the rms pull.
    case global
    /// One factor per bin, the rms pull in it.
    case bins
    /// The head of ln σ² was fitted again; the weights hold the change, the factor is one.
    case head
    /// The correlation of the members of an ensemble.
    case ensemble
    /// Quantiles of |t|, with a guaranteed coverage.
    case conformal
    /// The tail of |t|, extrapolated to five σ.
    case tail
    /// A parabola of factors between the rms pull and the 68.27 % quantile of |t|.
    case smooth
    /// A small network of the features, for every point its own factor.
    case network
  }

  /// An uncertainty of a prediction.
  public enum Uncertainty: String, Sendable, Codable {
    /// σ_syst.
    case systematic
    /// σ_stat.
    case statistical
  }

  /// How the factors were found.
  public let method: Method
  /// The uncertainty that they multiply.
  public let uncertainty: Uncertainty
  /// The number of calibration points.
  public let points: Int
  /// One positive factor per bin, or per node.
  public let factors: [Double]
  /// What the bins are bins of, or in what nodes lie; nil for one bin.
  public let variable: CalibrationVariable?
  /// The rising borders between bins, one fewer than bins; a border belongs to the bin above it.
  public let edges: [Double]
  /// The rising values at which the factors hold, straight lines between them, the outermost factor
  /// beyond; nil for bins.
  public let nodes: [Double]?
  /// What changes the factor from point to point; nil where bins or nodes do, or nothing.
  public let network: WidthNetwork?
  /// The correlation ρ of the errors of two networks, for an ensemble.
  public let correlation: Double?
  /// The coverage of ±σ that is guaranteed, for a conformal scale.
  public let level: Double?

  package init(
    _ method: Method, _ uncertainty: Uncertainty, points: Int, factors: [Double] = [1],
    bins: CalibrationBins? = nil, nodes: [Double]? = nil, network: WidthNetwork? = nil,
    correlation: Double? = nil, level: Double? = nil
  ) {
    self.method = method
    self.uncertainty = uncertainty
    self.points = points
    self.factors = factors
    self.variable = (bins?.edges.isEmpty ?? true) ? nil : bins?.variable
    self.edges = nodes == nil ? bins?.edges ?? [] : []
    self.nodes = nodes
    self.network = network
    self.correlation = correlation
    self.level = level
    precondition(isSound, "\(edges.count) borders, factors \(factors)")
  }

  /// `prediction` with corrected uncertainties.
  ///
  /// A point outside of all calibration points gets the factor of the nearest bin or node. Members of
  /// `prediction` are corrected as single networks, M = 1.
  ///
  /// - Parameters:
  ///   - prediction: the prediction, without this correction.
  ///   - momenta: its points; traps unless there are as many.
  ///   - networks: the number M of networks it is the average of.
  ///   - threads: changes nothing in the result.
  public func applied(
    to prediction: Prediction, at momenta: Momenta, networks: Int = 1, threads: Int = 1
  ) -> Prediction {
    precondition(
      momenta.count == prediction.count, "\(prediction.count) predictions, \(momenta.count) points")
    if method == .head { return prediction }
    let scales =
      network.map { $0.factors(at: momenta, threads: threads).map { factors[0] * $0 } }
      ?? variable.map { $0(prediction, momenta).map(scale(at:)) }
    func scaled(_ values: [Double], networks: Int) -> [Double] {
      let common = correlationFactor(networks: networks)
      guard let scales else { return values.map { common * factors[0] * $0 } }
      return zip(values, scales).map { common * $1 * $0 }
    }
    var result = prediction
    switch uncertainty {
    case .systematic:
      result.logSystematic = prediction.logSystematic.map { scaled($0, networks: networks) }
      result.members = prediction.members?.map { member in
        Prediction.Member(
          logMean: member.logMean,
          logSystematic: member.logSystematic.map { scaled($0, networks: 1) })
      }
    case .statistical:
      result.logStatistical = prediction.logStatistical.map { scaled($0, networks: networks) }
    }
    return result
  }

  /// The factor on the uncertainty of one point, as ``applied(to:at:networks:threads:)`` has it for
  /// many.
  ///
  /// `width` is what ``network`` says there.
  func factor(
    _ prediction: PointPrediction, at momenta: UnsafePointer<Double>, networks: Int,
    width: Double?
  ) -> Double {
    let factor =
      width.map { factors[0] * $0 } ?? variable.map { scale(at: $0(prediction, momenta)) }
      ?? factors[0]
    return correlationFactor(networks: networks) * factor
  }

  /// The factor where the variable is `value`; that of the lowest bin or node for NaN.
  package func scale(at value: Double) -> Double {
    guard let nodes else { return factors[edges.bin(of: value)] }
    let above = nodes.bin(of: value)
    if above == 0 || above == nodes.count { return factors[max(0, above - 1)] }
    let (low, high) = (factors[above - 1], factors[above])
    let share = (value - nodes[above - 1]) / (nodes[above] - nodes[above - 1])
    return low + share * (high - low)
  }

  /// √(ρ + (1 − ρ)/M): the error of the mean of M networks over that of one.
  package func correlationFactor(networks: Int) -> Double {
    guard let correlation else { return 1 }
    return (correlation + (1 - correlation) / Double(networks)).squareRoot()
  }

  /// Whether its numbers fit each other, for what was read from a file.
  var isSound: Bool {
    isWhole && hasPartsOfMethod
  }

  private var hasPartsOfMethod: Bool {
    (method == .network) == (network != nil) && (nodes == nil || method == .smooth)
      && (correlation == nil || method == .ensemble) && (level == nil || method == .conformal)
      && points > 0
  }

  private var isWhole: Bool {
    (nodes.map { $0.count == factors.count && edges.isEmpty && variable != nil }
      ?? (factors.count == edges.count + 1 && edges.isEmpty == (variable == nil)))
      && !factors.isEmpty && factors.allSatisfy { $0 > 0 && $0.isFinite }
      && zip(edges, edges.dropFirst()).allSatisfy(<)
      && nodes.map { zip($0, $0.dropFirst()).allSatisfy(<) } ?? true
      && (network == nil || (variable == nil && factors.count == 1 && network?.isSound == true))
      && correlation.map { (0...1).contains($0) } ?? true
      && level.map { $0 > 0 && $0 < 1 } ?? true
  }
}

extension Recalibration: CustomStringConvertible {
  /// What was corrected, in one line.
  public var description: String {
    func number(_ value: Double) -> String { String(format: "%.4g", value) }
    var text = method.rawValue
    if let level { text += " at \(number(100 * level)) %" }
    text +=
      method == .head
      ? " of ln σ² refitted" : " on σ_\(uncertainty == .systematic ? "syst" : "stat")"
    if let low = factors.min(), let high = factors.max(), let variable {
      text +=
        ", \(factors.count) \(nodes == nil ? "bins" : "nodes") of \(variable.name): factors \(number(low)) to \(number(high))"
    } else if let network {
      text +=
        ": a factor for every point from \(network.weights.count) weights"
    } else if let correlation {
      text += ": correlation \(number(correlation)), width of one network \(number(factors[0]))"
    } else if method != .head {
      text += ": factor \(number(factors[0]))"
    }
    return text + ", from \(points) points"
  }
}
