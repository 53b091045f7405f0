/// Means and variances of the networks of a posterior, gathered network by network.
///
/// arXiv:2412.12069, Eq. 8–10 and 34; running means (Welford), so that any number of networks needs
/// the memory of one. All in units of the standardised target.
struct MomentAverage {
  private let likelihood: any Likelihood
  private var count = 0.0
  private var squares: [Double]
  private var stated: [Double]
  /// The mean over the networks, one per point.
  private(set) var means: [Double]
  /// The mean of the learned variances, one per point.
  private(set) var systematic: [Double]

  init(points: Int, likelihood: any Likelihood) {
    self.likelihood = likelihood
    (means, squares) = (
      [Double](repeating: 0, count: points), [Double](repeating: 0, count: points)
    )
    (systematic, stated) = (means, means)
  }

  /// Adds a network by its outputs (points, outputs); returns its own means and learned variances.
  mutating func add(_ outputs: [Double]) -> (means: [Double], variances: [Double]) {
    add(outputs, likelihood)
  }

  private mutating func add<L: Likelihood>(
    _ outputs: [Double], _ likelihood: L
  ) -> (means: [Double], variances: [Double]) {
    count += 1
    var (own, variances) = (means, means)
    let width = likelihood.outputs
    outputs.withUnsafeBufferPointer { outputs in
      guard let outputs = outputs.baseAddress else { return }
      for i in own.indices {
        let moments = likelihood.moments(outputs + i * width)
        (own[i], variances[i]) = (moments.mean, moments.systematic)
        let change = moments.mean - means[i]
        means[i] += change / count
        squares[i] += change * (moments.mean - means[i])
        systematic[i] += (moments.systematic - systematic[i]) / count
        stated[i] += (moments.statistical - stated[i]) / count
      }
    }
    return (own, variances)
  }

  /// The variance of the mean, one per point; nil for one network that states none.
  var statistical: [Double]? {
    if count < 2 { return stated.contains { $0 > 0 } ? stated : nil }
    return squares.indices.map { squares[$0] / (count - 1) + stated[$0] }
  }
}
