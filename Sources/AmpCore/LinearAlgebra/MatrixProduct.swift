// Products of whole arrays, for code in which clarity counts more than an allocation.
extension LinearAlgebraScalar {
  /// A·B for A (rows, inner) and B (inner, columns), row-major; A is given as (inner, rows) if
  /// `transposeA`, B as (columns, inner) if `transposeB`.
  public static func product(
    _ a: [Self], _ b: [Self], rows: Int, inner: Int, columns: Int,
    transposeA: Bool = false, transposeB: Bool = false
  ) -> [Self] {
    precondition(
      a.count == rows * inner && b.count == inner * columns,
      "\(a.count) and \(b.count) numbers are no (\(rows), \(inner)) and (\(inner), \(columns))")
    var c = [Self](repeating: 0, count: rows * columns)
    if c.isEmpty || inner == 0 { return c }
    gemm(
      transposeA: transposeA, transposeB: transposeB, m: rows, n: columns, k: inner, alpha: 1,
      a, lda: transposeA ? rows : inner, b, ldb: transposeB ? inner : columns, beta: 0, &c,
      ldc: columns)
    return c
  }

  /// A·x for A (rows, columns) row-major with x (columns), or Aᵀ·x with x (rows) if `transpose`.
  public static func product(
    _ a: [Self], vector x: [Self], rows: Int, columns: Int, transpose: Bool = false
  ) -> [Self] {
    precondition(
      a.count == rows * columns && x.count == (transpose ? rows : columns),
      "\(a.count) numbers as (\(rows), \(columns)) do not act on \(x.count) numbers")
    var y = [Self](repeating: 0, count: transpose ? columns : rows)
    if a.isEmpty { return y }
    gemv(
      transpose: transpose, rows: rows, columns: columns, alpha: 1, a, lda: columns, x, beta: 0,
      &y)
    return y
  }
}
