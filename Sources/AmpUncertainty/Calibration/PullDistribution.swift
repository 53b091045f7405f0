import Foundation

/// How a sample of pulls compares with the unit Gaussian.
///
/// Pulls that are not finite (σ = 0, or no number) take no part in mean and width, but they do
/// count as not covered: uncertainties that are absent must not look calibrated. Without finite
/// pulls every number is NaN; with one, and for the error of the width of any sample that small,
/// the width is NaN.
public struct PullDistribution: Sendable, Equatable {
  /// The part of the pulls within ± a number of standard deviations.
  public struct Coverage: Sendable, Equatable {
    /// The number k of standard deviations.
    public let deviations: Double
    /// The part of a unit Gaussian within ±k.
    public let expected: Double
    /// The part of the pulls within ±k.
    public let observed: Double
    /// The binomial error √(e(1−e)/n) of the observed part, if the expected e is true.
    public let error: Double
  }

  /// The number of finite pulls.
  public let count: Int

  /// The number of pulls that are not finite.
  public let notFinite: Int

  /// The mean, 0 for calibrated pulls.
  public let mean: Double

  /// The standard deviation with n − 1, 1 for calibrated pulls.
  public let width: Double

  /// The median.
  public let median: Double

  /// χ² of the binned pulls.
  public let chiSquare: ChiSquare

  /// The largest distance from the unit Gaussian.
  public let kolmogorovSmirnov: KolmogorovSmirnov

  /// The coverage at one, two and three standard deviations.
  public let coverage: [Coverage]

  /// The error of the mean, width / √n.
  public var meanError: Double { width / Double(count).squareRoot() }

  /// The error of the width for a Gaussian sample, width / √(2(n − 1)).
  public var widthError: Double {
    count > 1 ? width / (2 * Double(count - 1)).squareRoot() : .nan
  }

  /// Looks at `pulls`.
  public init(of pulls: [Double]) {
    let finite = pulls.filter(\.isFinite).sorted()
    count = finite.count
    notFinite = pulls.count - finite.count
    let n = Double(count)
    let mean = count > 0 ? finite.reduce(0, +) / n : .nan
    let squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    width = count > 1 ? (squares / (n - 1)).squareRoot() : .nan
    median =
      count > 0 ? 0.5 * (finite[(count - 1) / 2] + finite[count / 2]) : .nan
    chiSquare = ChiSquare(sorted: finite)
    kolmogorovSmirnov = KolmogorovSmirnov(sorted: finite)
    let all = Double(pulls.count)
    coverage = [1.0, 2, 3].map { k in
      let expected = StandardNormal.central(k)
      let within = finite.count { abs($0) <= k }
      return Coverage(
        deviations: k, expected: expected,
        observed: pulls.isEmpty ? .nan : Double(within) / all,
        error: pulls.isEmpty ? .nan : (expected * (1 - expected) / all).squareRoot())
    }
  }
}
