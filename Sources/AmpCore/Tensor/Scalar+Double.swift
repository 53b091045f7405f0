// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CAmpKernels

// The kernels of `Scalar` for Double: one call of the table for this processor each.
extension Double: Scalar {
  /// The kernels of the best level that this processor has.
  private static let kernels: amp_kernels_f64_table = {
    guard let table = amp_kernels_f64(amp_best_level()) else {
      preconditionFailure("the best level of a processor has kernels")
    }
    return table.pointee
  }()

  public static let precisionName = "float64"
  public static let panel = Int(kernels.panel)

  public static func pack(
    depth: Int, columns: Int, _ b: UnsafePointer<Double>, kStride: Int, jStride: Int,
    into packed: UnsafeMutablePointer<Double>
  ) {
    kernels.pack(depth, columns, b, kStride, jStride, packed)
  }

  public static func productPacked(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Double>, stride: Int,
    _ packed: UnsafePointer<Double>, bias: UnsafePointer<Double>?,
    _ c: UnsafeMutablePointer<Double>,
    cStride: Int, accumulate: Bool
  ) {
    kernels.product_packed(
      rows, columns, depth, a, stride, packed, bias, c, cStride, accumulate ? 1 : 0)
  }

  public static func dense(
    _ activation: Activation, rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Double>,
    stride: Int, _ packed: Panels, bias: UnsafePointer<Double>?, _ c: UnsafeMutablePointer<Double>,
    cStride: Int
  ) {
    let (kind, slope) = activation.code
    kernels.dense(
      kind, slope, rows, columns, depth, a, stride, packed.memory, packed.bytes, bias, c, cStride)
  }

  public static func shorten(
    depth: Int, columns: Int, _ packed: UnsafePointer<Double>,
    into shortened: UnsafeMutableRawPointer
  ) -> Int {
    kernels.shorten(depth, columns, packed, shortened)
  }

  public static func productPulledBack(
    _ activation: Activation, rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Double>,
    stride: Int, _ packed: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>, cStride: Int,
    accumulate: Bool, value: UnsafePointer<Double>, derivative: UnsafePointer<Double>?,
    sums: UnsafeMutablePointer<Double>?
  ) {
    let (kind, slope) = activation.code
    kernels.product_pulled_back(
      kind, slope, rows, columns, depth, a, stride, packed, c, cStride,
      accumulate ? 1 : 0, value, derivative, sums)
  }

  public static func product(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Double>, aRow: Int, aColumn: Int,
    _ b: UnsafePointer<Double>, stride: Int, _ c: UnsafeMutablePointer<Double>, cStride: Int,
    accumulate: Bool
  ) {
    kernels.product(
      rows, columns, depth, a, aRow, aColumn, b, stride, c, cStride, 1, accumulate ? 1 : 0)
  }

  public static func productTransposed(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Double>, aStride: Int,
    _ b: UnsafePointer<Double>, bStride: Int, _ c: UnsafeMutablePointer<Double>, cStride: Int,
    accumulate: Bool
  ) {
    kernels.product_transposed(
      rows, columns, depth, a, aStride, b, bStride, c, cStride, 1, accumulate ? 1 : 0)
  }

  public static func activate(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, _ z: UnsafePointer<Double>,
    value: UnsafeMutablePointer<Double>, derivative: UnsafeMutablePointer<Double>?
  ) {
    let (kind, slope) = activation.code
    kernels.activate(kind, rows, columns, stride, z, Double(slope), value, derivative)
  }

  public static func pullBack(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, value: UnsafePointer<Double>,
    derivative: UnsafePointer<Double>?, gradient: UnsafeMutablePointer<Double>,
    sums: UnsafeMutablePointer<Double>?
  ) {
    let (kind, slope) = activation.code
    kernels.pull_back_activation(
      kind, rows, columns, stride, value, derivative, Double(slope), gradient, sums)
  }

  public static func sumTree(
    count: Int, parts: Int, distance: Int, _ x: UnsafeMutablePointer<Double>
  ) {
    kernels.sum_tree(count, parts, distance, x)
  }

  public static func adam(
    count: Int, gradient: UnsafePointer<Double>, m: UnsafeMutablePointer<Double>,
    v: UnsafeMutablePointer<Double>, weights: UnsafeMutablePointer<Double>, beta1: Double,
    beta2: Double, rate: Double, root: Double, epsilon: Double, keep: Double
  ) {
    kernels.adam(
      count, gradient, m, v, weights, Double(beta1), Double(beta2), Double(rate), Double(root),
      Double(epsilon), Double(keep))
  }

  public static func soapDirection(
    count: Int, gradient: UnsafePointer<Double>, m: UnsafePointer<Double>,
    v: UnsafeMutablePointer<Double>, direction: UnsafeMutablePointer<Double>, beta2: Double,
    root: Double, epsilon: Double, scale: Double
  ) {
    kernels.soap_direction(
      count, gradient, m, v, direction, Double(beta2), Double(root), Double(epsilon), Double(scale))
  }

  public static func axpby(
    count: Int, _ alpha: Double, _ x: UnsafePointer<Double>, _ beta: Double,
    _ y: UnsafeMutablePointer<Double>
  ) {
    kernels.axpby(count, Double(alpha), x, Double(beta), y)
  }

  public static func clear(_ x: UnsafeMutablePointer<Double>, count: Int) {
    x.update(repeating: 0, count: count)
  }

  public static func multiply(
    count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    _ z: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    kernels.multiply(count, x, y, z, accumulate ? 1 : 0)
  }

  public static func gather(
    _ indices: UnsafeBufferPointer<Int32>, columns: Int, from source: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Double>, stride: Int
  ) {
    kernels.gather(indices.count, columns, indices.baseAddress, source, target, stride)
  }

  public static func widen(
    rows: Int, columns: Int, _ source: UnsafePointer<Double>, stride: Int,
    to target: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<rows {
      for j in 0..<columns {
        target[row * columns + j] = Double(source[row * stride + j])
      }
    }
  }

  public static func narrow(
    rows: Int, columns: Int, _ source: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Double>, stride: Int
  ) {
    for row in 0..<rows {
      for j in 0..<columns {
        target[row * stride + j] = Double(source[row * columns + j])
      }
    }
  }

  public static func copyBlock(
    rows: Int, columns: Int, from source: UnsafePointer<Double>, stride: Int,
    to target: UnsafeMutablePointer<Double>, targetStride: Int, accumulate: Bool
  ) {
    kernels.copy_block(rows, columns, source, stride, target, targetStride, accumulate ? 1 : 0)
  }

  public static func rational(
    rows: Int, columns: Int, stride: Int, groups: Int, _ x: UnsafePointer<Double>,
    numerator: UnsafePointer<Double>, denominator: UnsafePointer<Double>,
    value: UnsafeMutablePointer<Double>
  ) {
    kernels.rational(rows, columns, stride, groups, x, numerator, denominator, value)
  }

  public static func pullBackRational(
    rows: Int, columns: Int, stride: Int, groups: Int, _ x: UnsafePointer<Double>,
    numerator: UnsafePointer<Double>, denominator: UnsafePointer<Double>,
    gradient: UnsafePointer<Double>, inputGradient: UnsafeMutablePointer<Double>?, accumulate: Bool,
    numeratorGradient: UnsafeMutablePointer<Double>,
    denominatorGradient: UnsafeMutablePointer<Double>
  ) {
    kernels.pull_back_rational(
      rows, columns, stride, groups, x, numerator, denominator, gradient, inputGradient,
      accumulate ? 1 : 0, numeratorGradient, denominatorGradient)
  }

  public static func splineBasis(
    rows: Int, inputs: Int, cells: Int, order: Int, _ x: UnsafePointer<Double>, xStride: Int,
    low: UnsafePointer<Double>, perLength: UnsafePointer<Double>,
    value: UnsafeMutablePointer<Double>,
    derivative: UnsafeMutablePointer<Double>?, stride: Int
  ) {
    kernels.spline_basis(
      rows, inputs, cells, CInt(order), x, xStride, low, perLength, value, derivative, stride)
  }

  public static func pullBackSplineBasis(
    rows: Int, inputs: Int, width: Int, gradient: UnsafePointer<Double>,
    derivative: UnsafePointer<Double>, stride: Int, xGradient: UnsafeMutablePointer<Double>,
    xStride: Int, accumulate: Bool
  ) {
    kernels.pull_back_spline_basis(
      rows, inputs, width, gradient, derivative, stride, xGradient, xStride, accumulate ? 1 : 0)
  }

  public static func foldSplines(
    inputs: Int, splines: Int, outputs: Int, base: UnsafePointer<Double>,
    coefficients: UnsafePointer<Double>, scale: UnsafePointer<Double>,
    weight: UnsafeMutablePointer<Double>
  ) {
    kernels.fold_splines(inputs, splines, outputs, base, coefficients, scale, weight)
  }

  public static func unfoldSplines(
    inputs: Int, splines: Int, outputs: Int, gradient: UnsafePointer<Double>,
    coefficients: UnsafePointer<Double>, scale: UnsafePointer<Double>,
    baseGradient: UnsafeMutablePointer<Double>, coefficientGradient: UnsafeMutablePointer<Double>,
    scaleGradient: UnsafeMutablePointer<Double>
  ) {
    kernels.unfold_splines(
      inputs, splines, outputs, gradient, coefficients, scale, baseGradient, coefficientGradient,
      scaleGradient)
  }
}
