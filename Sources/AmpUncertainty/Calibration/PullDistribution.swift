import Foundation

/// How a sample of pulls compares with the unit Gaussian.
///
/// Pulls that are not finite (σ = 0, or no number) take no part in mean and width, but they do
/// count as not covered: uncertainties that are absent must not look calibrated. Without finite
/// pulls every number is NaN; with one, and for the error of the width of any sample that small,
/// the width is NaN.
///
/// Several networks may give a pull at each point. These are not independent: errors of mean and
/// width then come from the scatter of whole points, and tests count points instead of pulls, which
/// errs on the side of caution.
public struct PullDistribution: Sendable, Equatable {
  /// The part of the pulls within ± a number of standard deviations.
  public struct Coverage: Sendable, Equatable {
    /// The number k of standard deviations.
    public let deviations: Double
    /// The part of a unit Gaussian within ±k.
    public let expected: Double
    /// The part of the pulls within ±k.
    public let observed: Double
    /// The binomial error √(e(1−e)/n) of the observed part, if the expected e is true; n points.
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

  /// √⟨t²⟩, the width about zero: 1 for calibrated pulls, larger with a bias.
  public let rms: Double

  /// The median.
  public let median: Double

  /// The largest |t|.
  public let largest: Double

  /// The part of all pulls below −3; 0.00135 for calibrated pulls.
  public let lowerTail: Double

  /// The part of all pulls above +3; 0.00135 for calibrated pulls.
  public let upperTail: Double

  /// χ² of the binned pulls.
  public let chiSquare: ChiSquare

  /// The largest distance from the unit Gaussian.
  public let kolmogorovSmirnov: KolmogorovSmirnov

  /// The coverage at one, two and three standard deviations.
  public let coverage: [Coverage]

  /// The error of the mean, width / √n.
  public let meanError: Double

  /// The error of the width for a Gaussian sample, width / √(2(n − 1)).
  public let widthError: Double

  /// Looks at `pulls`, of which `perPoint` neighbours belong to the same point.
  public init(of pulls: [Double], perPoint: Int = 1) {
    var finite = pulls.filter(\.isFinite)
    finite.sort()
    count = finite.count
    notFinite = pulls.count - finite.count
    let n = Double(count)
    let mean = count > 0 ? finite.reduce(0, +) / n : .nan
    let squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let width = count > 1 ? (squares / (n - 1)).squareRoot() : .nan
    self.mean = mean
    self.width = width
    rms = count > 0 ? (mean * mean + squares / n).squareRoot() : .nan
    if perPoint == 1 {
      meanError = width / n.squareRoot()
      widthError = count > 1 ? width / (2 * (n - 1)).squareRoot() : .nan
    } else {
      (meanError, widthError) = PullDistribution.errors(of: pulls, perPoint, mean, width)
    }
    median =
      count > 0 ? 0.5 * (finite[(count - 1) / 2] + finite[count / 2]) : .nan
    largest = max(-(finite.first ?? .nan), finite.last ?? .nan)
    let points = Double(pulls.count / perPoint)
    chiSquare = ChiSquare(sorted: finite, weight: 1 / Double(perPoint))
    kolmogorovSmirnov = KolmogorovSmirnov(
      sorted: finite, independent: perPoint == 1 ? count : (count + perPoint - 1) / perPoint)
    let all = Double(pulls.count)
    coverage = [1.0, 2, 3].map { k in
      let expected = StandardNormal.central(k)
      let within = finite.count { abs($0) <= k }
      return Coverage(
        deviations: k, expected: expected,
        observed: pulls.isEmpty ? .nan : Double(within) / all,
        error: pulls.isEmpty ? .nan : (expected * (1 - expected) / points).squareRoot())
    }
    lowerTail = pulls.isEmpty ? .nan : Double(finite.count { $0 < -3 }) / all
    upperTail = pulls.isEmpty ? .nan : Double(finite.count { $0 > 3 }) / all
  }

  /// Errors of mean and width from the scatter of the sums over each point; NaN below two points.
  private static func errors(
    of pulls: [Double], _ perPoint: Int, _ mean: Double, _ width: Double
  ) -> (mean: Double, width: Double) {
    var (count, points) = (0.0, 0.0)
    var (means, squares) = (0.0, 0.0)
    for start in stride(from: 0, to: pulls.count, by: perPoint) {
      var (found, first, second) = (0.0, 0.0, 0.0)
      for pull in pulls[start..<start + perPoint] where pull.isFinite {
        let difference = pull - mean
        found += 1
        first += difference
        second += difference * difference - width * width
      }
      guard found > 0 else { continue }
      points += 1
      count += found
      means += first * first
      squares += second * second
    }
    guard points > 1 else { return (.nan, .nan) }
    let correction = points / (points - 1)
    let widthError =
      width > 0 ? (correction * squares).squareRoot() / (2 * width * count) : .nan
    return ((correction * means).squareRoot() / count, widthError)
  }
}
