import AmpCore
import Foundation

/// The pulls of predicted amplitudes against those of training type.
///
///     t(x) = (⟨A⟩(x) − A_train(x)) / σ_syst(x)        arXiv:2412.12069, Eq. 33
///
/// By default in the space of ln A, where the likelihood lives; in the space of amplitudes on
/// request. Pulls where σ is zero, or where ln A does not exist, are not finite; see
/// ``PullDistribution`` for how they count.
public struct SystematicPull: Sendable, Equatable {
  /// Where mean, amplitude and σ are compared.
  public enum Space: Sendable {
    /// (mean of ln A − ln A_train) / σ of ln A.
    case logarithmic
    /// (A_NN − A_train) / σ_A with σ_A = σ of ln A · A_NN.
    case amplitude
  }

  /// The pulls of the points of an interval of amplitudes.
  public struct Bin: Sendable, Equatable {
    /// The smallest and the largest value in the bin.
    public let range: ClosedRange<Double>
    /// How the pulls of the bin compare with the unit Gaussian.
    public let distribution: PullDistribution
  }

  /// One pull per point.
  public let values: [Double]

  /// How all of them compare with the unit Gaussian.
  public let distribution: PullDistribution

  /// Forms the pulls of `prediction` against `amplitudes`, those of the data (with their noise).
  ///
  /// Throws if the prediction has no systematic uncertainty; traps unless there is one amplitude
  /// per point.
  public init(
    _ prediction: Prediction, against amplitudes: [Double], in space: Space = .logarithmic
  ) throws(AmpError) {
    guard let sigma = prediction.logSystematic else {
      throw AmpError(
        "the prediction has no systematic uncertainty, so there is no systematic pull",
        remedy: "Train with a likelihood that learns it, such as the heteroscedastic one.")
    }
    precondition(
      amplitudes.count == prediction.count,
      "\(prediction.count) predictions but \(amplitudes.count) amplitudes")
    values = amplitudes.indices.map { i in
      let mean = prediction.logMean[i]
      // A σ below zero is no σ at all.
      let deviation = sigma[i] >= 0 ? sigma[i] : .nan
      switch space {
      case .logarithmic: return (mean - log(amplitudes[i])) / deviation
      case .amplitude:
        let predicted = exp(mean)
        return (predicted - amplitudes[i]) / (deviation * predicted)
      }
    }
    distribution = PullDistribution(of: values)
  }

  /// The pulls in `count` bins with equal numbers of points (to one), by rising `amplitudes`.
  ///
  /// Give the true amplitudes where there are any: bins in noisy ones select on the noise. Points
  /// whose amplitude is NaN belong to no bin; there are never more bins than points.
  public func bins(of amplitudes: [Double], count: Int = 10) -> [Bin] {
    precondition(count > 0, "\(count) bins")
    let order = rising(amplitudes)
    let bins = min(count, order.count)
    return (0..<bins).compactMap { k in
      bin(order[k * order.count / bins..<(k + 1) * order.count / bins], amplitudes)
    }
  }

  /// The pulls of the `fraction` of points with the lowest and of that with the highest amplitudes.
  ///
  /// At least one point each; nil without points (arXiv:2412.12069, Fig. 10).
  public func extremes(of amplitudes: [Double], fraction: Double = 0.01) -> (
    lowest: Bin, highest: Bin
  )? {
    precondition(fraction > 0 && fraction <= 1, "a fraction of \(fraction)")
    let order = rising(amplitudes)
    let size = max(1, Int((fraction * Double(order.count)).rounded()))
    guard let lowest = bin(order.prefix(size), amplitudes),
      let highest = bin(order.suffix(size), amplitudes)
    else { return nil }
    return (lowest, highest)
  }

  private func rising(_ amplitudes: [Double]) -> [Int] {
    precondition(
      amplitudes.count == values.count, "\(values.count) pulls but \(amplitudes.count) amplitudes")
    return amplitudes.indices.filter { !amplitudes[$0].isNaN }
      .sorted { (amplitudes[$0], $0) < (amplitudes[$1], $1) }
  }

  private func bin(_ rows: ArraySlice<Int>, _ amplitudes: [Double]) -> Bin? {
    guard let first = rows.first, let last = rows.last else { return nil }
    return Bin(
      range: amplitudes[first]...amplitudes[last],
      distribution: PullDistribution(of: rows.map { values[$0] }))
  }
}
