/// The Cholesky factorisation A = LLᵀ of a symmetric positive definite matrix.
public struct Cholesky<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// L, (order, order) row-major, with zeros above the diagonal.
  public let factor: [Scalar]

  /// The number of rows of A.
  public let order: Int

  /// x with Ax = b, for `b` (order) or (order, columns) row-major.
  public func solve(_ b: [Scalar], columns: Int = 1) -> [Scalar] {
    precondition(
      b.count == order * columns,
      "\(b.count) numbers are not \(columns) right-hand sides for a matrix of order \(order)")
    var x = b
    Scalar.solveCholesky(order, factor, lda: order, &x, columns: columns)
    return x
  }

  /// ln det A = 2 Σ ln L_ii.
  public var logDeterminant: Double {
    2 * (0..<order).reduce(0.0) { $0 + logarithm(Double(factor[$1 * order + $1])) }
  }
}

extension LinearAlgebraScalar {
  /// Factors a symmetric positive definite matrix (order, order) of which only the lower triangle
  /// is read.
  ///
  /// Throws ``LinearAlgebraError/notPositiveDefinite(leadingMinor:)`` for any other matrix, and
  /// also if the matrix holds an infinity or a NaN.
  public static func cholesky(_ a: [Self], order: Int) throws(LinearAlgebraError) -> Cholesky<Self>
  {
    precondition(a.count == order * order, "\(a.count) numbers are no matrix of order \(order)")
    var factor = a
    try factorCholesky(order, &factor, lda: order)
    factor.withUnsafeMutableBufferPointer { l in
      for row in 0..<order {
        l[row * order + row + 1..<(row + 1) * order].update(repeating: 0)
      }
    }
    return Cholesky(factor: factor, order: order)
  }

  /// Factors in place: the lower triangle of `a` becomes L; the strict upper one is left alone.
  ///
  /// Allocates nothing. Throws as ``cholesky(_:order:)``; then the lower triangle is spoilt.
  public static func factorCholesky(
    _ order: Int, _ a: UnsafeMutablePointer<Self>, lda: Int
  ) throws(LinearAlgebraError) {
    if order == 0 { return }
    let info = potrf(order, a, lda: lda)
    precondition(info >= 0, "potrf: argument \(-info) of order \(order) and lda \(lda) is wrong")
    if info > 0 { throw .notPositiveDefinite(leadingMinor: info) }
    // A NaN fails no comparison in LAPACK, but it ends up on the diagonal.
    for i in 0..<order where !a[i * lda + i].isFinite {
      throw .notPositiveDefinite(leadingMinor: i + 1)
    }
  }

  /// b ← A⁻¹b from the factor L of A, for b (order, columns) row-major; allocates nothing.
  public static func solveCholesky(
    _ order: Int, _ factor: UnsafePointer<Self>, lda: Int, _ b: UnsafeMutablePointer<Self>,
    columns: Int = 1
  ) {
    if order == 0 || columns == 0 { return }
    trsm(transpose: false, m: order, n: columns, factor, ldl: lda, b, ldb: columns)
    trsm(transpose: true, m: order, n: columns, factor, ldl: lda, b, ldb: columns)
  }
}
