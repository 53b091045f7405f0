import Foundation

// Factors that bring the mean squared pull to one.
extension Recalibration {
  /// One factor for all points.
  ///
  /// arXiv:2412.12069, Eq. 55: the mean of the heteroscedastic loss over c, mean[t²/(2c²) + ln c], is lowest at
  ///
  ///     c² = mean(t²)
  ///
  /// so the rms pull, with the common shift that a mean pull is, becomes one. A few pulls far out
  /// carry much of the mean: c is right for the second moment, not for the coverage. Throws an
  /// ``AmpError`` for fewer points than ``CalibrationPoints/fewest``, pulls that are not finite, or
  /// that are all zero.
  public static func global(_ points: CalibrationPoints) throws -> Recalibration {
    Recalibration(
      .global, points.uncertainty, points: points.count, factors: [try points.rms(points.pulls)])
  }

  /// The same factor by stochastic gradient descent on the loss, as in arXiv:2412.12069.
  ///
  /// In λ = ln c², whose gradient on a batch is ½(1 − mean(t²) e^(−λ)); batches of 1024 in random
  /// order, a rate falling from 0.1 to 0 along a cosine, no step longer than one, and the median of
  /// t² over that of a Gaussian (0.455) as the start. It agrees with ``global(_:)`` up to the noise
  /// of the last batches, below a per mille for pulls without long tails.
  public static func gradientDescent(
    _ points: CalibrationPoints, seed: UInt64 = 0, steps: Int = 5000
  ) throws -> Recalibration {
    precondition(steps > 0, "\(steps) steps")
    let exact = try points.rms(points.pulls)
    let squares = points.pulls.map { $0 * $0 }
    let count = squares.count
    let median = SortedSample(squares).median
    var logSquare = log(median > 0 ? median / 0.4549364 : exact * exact)
    let batch = min(1024, count)
    var (order, next, epoch) = ([Int32](), count, UInt32(0))
    for step in 0..<steps {
      if next + batch > count {
        var random = Philox(seed: seed, purpose: .order, step: epoch)
        order = random.permutation(count)
        (next, epoch) = (0, epoch + 1)
      }
      let mean = order[next..<next + batch].reduce(0) { $0 + squares[Int($1)] } / Double(batch)
      next += batch
      let rate = 0.05 * (1 + cos(.pi * Double(step) / Double(steps)))
      let change = rate * 0.5 * (1 - mean * exp(-logSquare))
      logSquare -= min(max(change, -1), 1)
    }
    return Recalibration(
      .global, points.uncertainty, points: count, factors: [exp(0.5 * logSquare)])
  }

  /// One factor for every bin of `variable`: the rms pull of the points in it.
  ///
  /// Bins hold equal numbers of calibration points, to one; where values coincide there may be
  /// fewer. The factor steps at the borders. It throws as ``global(_:)`` does, for each bin.
  public static func bins(
    _ points: CalibrationPoints, _ count: Int, by variable: CalibrationVariable = .amplitude
  ) throws -> Recalibration {
    precondition(count > 0, "\(count) bins")
    let bins = points.bins(count, by: variable)
    let factors = try grouped(points, bins).map { try points.rms($0) }
    return Recalibration(
      .bins, points.uncertainty, points: points.count, factors: factors, bins: bins)
  }

  /// The pulls in each bin, without those of points on a border if they are left out.
  static func grouped(
    _ points: CalibrationPoints, _ bins: CalibrationBins, skippingBorders: Bool = false
  ) -> [[Double]] {
    let values = bins.variable(points.prediction, points.momenta)
    var groups = [[Double]](repeating: [], count: bins.count)
    for (i, bin) in bins.rows(of: values).enumerated() {
      if skippingBorders && bin > 0 && values[i] == bins.edges[bin - 1] { continue }
      groups[bin].append(points.pulls[i])
    }
    return groups
  }
}
