/// Mean and variances of one point, gathered network by network.
///
/// arXiv:2412.12069, Eq. 8–10 and 34; running means (Welford), so that any number of networks needs
/// the memory of one. All in units of the standardised target.
struct PointMoments {
  private var count = 0.0
  private var squares = 0.0
  private var stated = 0.0
  /// The mean over the networks.
  private(set) var mean = 0.0
  /// The mean of the learned variances.
  private(set) var systematic = 0.0

  /// Adds what one network says.
  mutating func add(_ moments: Moments) {
    count += 1
    let change = moments.mean - mean
    mean += change / count
    squares += change * (moments.mean - mean)
    systematic += (moments.systematic - systematic) / count
    stated += (moments.statistical - stated) / count
  }

  /// The variance of the mean; of one network what it states by itself.
  var statistical: Double { count < 2 ? stated : squares / (count - 1) + stated }
}

/// Means and variances of the networks of a posterior for many points, see ``PointMoments``.
struct MomentAverage {
  private let likelihood: any Likelihood
  private var networks = 0
  private var points: [PointMoments]

  init(points: Int, likelihood: any Likelihood) {
    self.likelihood = likelihood
    self.points = [PointMoments](repeating: PointMoments(), count: points)
  }

  /// The mean over the networks, one per point.
  var means: [Double] { points.map(\.mean) }

  /// The mean of the learned variances, one per point.
  var systematic: [Double] { points.map(\.systematic) }

  /// Adds a network by its outputs (points, outputs); returns its own means and learned variances.
  mutating func add(_ outputs: [Double]) -> (means: [Double], variances: [Double]) {
    add(outputs, likelihood)
  }

  private mutating func add<L: Likelihood>(
    _ outputs: [Double], _ likelihood: L
  ) -> (means: [Double], variances: [Double]) {
    networks += 1
    var own = [Double](repeating: 0, count: points.count)
    var variances = own
    let width = likelihood.outputs
    outputs.withUnsafeBufferPointer { outputs in
      guard let outputs = outputs.baseAddress else { return }
      for i in own.indices {
        let moments = likelihood.moments(outputs + i * width)
        (own[i], variances[i]) = (moments.mean, moments.systematic)
        points[i].add(moments)
      }
    }
    return (own, variances)
  }

  /// The variance of the mean, one per point; nil for one network that states none.
  var statistical: [Double]? {
    let variances = points.map(\.statistical)
    return networks < 2 && !variances.contains { $0 > 0 } ? nil : variances
  }
}
