import AmpCore
import Foundation

/// Pulls of points, one of each or one of every network at each.
///
///     t(x) = (A_NN(x) − A(x)) / σ(x)        arXiv:2412.12069, Eq. 25
///
/// ``SystematicPull`` and ``StatisticalPulls`` say which mean, amplitude and σ these are.
public struct Pull: Sendable, Equatable {
  /// An uncertainty of a prediction.
  public enum Uncertainty: String, Sendable, CaseIterable {
    /// σ_syst, what the likelihood learned.
    case systematic
    /// σ_stat, the spread of the networks.
    case statistical
    /// √(σ_syst² + σ_stat²).
    case total
  }

  /// The pulls of the points of an interval of some variable.
  public struct Bin: Sendable, Equatable {
    /// The smallest and the largest value in the bin.
    public let range: ClosedRange<Double>
    /// How the pulls of the bin compare with the unit Gaussian.
    public let distribution: PullDistribution
  }

  /// The pulls, those of a point next to each other.
  public let values: [Double]

  /// The number of pulls of each point: 1, or the number of networks.
  public let perPoint: Int

  /// How all of them compare with the unit Gaussian.
  public let distribution: PullDistribution

  /// The number of points.
  public var points: Int { values.count / perPoint }

  /// Looks at `values`, of which `perPoint` neighbours belong to the same point.
  public init(_ values: [Double], perPoint: Int = 1) {
    precondition(
      perPoint > 0 && values.count % perPoint == 0,
      "\(values.count) pulls are not \(perPoint) for each point")
    self.values = values
    self.perPoint = perPoint
    distribution = PullDistribution(of: values, perPoint: perPoint)
  }

  /// The generic pull (⟨A⟩ − A) / σ of `prediction` against `amplitudes`, equation 25.
  ///
  /// σ is the `uncertainty` asked for. Pulls where it is zero or no number, or where ln A does not
  /// exist, are not finite. Throws if the prediction does not have that uncertainty; traps unless
  /// there is one amplitude per point.
  public init(
    _ prediction: Prediction, against amplitudes: [Double], over uncertainty: Uncertainty,
    in space: SystematicPull.Space = .logarithmic
  ) throws(AmpError) {
    guard let sigma = prediction.logUncertainty(uncertainty) else {
      throw AmpError(
        "the prediction has no \(uncertainty.rawValue) uncertainty, so there is no "
          + "\(uncertainty.rawValue) pull", remedy: uncertainty.remedy)
    }
    precondition(
      amplitudes.count == prediction.count,
      "\(prediction.count) predictions but \(amplitudes.count) amplitudes")
    self.init(
      amplitudes.indices.map { i in
        let mean = prediction.logMean[i]
        // A σ below zero is no σ at all.
        let deviation = sigma[i] >= 0 ? sigma[i] : .nan
        switch space {
        case .logarithmic: return (mean - log(amplitudes[i])) / deviation
        case .amplitude:
          let predicted = exp(mean)
          return (predicted - amplitudes[i]) / (deviation * predicted)
        }
      })
  }

  /// The pulls in `count` bins with equal numbers of points (to one), by rising `variable`.
  ///
  /// Give the true amplitudes where there are any: bins in noisy ones select on the noise. Points
  /// whose variable is NaN belong to no bin; there are never more bins than points.
  public func bins(of variable: [Double], count: Int = 10) -> [Bin] {
    precondition(count > 0, "\(count) bins")
    let order = rising(variable)
    let bins = min(count, order.count)
    return (0..<bins).compactMap { k in
      bin(order[k * order.count / bins..<(k + 1) * order.count / bins], variable)
    }
  }

  /// The pulls of the `fraction` of points with the lowest and of that with the highest `variable`.
  ///
  /// At least one point each; nil without points (arXiv:2412.12069, Fig. 10).
  public func extremes(of variable: [Double], fraction: Double = 0.01) -> (
    lowest: Bin, highest: Bin
  )? {
    precondition(fraction > 0 && fraction <= 1, "a fraction of \(fraction)")
    let order = rising(variable)
    let size = max(1, Int((fraction * Double(order.count)).rounded()))
    guard let lowest = bin(order.prefix(size), variable),
      let highest = bin(order.suffix(size), variable)
    else { return nil }
    return (lowest, highest)
  }

  private func rising(_ variable: [Double]) -> [Int] {
    precondition(
      variable.count == points, "pulls of \(points) points but \(variable.count) values")
    return variable.indices.filter { !variable[$0].isNaN }
      .sorted { (variable[$0], $0) < (variable[$1], $1) }
  }

  private func bin(_ rows: ArraySlice<Int>, _ variable: [Double]) -> Bin? {
    guard let first = rows.first, let last = rows.last else { return nil }
    var chosen: [Double] = []
    chosen.reserveCapacity(rows.count * perPoint)
    for row in rows { chosen += values[row * perPoint..<(row + 1) * perPoint] }
    return Bin(
      range: variable[first]...variable[last],
      distribution: PullDistribution(of: chosen, perPoint: perPoint))
  }
}

extension Pull.Uncertainty {
  fileprivate var remedy: String {
    switch self {
    case .systematic:
      "Train with a likelihood that learns it, such as the heteroscedastic one."
    case .statistical:
      "Train several networks or a distribution of them: an ensemble or a Bayesian network."
    case .total: "Train with a likelihood that learns a width, or several networks."
    }
  }
}

extension Prediction {
  /// The standard deviation of ln A that `uncertainty` names; nil if the method has none.
  public func logUncertainty(_ uncertainty: Pull.Uncertainty) -> [Double]? {
    switch uncertainty {
    case .systematic: logSystematic
    case .statistical: logStatistical
    case .total: logTotal
    }
  }
}
