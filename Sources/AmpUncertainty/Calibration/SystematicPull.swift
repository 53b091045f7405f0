import AmpCore

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
  public typealias Bin = Pull.Bin

  /// The pulls as those of any kind.
  public let pull: Pull

  /// One pull per point.
  public var values: [Double] { pull.values }

  /// How all of them compare with the unit Gaussian.
  public var distribution: PullDistribution { pull.distribution }

  /// Forms the pulls of `prediction` against `amplitudes`, those of the data (with their noise).
  ///
  /// Throws if the prediction has no systematic uncertainty; traps unless there is one amplitude
  /// per point.
  public init(
    _ prediction: Prediction, against amplitudes: [Double], in space: Space = .logarithmic
  ) throws(AmpError) {
    pull = try Pull(prediction, against: amplitudes, over: .systematic, in: space)
  }

  /// The pulls in `count` bins with equal numbers of points, see ``Pull/bins(of:count:)``.
  public func bins(of amplitudes: [Double], count: Int = 10) -> [Bin] {
    pull.bins(of: amplitudes, count: count)
  }

  /// The pulls at the ends, see ``Pull/extremes(of:fraction:)``.
  public func extremes(of amplitudes: [Double], fraction: Double = 0.01) -> (
    lowest: Bin, highest: Bin
  )? {
    pull.extremes(of: amplitudes, fraction: fraction)
  }
}
