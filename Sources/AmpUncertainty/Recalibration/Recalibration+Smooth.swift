import Foundation

// Factors that set width and coverage together, and change little and without a step.
extension Recalibration {
  /// Factors that follow a parabola in the rank of `variable`, a compromise of width and coverage.
  ///
  /// Pulls have longer tails than a Gaussian, so one factor makes the rms pull one, another
  /// lets ±σ hold 68.27 % of the points. In every bin a mean of both is taken,
  ///
  ///     ln f_k = ⅓ ln rms_k(t) + ⅔ ln q_k,     q_k the 68.27 % quantile of |t|,
  ///
  /// with |t| counted as 5 q_k at most, so that no single point decides. Then ln f_k is smoothed: the
  /// parabola in x_k = (2k + 1)/K − 1 nearest to the K values is taken, whose statistical error is
  /// less than half of that of a bin. These factors hold for the median point of each bin, and between
  /// two of these the factor is a straight line. The bins hold equal numbers of points, at least
  /// 50, and there are up to `count` of them; with fewer than five their mean is taken for all.
  ///
  /// Throws an ``AmpError`` for fewer points than ``CalibrationPoints/fewest``, pulls that are not
  /// finite, or that are all zero.
  public static func smooth(
    _ points: CalibrationPoints, _ count: Int = 20, by variable: CalibrationVariable = .amplitude
  ) throws -> Recalibration {
    precondition(count > 0, "\(count) bins")
    let bins = points.bins(min(count, max(1, points.count / 50)), by: variable)
    let logarithms = try grouped(points, bins).map { try logFactor(of: $0, in: points) }
    let factors = parabola(nearestTo: logarithms).map { exp($0) }
    let values = variable(points.prediction, points.momenta)
    let groups = Dictionary(grouping: values.filter(\.isFinite), by: bins.edges.bin)
    let nodes = (0..<bins.count).map { SortedSample(groups[$0] ?? []).median }
    return Recalibration(
      .smooth, points.uncertainty, points: points.count, factors: factors, bins: bins,
      nodes: bins.count > 1 ? nodes : nil)
  }

  /// ⅓ of ln of the rms pull and ⅔ of that of the 68.27 % quantile.
  static func logFactor(of pulls: [Double], in points: CalibrationPoints) throws -> Double {
    let width = try points.rms(pulls)
    let sizes = pulls.map { abs($0) }
    let quantile = SortedSample(sizes).quantile(0.6827)
    // Where most predictions agree exactly with their labels the width alone is left.
    guard quantile > 0 else { return log(width) }
    return (log(try points.rms(sizes.map { min($0, 5 * quantile) })) + 2 * log(quantile)) / 3
  }

  /// The values at equally spaced points of the parabola nearest to `values`.
  package static func parabola(nearestTo values: [Double]) -> [Double] {
    let count = Double(values.count)
    let x = values.indices.map { (2 * Double($0) + 1) / count - 1 }
    let square = x.reduce(0) { $0 + $1 * $1 } / count
    // Polynomials that are orthogonal on these points.
    let polynomials =
      [x.map { _ in 1 }] + (values.count < 5 ? [] : [x, x.map { $0 * $0 - square }])
    return polynomials.reduce(values.map { _ in 0 }) { sum, p in
      let coefficient = zip(p, values).reduce(0) { $0 + $1.0 * $1.1 } / p.reduce(0) { $0 + $1 * $1 }
      return zip(sum, p).map { $0 + coefficient * $1 }
    }
  }
}
