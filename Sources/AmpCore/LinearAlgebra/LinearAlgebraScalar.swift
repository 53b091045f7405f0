/// The scalars on which BLAS and LAPACK work: `Float` and `Double`.
///
/// The requirements are the primitives, on raw pointers, under their BLAS and LAPACK names; all
/// matrices are row-major, and `ld` is the distance between the starts of two rows. What one
/// usually wants stands in the extensions: ``cholesky(_:order:)``, ``leastSquares(_:_:columns:)``,
/// ``ridge(_:_:columns:penalty:)``, ``eigensystem(_:order:)`` and ``qr(_:rows:columns:)``.
///
/// LAPACK counts by columns. A row-major matrix read by columns is its transpose, so each LAPACK
/// requirement is called for the transposed problem (upper for lower, LQ for QR): nothing is
/// copied, and nothing allocated.
public protocol LinearAlgebraScalar: BinaryFloatingPoint, Sendable {
  // MARK: BLAS

  /// x·y = Σ x_i y_i.
  static func dot(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self

  /// The Euclidean norm (Σ x_i²)^½.
  static func nrm2(_ count: Int, _ x: UnsafePointer<Self>) -> Self

  /// y ← αx + y.
  static func axpy(
    _ count: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// x ← αx.
  static func scal(_ count: Int, _ alpha: Self, _ x: UnsafeMutablePointer<Self>)

  /// y ← αAx + βy, or with Aᵀ if `transpose`; A is (rows, columns) as stored.
  static func gemv(
    transpose: Bool, rows: Int, columns: Int, alpha: Self, _ a: UnsafePointer<Self>, lda: Int,
    _ x: UnsafePointer<Self>, beta: Self, _ y: UnsafeMutablePointer<Self>)

  /// C ← αAB + βC for A (m, k), B (k, n), C (m, n); A is stored as (k, m) if `transposeA`, B as
  /// (n, k) if `transposeB`.
  static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self,
    _ a: UnsafePointer<Self>, lda: Int, _ b: UnsafePointer<Self>, ldb: Int, beta: Self,
    _ c: UnsafeMutablePointer<Self>, ldc: Int)

  /// C ← αAAᵀ + βC for A (n, k), or αAᵀA + βC for A stored as (k, n) if `transpose`; only the
  /// lower triangle of C (n, n) is read and written.
  static func syrk(
    transpose: Bool, n: Int, k: Int, alpha: Self, _ a: UnsafePointer<Self>, lda: Int, beta: Self,
    _ c: UnsafeMutablePointer<Self>, ldc: Int)

  /// C ← αSB + βC for S (m, m) symmetric, of which only the lower triangle is read; B, C (m, n).
  static func symm(
    m: Int, n: Int, alpha: Self, _ s: UnsafePointer<Self>, lds: Int, _ b: UnsafePointer<Self>,
    ldb: Int, beta: Self, _ c: UnsafeMutablePointer<Self>, ldc: Int)

  /// B ← L⁻¹B, or L⁻ᵀB if `transpose`; L (m, m) is lower triangular and B is (m, n).
  static func trsm(
    transpose: Bool, m: Int, n: Int, _ l: UnsafePointer<Self>, ldl: Int,
    _ b: UnsafeMutablePointer<Self>, ldb: Int)

  /// B (columns, rows) ← Aᵀ for A (rows, columns); they may not overlap.
  static func transpose(
    rows: Int, columns: Int, _ a: UnsafePointer<Self>, _ b: UnsafeMutablePointer<Self>)

  // MARK: LAPACK (each returns LAPACK's `info`)

  /// A = LLᵀ in the lower triangle of A (n, n); the strict upper triangle is left alone.
  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Self>, lda: Int) -> Int

  /// A (rows, columns), rows ≥ columns: R in its upper triangle, reflectors below it and in `tau`.
  static func geqrf(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Self>, tau: UnsafeMutablePointer<Self>,
    work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int

  /// The reflectors that `geqrf` left in A (rows, columns) become Q (rows, columns).
  static func orgqr(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Self>, tau: UnsafePointer<Self>,
    work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int

  /// A symmetric (n, n), lower triangle: eigenvalues, ascending, and eigenvectors as *rows* of A.
  static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, values: UnsafeMutablePointer<Self>,
    work: UnsafeMutablePointer<Self>, count: Int, integers: UnsafeMutablePointer<Int32>,
    integerCount: Int
  ) -> Int

  /// Least squares for A (rows, columns) of full rank, rows ≥ columns: b becomes x and residuals.
  static func gels(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Self>, _ b: UnsafeMutablePointer<Self>,
    work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int

  /// Least squares of minimum norm for A given as its *transpose* (columns, rows); b holds
  /// max(rows, columns) numbers and becomes x.
  static func gelsd(
    rows: Int, columns: Int, _ at: UnsafeMutablePointer<Self>, _ b: UnsafeMutablePointer<Self>,
    singularValues: UnsafeMutablePointer<Self>, tolerance: Self, rank: inout Int,
    work: UnsafeMutablePointer<Self>, count: Int, integers: UnsafeMutablePointer<Int32>
  ) -> Int
}
