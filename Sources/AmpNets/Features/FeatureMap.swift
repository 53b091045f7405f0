/// Features standardised on the training points: x = (f(p) − mean)/scale, always in Double.
///
/// Features that share one scale keep their mean: mean = 0 and scale the standard deviation of all
/// of them together.
public struct FeatureMap: Sendable, Codable, Equatable {
  /// The name of the ``FeatureSet``.
  public let name: String
  /// The number of particles of a point.
  public let particles: Int
  /// The canonical order of identical particles, where the features use one.
  public let folding: Folding?
  /// The mean of each feature over the training points.
  public let mean: [Double]
  /// The standard deviation of each feature over the training points.
  public let scale: [Double]

  /// The number of features.
  public var width: Int { mean.count }

  /// Fits mean and standard deviation of `features` on `momenta`.
  ///
  /// Throws an ``AmpError`` if there are no points or the process has another number of particles.
  public init(
    _ features: any FeatureSet, process: ScatteringProcess, fittedTo momenta: Momenta,
    threads: Int = 1
  ) throws {
    guard process.particles.count == momenta.particles else {
      throw AmpError(
        "the points have \(momenta.particles) particles, the process \(process.particles.count)",
        remedy: "Give the process that the points belong to.")
    }
    guard momenta.count > 0 else {
      throw AmpError("there are no points to fit to", remedy: "Give at least one training point.")
    }
    name = features.name
    particles = momenta.particles
    folding = features.foldsSymmetries ? Folding(process) : nil
    let width = features.width(particles: particles)
    let unit = FeatureMap(
      name: name, particles: particles, folding: folding,
      mean: [Double](repeating: 0, count: width), scale: [Double](repeating: 1, count: width))
    let values: [Double] = try unit(momenta, threads: threads)
    if features.sharesScale {
      let common = moments(of: values, width: 1).deviation[0]
      mean = unit.mean
      scale = [Double](repeating: common > 0 ? common : 1, count: width)
      return
    }
    let (mean, deviation) = pooled(
      moments(of: values, width: width), over: features.scaledAlike(particles: particles))
    self.mean = mean
    scale = deviation.map { $0 > 0 ? max($0, features.smallestScale) : 1 }
  }

  private init(
    name: String, particles: Int, folding: Folding?, mean: [Double], scale: [Double]
  ) {
    self.name = name
    self.particles = particles
    self.folding = folding
    self.mean = mean
    self.scale = scale
  }

  /// The standardised features of all points, (points, width), rounded to `S` at the very end.
  ///
  /// Throws an ``AmpError`` if the points have another number of particles.
  public func callAsFunction<S: Scalar>(
    _ momenta: Momenta, threads: Int = 1, as type: S.Type = S.self
  ) throws -> [S] {
    try check(momenta)
    let features = try FeatureSets.named(name)
    let (count, width) = (momenta.count, width)
    let block = 1024
    return [S](unsafeUninitializedCapacity: count * width) { buffer, initialized in
      initialized = count * width
      guard let result = buffer.baseAddress else { return }
      nonisolated(unsafe) let target = result  // blocks write disjoint rows
      momenta.components.withUnsafeBufferPointer { components in
        guard let base = components.baseAddress else { return }
        nonisolated(unsafe) let source = base  // only read
        parallel(parts: (count + block - 1) / block, threads: threads) { part in
          let rows = part * block..<min(count, (part + 1) * block)
          withUnsafeTemporaryAllocation(of: Double.self, capacity: width * rows.count) { values in
            guard let values = values.baseAddress else { return }
            for row in rows {
              evaluate(
                features, source + row * 4 * particles,
                into: values + (row - rows.lowerBound) * width
              )
            }
            S.narrow(
              rows: rows.count, columns: width, values, to: target + rows.lowerBound * width,
              stride: width)
          }
        }
      }
    }
  }

  private func check(_ momenta: Momenta) throws {
    guard momenta.particles == particles else {
      throw AmpError(
        "the points have \(momenta.particles) particles, the features were made for \(particles)",
        remedy: "Give points of the process for which the surrogate was trained.")
    }
  }

  /// The standardised features of one point, momenta (particles, 4).
  package func evaluate(
    _ features: any FeatureSet, _ momenta: UnsafePointer<Double>,
    into x: UnsafeMutablePointer<Double>
  ) {
    if let folding {
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * particles) { folded in
        guard let folded = folded.baseAddress else { return }
        folding.fold(momenta, particles: particles, into: folded)
        features.evaluate(folded, particles: particles, into: x)
      }
    } else {
      features.evaluate(momenta, particles: particles, into: x)
    }
    for j in 0..<width { x[j] = (x[j] - mean[j]) / scale[j] }
  }
}

/// Mean and standard deviation of each column of a (rows, width) matrix.
///
/// A deviation within the rounding of the mean, 2⁻⁴⁰ of it, is zero.
package func moments(of values: [Double], width: Int) -> (mean: [Double], deviation: [Double]) {
  let rows = values.count / width
  var (mean, square) = (
    [Double](repeating: 0, count: width), [Double](repeating: 0, count: width)
  )
  for row in 0..<rows {
    for j in 0..<width { mean[j] += values[row * width + j] }
  }
  for j in 0..<width { mean[j] /= Double(rows) }
  for row in 0..<rows {
    for j in 0..<width {
      let d = values[row * width + j] - mean[j]
      square[j] += d * d
    }
  }
  let deviation = zip(square, mean).map { square, mean in
    let deviation = (square / Double(rows)).squareRoot()
    return deviation > 0x1p-40 * abs(mean) ? deviation : 0
  }
  return (mean, deviation)
}

/// Mean and standard deviation over all columns that name the same first column in `groups`.
private func pooled(
  _ moments: (mean: [Double], deviation: [Double]), over groups: [Int]
) -> (mean: [Double], deviation: [Double]) {
  var (mean, deviation) = moments
  for first in Set(groups) {
    let members = groups.indices.filter { groups[$0] == first }
    if members.count == 1 { continue }
    let count = Double(members.count)
    let center = members.reduce(0) { $0 + moments.mean[$1] } / count
    let square = members.reduce(0) { sum, j in
      let d = moments.mean[j] - center
      return sum + moments.deviation[j] * moments.deviation[j] + d * d
    }
    for j in members { (mean[j], deviation[j]) = (center, (square / count).squareRoot()) }
  }
  return (mean, deviation)
}
