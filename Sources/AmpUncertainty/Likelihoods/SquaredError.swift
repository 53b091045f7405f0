/// The mean squared error: a Gaussian of unit width, which learns the mean alone.
///
/// One output per point, the mean μ; the loss is ½ (y − μ)², evaluated in Double. There is no
/// systematic uncertainty.
public struct SquaredError: Likelihood {
  /// The name in options and files.
  public static let name = "none"

  /// Creates the likelihood.
  public init() {}

  /// μ.
  public var outputs: Int { 1 }

  /// No width is learned.
  public var learnsWidth: Bool { false }

  /// The sum of the losses of `rows` points, see ``Objective``.
  public func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      let residual = outputs[row] - targets[row]
      sum += 0.5 * residual * residual
      gradient?[row] = weight * residual
    }
    return sum
  }

  /// μ, and no variance.
  public func moments(_ outputs: UnsafePointer<Double>) -> Moments { Moments(mean: outputs[0]) }

  /// NaN: the unit width stands for nothing that was learned, so there are no probabilities.
  public func tails(_ y: Double, _ outputs: UnsafePointer<Double>) -> Tails {
    Tails(logBelow: .nan, logAbove: .nan)
  }
}

extension UncertaintyChoice {
  /// The mean alone.
  public static let none = UncertaintyChoice(
    name: SquaredError.name, summary: "one network that learns the mean alone"
  ) { _, _ in (SquaredError(), Deterministic()) }
}
