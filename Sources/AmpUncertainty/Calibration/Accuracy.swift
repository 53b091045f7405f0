import Foundation

/// How far predicted amplitudes lie from the true ones.
///
///     Δ = (A_NN − A_true) / A_true        arXiv:2412.12069, Eq. 42
public struct Accuracy: Sendable, Equatable {
  /// Numbers of a set of deviations; NaN for an empty set.
  public struct Summary: Sendable, Equatable {
    /// The number of finite deviations.
    public let count: Int
    /// The number of deviations that are not finite, left out of all that follows.
    public let notFinite: Int
    /// The mean of Δ.
    public let mean: Double
    /// √⟨Δ²⟩.
    public let rms: Double
    /// |Δ|, sorted.
    public let magnitudes: SortedSample

    /// The median of |Δ|.
    public var median: Double { magnitudes.median }

    /// The |Δ| that the part `p` of the points does not exceed.
    public func quantile(_ p: Double) -> Double { magnitudes.quantile(p) }

    /// The part of the points with |Δ| below `limit`.
    public func fraction(below limit: Double) -> Double {
      guard count > 0 else { return .nan }
      return Double(magnitudes.count(upTo: limit.nextDown)) / Double(count)
    }

    /// Looks at `deviations`.
    public init(of deviations: [Double]) {
      let finite = deviations.filter(\.isFinite)
      let n = Double(finite.count)
      count = finite.count
      notFinite = deviations.count - finite.count
      mean = finite.isEmpty ? .nan : finite.reduce(0, +) / n
      rms = finite.isEmpty ? .nan : (finite.reduce(0) { $0 + $1 * $1 } / n).squareRoot()
      magnitudes = SortedSample(finite.map(abs))
    }
  }

  /// Δ of each point.
  public let deviations: [Double]

  /// All points.
  public let all: Summary

  /// The one percent of the points with the largest true amplitudes, at least one point.
  public let largest: Summary

  /// Compares `prediction` with the `true` amplitudes; traps unless there is one per point.
  public init(_ prediction: Prediction, against truth: [Double]) {
    deviations = prediction.deviations(from: truth)
    all = Summary(of: deviations)
    let size = truth.isEmpty ? 0 : max(1, truth.count / 100)
    let finite = truth.map { $0.isNaN ? -.infinity : $0 }
    let rows = indicesOfLargest(finite, count: size)
    largest = Summary(of: rows.map { [deviations] in deviations[$0] })
  }

  /// The rows of the `count` points with the largest |Δ|, the worst first, NaN before all.
  public func worst(_ count: Int) -> [Int] {
    indicesOfLargest(deviations.map(abs), count: count)
  }
}

extension Pull {
  /// The rows of the `count` points with the largest |t|, the worst first, NaN before all.
  ///
  /// Traps if points have several pulls.
  public func worst(_ count: Int) -> [Int] {
    precondition(perPoint == 1, "\(perPoint) pulls for each point")
    return indicesOfLargest(values.map(abs), count: count)
  }
}

extension SystematicPull {
  /// The rows of the `count` points with the largest |t|, the worst first, NaN before all.
  public func worst(_ count: Int) -> [Int] { pull.worst(count) }
}
