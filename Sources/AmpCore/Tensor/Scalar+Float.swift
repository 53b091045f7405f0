// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CAmpKernels

// The kernels of `Scalar` for Float: one call of the table for this processor each.
extension Float: Scalar {
  /// The kernels of the best level that this processor has.
  private static let kernels: amp_kernels_f32_table = {
    guard let table = amp_kernels_f32(amp_best_level()) else {
      preconditionFailure("the best level of a processor has kernels")
    }
    return table.pointee
  }()

  public static let precisionName = "float32"
  public static let panel = Int(kernels.panel)

  public static func pack(
    depth: Int, columns: Int, _ b: UnsafePointer<Float>, kStride: Int, jStride: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    kernels.pack(depth, columns, b, kStride, jStride, packed)
  }

  public static func productPacked(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, stride: Int,
    _ packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, _ c: UnsafeMutablePointer<Float>,
    cStride: Int, accumulate: Bool
  ) {
    kernels.product_packed(
      rows, columns, depth, a, stride, packed, bias, c, cStride, accumulate ? 1 : 0)
  }

  public static func dense(
    _ activation: Activation, rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>,
    stride: Int, _ packed: Panels, bias: UnsafePointer<Float>?, _ c: UnsafeMutablePointer<Float>,
    cStride: Int
  ) {
    let (kind, slope) = activation.code
    kernels.dense(
      kind, Float(slope), rows, columns, depth, a, stride, packed.memory, packed.bytes, bias, c,
      cStride)
  }

  public static func shorten(
    depth: Int, columns: Int, _ packed: UnsafePointer<Float>,
    into shortened: UnsafeMutableRawPointer
  ) -> Int {
    kernels.shorten(depth, columns, packed, shortened)
  }

  public static func productPulledBack(
    _ activation: Activation, rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>,
    stride: Int, _ packed: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, cStride: Int,
    accumulate: Bool, value: UnsafePointer<Float>, derivative: UnsafePointer<Float>?,
    sums: UnsafeMutablePointer<Float>?
  ) {
    let (kind, slope) = activation.code
    kernels.product_pulled_back(
      kind, Float(slope), rows, columns, depth, a, stride, packed, c, cStride,
      accumulate ? 1 : 0, value, derivative, sums)
  }

  public static func product(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aRow: Int, aColumn: Int,
    _ b: UnsafePointer<Float>, stride: Int, _ c: UnsafeMutablePointer<Float>, cStride: Int,
    accumulate: Bool
  ) {
    kernels.product(
      rows, columns, depth, a, aRow, aColumn, b, stride, c, cStride, 1, accumulate ? 1 : 0)
  }

  public static func productTransposed(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aStride: Int,
    _ b: UnsafePointer<Float>, bStride: Int, _ c: UnsafeMutablePointer<Float>, cStride: Int,
    accumulate: Bool
  ) {
    kernels.product_transposed(
      rows, columns, depth, a, aStride, b, bStride, c, cStride, 1, accumulate ? 1 : 0)
  }

  public static func activate(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, _ z: UnsafePointer<Float>,
    value: UnsafeMutablePointer<Float>, derivative: UnsafeMutablePointer<Float>?
  ) {
    let (kind, slope) = activation.code
    kernels.activate(kind, rows, columns, stride, z, Float(slope), value, derivative)
  }

  public static func pullBack(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, value: UnsafePointer<Float>,
    derivative: UnsafePointer<Float>?, gradient: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>?
  ) {
    let (kind, slope) = activation.code
    kernels.pull_back_activation(
      kind, rows, columns, stride, value, derivative, Float(slope), gradient, sums)
  }

  public static func sumTree(
    count: Int, parts: Int, distance: Int, _ x: UnsafeMutablePointer<Float>
  ) {
    kernels.sum_tree(count, parts, distance, x)
  }

  public static func adam(
    count: Int, gradient: UnsafePointer<Float>, m: UnsafeMutablePointer<Float>,
    v: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>, beta1: Double,
    beta2: Double, rate: Double, root: Double, epsilon: Double, keep: Double
  ) {
    kernels.adam(
      count, gradient, m, v, weights, Float(beta1), Float(beta2), Float(rate), Float(root),
      Float(epsilon), Float(keep))
  }

  public static func soapDirection(
    count: Int, gradient: UnsafePointer<Float>, m: UnsafePointer<Float>,
    v: UnsafeMutablePointer<Float>, direction: UnsafeMutablePointer<Float>, beta2: Double,
    root: Double, epsilon: Double, scale: Double
  ) {
    kernels.soap_direction(
      count, gradient, m, v, direction, Float(beta2), Float(root), Float(epsilon), Float(scale))
  }

  public static func axpby(
    count: Int, _ alpha: Double, _ x: UnsafePointer<Float>, _ beta: Double,
    _ y: UnsafeMutablePointer<Float>
  ) {
    kernels.axpby(count, Float(alpha), x, Float(beta), y)
  }

  public static func clear(_ x: UnsafeMutablePointer<Float>, count: Int) {
    x.update(repeating: 0, count: count)
  }

  public static func multiply(
    count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
    _ z: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    kernels.multiply(count, x, y, z, accumulate ? 1 : 0)
  }

  public static func gather(
    _ indices: UnsafeBufferPointer<Int32>, columns: Int, from source: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    kernels.gather(indices.count, columns, indices.baseAddress, source, target, stride)
  }

  public static func widen(
    rows: Int, columns: Int, _ source: UnsafePointer<Float>, stride: Int,
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
    to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    for row in 0..<rows {
      for j in 0..<columns {
        target[row * stride + j] = Float(source[row * columns + j])
      }
    }
  }

  public static func copyBlock(
    rows: Int, columns: Int, from source: UnsafePointer<Float>, stride: Int,
    to target: UnsafeMutablePointer<Float>, targetStride: Int, accumulate: Bool
  ) {
    kernels.copy_block(rows, columns, source, stride, target, targetStride, accumulate ? 1 : 0)
  }

  public static func rational(
    rows: Int, columns: Int, stride: Int, groups: Int, _ x: UnsafePointer<Float>,
    numerator: UnsafePointer<Float>, denominator: UnsafePointer<Float>,
    value: UnsafeMutablePointer<Float>
  ) {
    kernels.rational(rows, columns, stride, groups, x, numerator, denominator, value)
  }

  public static func pullBackRational(
    rows: Int, columns: Int, stride: Int, groups: Int, _ x: UnsafePointer<Float>,
    numerator: UnsafePointer<Float>, denominator: UnsafePointer<Float>,
    gradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>?, accumulate: Bool,
    numeratorGradient: UnsafeMutablePointer<Float>,
    denominatorGradient: UnsafeMutablePointer<Float>
  ) {
    kernels.pull_back_rational(
      rows, columns, stride, groups, x, numerator, denominator, gradient, inputGradient,
      accumulate ? 1 : 0, numeratorGradient, denominatorGradient)
  }

  public static func splineBasis(
    rows: Int, inputs: Int, cells: Int, order: Int, _ x: UnsafePointer<Float>, xStride: Int,
    low: UnsafePointer<Float>, perLength: UnsafePointer<Float>, value: UnsafeMutablePointer<Float>,
    derivative: UnsafeMutablePointer<Float>?, stride: Int
  ) {
    kernels.spline_basis(
      rows, inputs, cells, CInt(order), x, xStride, low, perLength, value, derivative, stride)
  }

  public static func pullBackSplineBasis(
    rows: Int, inputs: Int, width: Int, gradient: UnsafePointer<Float>,
    derivative: UnsafePointer<Float>, stride: Int, xGradient: UnsafeMutablePointer<Float>,
    xStride: Int, accumulate: Bool
  ) {
    kernels.pull_back_spline_basis(
      rows, inputs, width, gradient, derivative, stride, xGradient, xStride, accumulate ? 1 : 0)
  }

  public static func foldSplines(
    inputs: Int, splines: Int, outputs: Int, base: UnsafePointer<Float>,
    coefficients: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    weight: UnsafeMutablePointer<Float>
  ) {
    kernels.fold_splines(inputs, splines, outputs, base, coefficients, scale, weight)
  }

  public static func unfoldSplines(
    inputs: Int, splines: Int, outputs: Int, gradient: UnsafePointer<Float>,
    coefficients: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    baseGradient: UnsafeMutablePointer<Float>, coefficientGradient: UnsafeMutablePointer<Float>,
    scaleGradient: UnsafeMutablePointer<Float>
  ) {
    kernels.unfold_splines(
      inputs, splines, outputs, gradient, coefficients, scale, baseGradient, coefficientGradient,
      scaleGradient)
  }
}
