/// The kernels of Gaussian noise and of Gaussian posteriors of weights, see noise.inc.h.
public protocol NoiseKernels {
  /// The deviates that a chunk of sixteen Philox blocks gives.
  static var normalsPerChunk: Int { get }

  /// Fills `chunks` chunks with the deviates of blocks `first`, `first` + 1, … of a stream.
  static func normals(
    chunks: Int, key: SIMD2<UInt32>, stream: SIMD3<UInt32>, first: UInt32,
    to target: UnsafeMutablePointer<Self>)

  /// value ← value + √v ξ and variance ← ξ/√v with v = variance + ε, for ξ (rows, columns).
  static func reparametrise(
    rows: Int, columns: Int, stride: Int, noise: UnsafePointer<Self>, epsilon: Double,
    value: UnsafeMutablePointer<Self>, variance: UnsafeMutablePointer<Self>)

  /// values ← values + σ ξ; the product is formed in Double.
  static func scatter(
    count: Int, _ deviations: UnsafePointer<Double>, _ noise: UnsafePointer<Self>,
    values: UnsafeMutablePointer<Self>)

  /// λ ← λ within `range`, variance = exp λ.
  static func variances(
    count: Int, _ range: ClosedRange<Double>, logVariance: UnsafeMutablePointer<Self>,
    variance: UnsafeMutablePointer<Self>)

  /// result ← ½ variance ∘ gradient, or +=.
  static func pullBackVariances(
    count: Int, variance: UnsafePointer<Self>, gradient: UnsafePointer<Self>,
    result: UnsafeMutablePointer<Self>, accumulate: Bool)

  /// gradient ← gradient + a x; returns Σ x².
  static func pullToMean(
    count: Int, _ a: Double, _ x: UnsafePointer<Self>, gradient: UnsafeMutablePointer<Self>
  ) -> Double

  /// gradient ← gradient + a (p variance − 1); returns Σ (p variance − λ).
  static func pullToVariance(
    count: Int, _ a: Double, precision p: Double, logVariance: UnsafePointer<Self>,
    variance: UnsafePointer<Self>, gradient: UnsafeMutablePointer<Self>
  ) -> Double
}

/// A stream of standard normal deviates, made by the thousand: Philox and Box–Muller in vectors.
///
/// A pure function of (seed, purpose, member, step) and the position, like ``Philox``, though with
/// other numbers.
package struct NormalStream: Sendable {
  private let key: SIMD2<UInt32>
  private let stream: SIMD3<UInt32>
  private var next: UInt32 = 0

  package init(seed: UInt64, purpose: Philox.Purpose, member: UInt32, step: UInt32 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    stream = SIMD3(purpose.rawValue, member, step)
  }

  /// The numbers that `count` deviates take in memory: whole chunks.
  package static func capacity<S: Scalar>(_ count: Int, as _: S.Type) -> Int {
    (count + S.normalsPerChunk - 1) / S.normalsPerChunk * S.normalsPerChunk
  }

  /// Writes the next `count` deviates, filling up the ``capacity(_:as:)`` behind them.
  package mutating func fill<S: Scalar>(_ target: UnsafeMutablePointer<S>, count: Int) {
    let chunks = NormalStream.capacity(count, as: S.self) / S.normalsPerChunk
    S.normals(chunks: chunks, key: key, stream: stream, first: next, to: target)
    next &+= UInt32(truncatingIfNeeded: 16 * chunks)
  }

  /// The next `count` deviates.
  package mutating func next<S: Scalar>(_ count: Int, as _: S.Type) -> [S] {
    let buffer = AlignedBuffer<S>(NormalStream.capacity(count, as: S.self))
    fill(buffer.pointer, count: count)
    return Array(buffer.array.prefix(count))
  }
}
