import AmpCore
import CAmpKernels

/// The kernels of one level in one precision, under one type for Float and Double.
struct KernelTable<S: Scalar> {
  typealias Source = UnsafePointer<S>?
  typealias Target = UnsafeMutablePointer<S>?
  typealias Products = (
    Int, Int, Int, Source, Int, Int, Source, Int, Target, Int, Int, CInt
  ) -> Void

  let level: String
  let panel: Int
  let pack: (Int, Int, Source, Int, Int, Target) -> Void
  let productPacked: (Int, Int, Int, Source, Int, Source, Source, Target, Int, CInt) -> Void
  let shorten: (Int, Int, Source, UnsafeMutableRawPointer?) -> Int
  let dense:
    (
      CInt, S, Int, Int, Int, Source, Int, UnsafeRawPointer?, Int, Source, Target, Int
    ) -> Void
  let productPulledBack:
    (
      CInt, S, Int, Int, Int, Source, Int, Source, Target, Int, CInt, Source, Source, Target
    ) -> Void
  let product: Products
  let productTransposed: (Int, Int, Int, Source, Int, Source, Int, Target, Int, Int, CInt) -> Void
  let activate: (CInt, Int, Int, Int, Source, S, Target, Target) -> Void
  let pullBack: (CInt, Int, Int, Int, Source, Source, S, Target, Target) -> Void
  let sumTree: (Int, Int, Int, Target) -> Void
  let adam: (Int, Source, Target, Target, Target, S, S, S, S, S, S) -> Void
  let soapDirection: (Int, Source, Source, Target, Target, S, S, S, S) -> Void
  let axpby: (Int, S, Source, S, Target) -> Void
  let multiply: (Int, Source, Source, Target, CInt) -> Void
  let exponential: (Int, Source, Target) -> Void
  let rational: (Int, Int, Int, Int, Source, Source, Source, Target) -> Void
  let splineBasis: (Int, Int, Int, CInt, Source, Int, Source, Source, Target, Target, Int) -> Void
}

/// `Float` or `Double` with the tables of all levels that this processor has.
protocol KernelScalar: Scalar {
  static var levels: [KernelTable<Self>] { get }
}

private let levelNames = [
  (number: CInt(AMP_LEVEL_BASELINE), name: "baseline"),
  (number: CInt(AMP_LEVEL_AVX2), name: "avx2"),
  (number: CInt(AMP_LEVEL_AVX512), name: "avx512"),
]

extension Float: KernelScalar {
  static var levels: [KernelTable<Float>] {
    levelNames.compactMap { level in
      guard let t = amp_kernels_f32(level.number)?.pointee else { return nil }
      return KernelTable(
        level: "\(level.name) f32", panel: t.panel, pack: t.pack, productPacked: t.product_packed,
        shorten: t.shorten, dense: t.dense, productPulledBack: t.product_pulled_back,
        product: t.product, productTransposed: t.product_transposed, activate: t.activate,
        pullBack: t.pull_back_activation, sumTree: t.sum_tree, adam: t.adam,
        soapDirection: t.soap_direction, axpby: t.axpby, multiply: t.multiply,
        exponential: t.exponential, rational: t.rational, splineBasis: t.spline_basis)
    }
  }
}

extension Double: KernelScalar {
  static var levels: [KernelTable<Double>] {
    levelNames.compactMap { level in
      guard let t = amp_kernels_f64(level.number)?.pointee else { return nil }
      return KernelTable(
        level: "\(level.name) f64", panel: t.panel, pack: t.pack, productPacked: t.product_packed,
        shorten: t.shorten, dense: t.dense, productPulledBack: t.product_pulled_back,
        product: t.product, productTransposed: t.product_transposed, activate: t.activate,
        pullBack: t.pull_back_activation, sumTree: t.sum_tree, adam: t.adam,
        soapDirection: t.soap_direction, axpby: t.axpby, multiply: t.multiply,
        exponential: t.exponential, rational: t.rational, splineBasis: t.spline_basis)
    }
  }
}

/// The activations with their numbers in the kernels.
let kernelActivations: [(name: String, kind: CInt, saves: Bool)] = [
  ("identity", CInt(AMP_IDENTITY.rawValue), false), ("relu", CInt(AMP_RELU.rawValue), false),
  ("leaky relu", CInt(AMP_LEAKY_RELU.rawValue), false), ("gelu", CInt(AMP_GELU.rawValue), true),
  ("silu", CInt(AMP_SILU.rawValue), true), ("tanh", CInt(AMP_TANH.rawValue), false),
]

extension KernelTable {
  /// f(x) and, where it is saved, f'(x) of the elements of x as one row.
  func values(_ kind: CInt, of x: [S], saves: Bool, slope: S = 0.01) -> (value: [S], slope: [S]) {
    var (value, derivative) = (x, [S](repeating: .nan, count: x.count))
    value.withUnsafeMutableBufferPointer { value in
      derivative.withUnsafeMutableBufferPointer { derivative in
        activate(
          kind, 1, x.count, x.count, x, slope, value.baseAddress,
          saves ? derivative.baseAddress : nil)
      }
    }
    return (value, derivative)
  }

  func exp(_ x: [S]) -> [S] {
    var y = [S](repeating: .nan, count: x.count)
    exponential(x.count, x, &y)
    return y
  }
}

extension Philox {
  /// A whole number in the range, uniformly.
  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// Standard normal deviates.
  mutating func normals<S: Scalar>(_ count: Int, as _: S.Type = S.self) -> [S] {
    (0..<count).map { _ in S(normal()) }
  }
}
