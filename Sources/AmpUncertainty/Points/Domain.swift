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
  fileprivate static let margin = 1e-6
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
    center.withUnsafeBufferPointer { center in
      axes.withUnsafeBufferPointer { axes in
        guard let first = center.baseAddress, let axis = axes.baseAddress else { return 0 }
        return distance(x, first, axis, rows: axes.count / center.count, width: center.count)
      }
    }
  }

  /// d along `rows` axes; four of them at a time, whose sums do not wait for each other.
  fileprivate static func distance(
    _ x: UnsafePointer<Double>, _ center: UnsafePointer<Double>, _ axes: UnsafePointer<Double>,
    rows: Int, width: Int
  ) -> Double {
    if rows == 0 { return 0 }
    var square = 0.0
    var row = 0
    while row + 4 <= rows {
      let a = axes + row * width
      let (b, c, d) = (a + width, a + 2 * width, a + 3 * width)
      var (p, q, r, s) = (0.0, 0.0, 0.0, 0.0)
      for j in 0..<width {
        let off = x[j] - center[j]
        p += a[j] * off
        q += b[j] * off
        r += c[j] * off
        s += d[j] * off
      }
      square += p * p
      square += q * q
      square += r * r
      square += s * s
      row += 4
    }
    while row < rows {
      var product = 0.0
      for j in 0..<width { product += axes[row * width + j] * (x[j] - center[j]) }
      square += product * product
      row += 1
    }
    return (square * Double(width) / Double(rows * width)).squareRoot()
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
    low.withUnsafeBufferPointer { low in
      high.withUnsafeBufferPointer { high in
        guard let low = low.baseAddress, let high = high.baseAddress else { return true }
        return Domain.isWithin(x, low, high, width: center.count)
      }
    } && distance(x) <= radius + Domain.margin
  }

  fileprivate static func isWithin(
    _ x: UnsafePointer<Double>, _ low: UnsafePointer<Double>, _ high: UnsafePointer<Double>,
    width: Int
  ) -> Bool {
    for j in 0..<width where !(x[j] >= low[j] - margin && x[j] <= high[j] + margin) {
      return false
    }
    return true
  }
}

/// A ``Domain`` in bare memory, for points one at a time: the same answers, sooner.
final class PointDomain: Sendable {
  /// The low ends, the high ends, the centre, then the axes.
  private let numbers: AlignedBuffer<Double>
  private let (width, rows): (Int, Int)
  private let radius: Double

  init(_ domain: Domain) {
    numbers = AlignedBuffer(domain.low + domain.high + domain.center + domain.axes)
    width = domain.center.count
    rows = width == 0 ? 0 : domain.axes.count / width
    radius = domain.radius
  }

  /// Whether standardised features are those of a point like the training points.
  func contains(_ x: UnsafePointer<Double>) -> Bool {
    let low = UnsafePointer(numbers.pointer)
    let (high, center, axes) = (low + width, low + 2 * width, low + 3 * width)
    return Domain.isWithin(x, low, high, width: width)
      && Domain.distance(x, center, axes, rows: rows, width: width) <= radius + Domain.margin
  }
}
