import Foundation

/// The Poisson law of rare counts.
public enum Poisson {
  /// The probability of `count` or more where `mean` are expected.
  ///
  /// Summed from the smaller side, so that tiny probabilities keep their digits.
  public static func probability(of count: Int, orMoreAt mean: Double) -> Double {
    guard mean.isFinite, mean >= 0 else { return .nan }
    if count <= 0 { return 1 }
    if mean == 0 { return 0 }
    func sum(from start: Int, by step: Int) -> Double {
      var term = exp(Double(start) * log(mean) - mean - lgamma(Double(start) + 1))
      var (total, k) = (0.0, start)
      while k >= 0 && term > total * 1e-17 {
        total += term
        term *= step > 0 ? mean / Double(k + 1) : Double(k) / mean
        k += step
      }
      return total
    }
    return Double(count) > mean ? sum(from: count, by: 1) : 1 - sum(from: count - 1, by: -1)
  }
}
