import Foundation

/// A histogram of predicted amplitudes with everything that is uncertain about it.
///
/// With the weight wᵢ of a point and its predicted amplitude Aᵢ, cᵢ = wᵢ Aᵢ, a bin holds
///
///     H = Σ cᵢ,   Monte Carlo error² = Σ cᵢ²   (less H²/trials where trials are known)
///     systematic, correlated      Σ cᵢ σᵢ      all amplitudes off by their σ_syst in one direction
///     systematic, uncorrelated    √Σ cᵢ² σᵢ²   all of them off independently
///     statistical                 the standard deviation of Σ wᵢ A⁽ˢ⁾ᵢ over the networks s
///
/// σᵢ = σ_syst/A. Truth lies between the two readings of the systematic uncertainty: errors of
/// neighbouring points are alike, those of distant ones are not. Sums of one network each take the
/// correlations of the statistical uncertainty along; if a recalibration has changed σ_stat, the
/// deviations of the networks from their mean are scaled with it point by point.
public struct PropagatedHistogram: Sendable {
  /// The edges of the bins.
  public let edges: [Double]
  /// How many weights were drawn to get these points, rejected ones among them; nil if unknown.
  public private(set) var trials: Int?
  /// The sums of the underflow, each bin, the overflow.
  public private(set) var bins: [Bin]

  /// What a bin holds.
  public struct Bin: Sendable {
    /// The number of points.
    public internal(set) var points = 0
    /// Σc, and of the exact amplitudes Σe; 0 without these.
    public internal(set) var (predicted, exact) = (0.0, 0.0)
    /// Σc², Σe² and Σce.
    public internal(set) var (predictedSquares, exactSquares, products) = (0.0, 0.0, 0.0)
    /// Σcσ and Σc²σ².
    public internal(set) var (correlated, uncorrelatedSquares) = (0.0, 0.0)
    /// Σ of each network.
    public internal(set) var members: [Double] = []
    /// Σcx and Σcx² with the value x of the observable.
    public internal(set) var (first, second) = (0.0, 0.0)

    /// The systematic uncertainty if all errors have one direction.
    public var systematicCorrelated: Double { correlated }
    /// The systematic uncertainty if errors are independent.
    public var systematicUncorrelated: Double { uncorrelatedSquares.squareRoot() }
    /// The statistical uncertainty; nil for fewer than two networks.
    public var statistical: Double? {
      guard members.count > 1 else { return nil }
      let mean = members.reduce(0, +) / Double(members.count)
      let squares = members.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(members.count - 1)).squareRoot()
    }
    /// Σc/Σe; nil without exact amplitudes.
    public var ratio: Double? { exact > 0 ? predicted / exact : nil }
    /// The error of the ratio from the finite number of points, which both share.
    public var ratioError: Double? {
      guard let ratio else { return nil }
      let rest = predictedSquares - 2 * ratio * products + ratio * ratio * exactSquares
      return max(0, rest).squareRoot() / exact
    }
  }

  /// An empty histogram; traps unless edges rise.
  public init(edges: [Double]) {
    precondition(
      edges.count >= 2 && zip(edges, edges.dropFirst()).allSatisfy(<),
      "a histogram needs two or more rising edges")
    self.edges = edges
    bins = [Bin](repeating: Bin(), count: edges.count + 1)
  }

  /// Adds points: the values of the observable, their weights, what is predicted and what is exact.
  ///
  /// Traps unless there is one of each per point. `trials` is how many were drawn for them.
  public mutating func add(
    _ values: [Double], weights: [Double], prediction: Prediction, exact: [Double]?,
    trials more: Int? = nil
  ) {
    precondition(
      values.count == weights.count && values.count == prediction.count
        && (exact?.count ?? values.count) == values.count,
      "\(values.count) values, \(weights.count) weights, \(prediction.count) predictions")
    let members = PropagatedHistogram.scaledMembers(prediction)
    trials = more.map { $0 + (trials ?? 0) }
    for i in values.indices {
      let bin = edges.bin(of: values[i])
      let c = weights[i] * exp(prediction.logMean[i])
      let e = weights[i] * (exact?[i] ?? 0)
      bins[bin].points += 1
      bins[bin].predicted += c
      bins[bin].exact += e
      bins[bin].predictedSquares += c * c
      bins[bin].exactSquares += e * e
      bins[bin].products += c * e
      bins[bin].first += c * values[i]
      bins[bin].second += c * values[i] * values[i]
      if let sigma = prediction.logSystematic?[i] {
        bins[bin].correlated += c * sigma
        bins[bin].uncorrelatedSquares += c * c * sigma * sigma
      }
      if bins[bin].members.isEmpty && !members.isEmpty {
        bins[bin].members = [Double](repeating: 0, count: members.count)
      }
      for s in members.indices { bins[bin].members[s] += weights[i] * exp(members[s][i]) }
    }
  }

  /// The error of `bin` from the finite number of points.
  public func error(of bin: Bin) -> Double {
    PropagatedHistogram.error(bin.predicted, bin.predictedSquares, trials)
  }

  /// The error of the exact amplitudes in `bin` from the finite number of points.
  public func exactError(of bin: Bin) -> Double {
    PropagatedHistogram.error(bin.exact, bin.exactSquares, trials)
  }

  private static func error(_ sum: Double, _ squares: Double, _ trials: Int?) -> Double {
    max(0, squares - (trials.map { sum * sum / Double($0) } ?? 0)).squareRoot()
  }

  /// ln A of each network, its deviation from the mean scaled to the stated σ_stat.
  private static func scaledMembers(_ prediction: Prediction) -> [[Double]] {
    guard let members = prediction.members, members.count > 1 else { return [] }
    var result = members.map(\.logMean)
    guard let stated = prediction.logStatistical else { return result }
    let count = Double(members.count)
    for i in stated.indices {
      let mean = result.reduce(0) { $0 + $1[i] } / count
      let squares = result.reduce(0) { $0 + ($1[i] - mean) * ($1[i] - mean) }
      let found = (squares / (count - 1)).squareRoot()
      // Rounding alone is no recalibration.
      guard found > 0, abs(stated[i] / found - 1) > 1e-6 else { continue }
      for s in result.indices { result[s][i] = mean + (result[s][i] - mean) * stated[i] / found }
    }
    return result
  }
}
