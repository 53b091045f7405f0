/// Where the training points of a surrogate lie, to tell whether a new point is like them.
///
/// In the standardised features x of a surrogate, from its training points: the range of each
/// feature, and the Mahalanobis distance from their centre c with the covariance C,
///
///     d² = (1/k) (x − c)ᵀ C⁻¹ (x − c)
///
/// over the k directions in which the points vary (conservation laws leave fewer than there are
/// features). A point is inside if every feature is within its range and d is not above that of
/// the farthest training point. A necessary condition: between training points there may be gaps.
public struct Domain: Sendable, Equatable, Codable {
  /// The smallest value of each feature.
  public let low: [Double]
  /// The largest value of each feature.
  public let high: [Double]
  /// c.
  public let center: [Double]
  /// The whitened directions (k, features): d² is the mean square of their products with x − c.
  public let axes: [Double]
  /// The largest d of the training points.
  public private(set) var radius: Double

  /// What rounding may put a feature out of its range, in standard deviations.
  private static let margin = 1e-6
  /// The points from which covariance and radius are found, evenly from all.
  private static let sampled = 100_000
  /// A direction whose variance is below this part of the largest one is constant up to rounding.
  private static let smallestVariance = 1e-10

  /// The domain of the points `momenta` in `features`.
  ///
  /// Throws an ``AmpError`` if there are no points, if they have another number of particles, or if
  /// features are not finite.
  public init(of momenta: Momenta, in features: FeatureMap) throws {
    guard momenta.count > 0, momenta.particles == features.particles else {
      throw AmpError(
        "\(momenta.count) points of \(momenta.particles) particles have no domain for features of "
          + "\(features.particles)",
        remedy: "Give the training points of the surrogate.")
    }
    let width = features.width
    let set = try FeatureSets.named(features.name)
    func forEach(_ stride: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) {
      let x = AlignedBuffer<Double>(width)
      momenta.components.withUnsafeBufferPointer { components in
        guard let base = components.baseAddress else { return }
        for row in Swift.stride(from: 0, to: momenta.count, by: stride) {
          features.evaluate(set, base + row * 4 * momenta.particles, into: x.pointer)
          body(x.pointer)
        }
      }
    }
    var low = [Double](repeating: .infinity, count: width)
    var high = low.map { -$0 }
    var center = [Double](repeating: 0, count: width)
    forEach(1) { x in
      for j in 0..<width {
        low[j] = min(low[j], x[j])
        high[j] = max(high[j], x[j])
      }
    }
    let stride = (momenta.count + Domain.sampled - 1) / Domain.sampled
    let count = Double((momenta.count + stride - 1) / stride)
    forEach(stride) { x in
      for j in 0..<width { center[j] += x[j] / count }
    }
    var covariance = [Double](repeating: 0, count: width * width)
    forEach(stride) { x in
      for i in 0..<width {
        let d = (x[i] - center[i]) / count
        for j in 0...i { covariance[i * width + j] += d * (x[j] - center[j]) }
      }
    }
    let system = try located("features") { try Domain.eigensystem(covariance, width) }
    let largest = system.values.last ?? 0
    let kept = system.values.indices.filter {
      system.values[$0] > Domain.smallestVariance * largest
    }
    let axes = kept.flatMap { k in
      (0..<width).map { system.vectors[$0 * width + k] / system.values[k].squareRoot() }
    }
    var radius = 0.0
    forEach(stride) { x in radius = max(radius, Domain.distance(x, center, axes)) }
    (self.low, self.high, self.center) = (low, high, center)
    (self.axes, self.radius) = (axes, radius)
  }

  /// The domain with a radius within which the part `share` of the points `momenta` lie.
  ///
  /// The outermost points have neighbours on one side only; there the tail of errors is longest.
  /// The radius does not grow. Throws an ``AmpError`` as ``init(of:in:)`` does, or unless `share` is
  /// above 0 and at most 1.
  public func narrowed(
    to share: Double, of momenta: Momenta, in features: FeatureMap, threads: Int = 1
  ) throws -> Domain {
    guard share > 0, share <= 1 else {
      throw AmpError(
        "the part \(share) of the points is not between 0 and 1",
        remedy: "Give the part that is to stay inside, for example 0.99.")
    }
    let x: [Double] = try features(momenta, threads: threads)
    let width = features.width
    precondition(width == center.count, "\(width) features for a domain of \(center.count)")
    let distances = x.withUnsafeBufferPointer { x in
      (0..<momenta.count).map { row in
        x.baseAddress.map { distance($0 + row * width) } ?? 0
      }
    }
    var domain = self
    let limit = SortedSample(distances).quantile(share)
    if limit < radius { domain.radius = limit }
    return domain
  }

  private static func distance(
    _ x: UnsafePointer<Double>, _ center: [Double], _ axes: [Double]
  ) -> Double {
    let width = center.count
    if axes.isEmpty { return 0 }
    var square = 0.0
    for first in stride(from: 0, to: axes.count, by: width) {
      var product = 0.0
      for j in 0..<width { product += axes[first + j] * (x[j] - center[j]) }
      square += product * product
    }
    return (square * Double(width) / Double(axes.count)).squareRoot()
  }

  /// Whether its numbers fit `width` features, for what was read from a file.
  func isSound(width: Int) -> Bool {
    low.count == width && high.count == width && center.count == width
      && axes.count <= width * width && (width == 0 || axes.count % width == 0)
      && (low + high + center + axes + [radius]).allSatisfy(\.isFinite)
  }

  private static func eigensystem(
    _ covariance: [Double], _ order: Int
  ) throws -> Eigensystem<Double> {
    do {
      return try Double.eigensystem(covariance, order: order)
    } catch {
      throw AmpError(
        "the features of the points have no finite covariance",
        remedy: "Remove points whose momenta are not finite.")
    }
  }

  /// d of standardised features.
  public func distance(_ x: [Double]) -> Double {
    precondition(x.count == center.count, "\(x.count) features for a domain of \(center.count)")
    return x.withUnsafeBufferPointer { $0.baseAddress.map(distance) ?? 0 }
  }

  /// Whether standardised features are those of a point like the training points.
  public func contains(_ x: [Double]) -> Bool {
    precondition(x.count == center.count, "\(x.count) features for a domain of \(center.count)")
    return x.withUnsafeBufferPointer { $0.baseAddress.map(contains) ?? true }
  }

  func distance(_ x: UnsafePointer<Double>) -> Double {
    Domain.distance(x, center, axes)
  }

  func contains(_ x: UnsafePointer<Double>) -> Bool {
    for j in low.indices
    where !(x[j] >= low[j] - Domain.margin && x[j] <= high[j] + Domain.margin) { return false }
    return distance(x) <= radius + Domain.margin
  }
}
