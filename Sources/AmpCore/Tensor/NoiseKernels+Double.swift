// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CAmpKernels

// The kernels of `NoiseKernels` for Double.
extension Double: NoiseKernels {
  /// The kernels of the best level that this processor has.
  private static let kernels: amp_kernels_f64_table = {
    guard let table = amp_kernels_f64(amp_best_level()) else {
      preconditionFailure("the best level of a processor has kernels")
    }
    return table.pointee
  }()

  public static let normalsPerChunk = 32

  public static func normals(
    chunks: Int, key: SIMD2<UInt32>, stream: SIMD3<UInt32>, first: UInt32,
    to target: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 5) { words in
      for i in 0..<2 { words[i] = key[i] }
      for i in 0..<3 { words[2 + i] = stream[i] }
      let start = words.baseAddress
      kernels.normals(chunks, start, start.map { $0 + 2 }, first, target)
    }
  }

  public static func reparametrise(
    rows: Int, columns: Int, stride: Int, noise: UnsafePointer<Double>, epsilon: Double,
    value: UnsafeMutablePointer<Double>, variance: UnsafeMutablePointer<Double>
  ) {
    kernels.reparametrise(rows, columns, stride, noise, Double(epsilon), value, variance)
  }

  public static func scatter(
    count: Int, _ deviations: UnsafePointer<Double>, _ noise: UnsafePointer<Double>,
    values: UnsafeMutablePointer<Double>
  ) {
    kernels.scatter(count, deviations, noise, values)
  }

  public static func variances(
    count: Int, _ range: ClosedRange<Double>, logVariance: UnsafeMutablePointer<Double>,
    variance: UnsafeMutablePointer<Double>
  ) {
    kernels.variances(
      count, Double(range.lowerBound), Double(range.upperBound), logVariance, variance)
  }

  public static func pullBackVariances(
    count: Int, variance: UnsafePointer<Double>, gradient: UnsafePointer<Double>,
    result: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    kernels.pull_back_variances(count, variance, gradient, result, accumulate ? 1 : 0)
  }

  public static func pullToMean(
    count: Int, _ a: Double, _ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    kernels.pull_to_mean(count, Double(a), x, gradient)
  }

  public static func pullToVariance(
    count: Int, _ a: Double, precision p: Double, logVariance: UnsafePointer<Double>,
    variance: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    kernels.pull_to_variance(count, Double(a), Double(p), logVariance, variance, gradient)
  }
}
