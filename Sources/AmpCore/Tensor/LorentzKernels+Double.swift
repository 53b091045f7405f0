// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CAmpKernels

// The kernels of `LorentzKernels` for Double.
extension Double: LorentzKernels {
  /// The kernels of the best level that this processor has.
  private static let kernels: amp_lorentz_f64_table = {
    guard let table = amp_lorentz_f64(amp_best_level()) else {
      preconditionFailure("the best level of a processor has kernels")
    }
    return table.pointee
  }()

  public static func mix(
    panels: Int, _ groups: UnsafeBufferPointer<amp_mixing>, xRows: Int, _ x: UnsafePointer<Double>,
    base: UnsafePointer<Double>?, yRows: Int, _ y: UnsafeMutablePointer<Double>
  ) {
    kernels.mix(panels, groups.baseAddress, groups.count, xRows, x, base, yRows, y)
  }

  public static func outerProduct(
    panels: Int, _ outer: amp_outer, xRows: Int, _ x: UnsafePointer<Double>, yRows: Int,
    _ y: UnsafePointer<Double>
  ) {
    withUnsafePointer(to: outer) { kernels.outer_product(panels, $0, xRows, x, yRows, y) }
  }

  public static func rowSums(
    panels: Int, xRows: Int, _ x: UnsafePointer<Double>, first: Int, rows: Int,
    _ sums: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    kernels.row_sums(panels, xRows, x, first, rows, sums, accumulate ? 1 : 0)
  }

  public static func transposePart(
    rows: Int, columns: Int, _ x: UnsafePointer<Double>, xRow: Int,
    _ y: UnsafeMutablePointer<Double>, yRow: Int, factor: Double, accumulate: Bool
  ) {
    kernels.transpose_part(rows, columns, x, xRow, y, yRow, factor, accumulate ? 1 : 0)
  }

  public static func geometricNorm(
    _ tokens: amp_tokens, groups: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: tokens) { kernels.geometric_norm($0, groups, x, y) }
  }

  public static func geometricNormBack(
    _ tokens: amp_tokens, groups: Int, _ x: UnsafePointer<Double>,
    gradient dy: UnsafePointer<Double>, to dx: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    withUnsafePointer(to: tokens) {
      kernels.geometric_norm_back($0, groups, x, dy, dx, accumulate ? 1 : 0)
    }
  }

  public static func jointNorm(
    _ tokens: amp_tokens, groups: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: tokens) { kernels.joint_norm($0, groups, x, y) }
  }

  public static func jointNormBack(
    _ tokens: amp_tokens, groups: Int, _ x: UnsafePointer<Double>,
    gradient dy: UnsafePointer<Double>, to dx: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    withUnsafePointer(to: tokens) {
      kernels.joint_norm_back($0, groups, x, dy, dx, accumulate ? 1 : 0)
    }
  }

  public static func attention(
    _ tokens: amp_tokens, heads: Int, count: Int, _ x: UnsafePointer<Double>,
    weights: UnsafeMutablePointer<Double>?, _ y: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: tokens) { kernels.attention($0, heads, count, x, weights, y) }
  }

  public static func attentionBack(
    _ tokens: amp_tokens, heads: Int, count: Int, _ x: UnsafePointer<Double>,
    weights: UnsafePointer<Double>, gradient dy: UnsafePointer<Double>,
    to dx: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    withUnsafePointer(to: tokens) {
      kernels.attention_back($0, heads, count, x, weights, dy, dx, accumulate ? 1 : 0)
    }
  }

  public static func geometricProduct(
    _ tokens: amp_tokens, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: tokens) { kernels.geometric_product($0, x, y) }
  }

  public static func geometricProductBack(
    _ tokens: amp_tokens, _ x: UnsafePointer<Double>, gradient dy: UnsafePointer<Double>,
    to dx: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    withUnsafePointer(to: tokens) {
      kernels.geometric_product_back($0, x, dy, dx, accumulate ? 1 : 0)
    }
  }

  public static func gate(
    _ tokens: amp_tokens, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: tokens) { kernels.gate($0, x, y) }
  }

  public static func gateBack(
    _ tokens: amp_tokens, _ x: UnsafePointer<Double>, gradient dy: UnsafePointer<Double>,
    to dx: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    withUnsafePointer(to: tokens) { kernels.gate_back($0, x, dy, dx, accumulate ? 1 : 0) }
  }

  public static func gatedUnit(
    _ tokens: amp_tokens, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: tokens) { kernels.gated_unit($0, x, y) }
  }

  public static func gatedUnitBack(
    _ tokens: amp_tokens, _ x: UnsafePointer<Double>, gradient dy: UnsafePointer<Double>,
    to dx: UnsafeMutablePointer<Double>, accumulate: Bool
  ) {
    withUnsafePointer(to: tokens) { kernels.gated_unit_back($0, x, dy, dx, accumulate ? 1 : 0) }
  }
}
