// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import COpenBLAS

// The primitives of `LinearAlgebraScalar` for Double: one call of OpenBLAS each.
extension Double: LinearAlgebraScalar {
  public static func dot(_ count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>)
    -> Double
  {
    BLAS.useOneThread()
    return cblas_ddot(CInt(count), x, 1, y, 1)
  }

  public static func nrm2(_ count: Int, _ x: UnsafePointer<Double>) -> Double {
    BLAS.useOneThread()
    return cblas_dnrm2(CInt(count), x, 1)
  }

  public static func axpy(
    _ count: Int, _ alpha: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    BLAS.useOneThread()
    cblas_daxpy(CInt(count), alpha, x, 1, y, 1)
  }

  public static func scal(_ count: Int, _ alpha: Double, _ x: UnsafeMutablePointer<Double>) {
    BLAS.useOneThread()
    cblas_dscal(CInt(count), alpha, x, 1)
  }

  public static func gemv(
    transpose: Bool, rows: Int, columns: Int, alpha: Double, _ a: UnsafePointer<Double>, lda: Int,
    _ x: UnsafePointer<Double>, beta: Double, _ y: UnsafeMutablePointer<Double>
  ) {
    BLAS.useOneThread()
    cblas_dgemv(
      CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, CInt(rows), CInt(columns), alpha,
      a, CInt(lda), x, 1, beta, y, 1)
  }

  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Double,
    _ a: UnsafePointer<Double>, lda: Int, _ b: UnsafePointer<Double>, ldb: Int, beta: Double,
    _ c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    BLAS.useOneThread()
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, CInt(m), CInt(n), CInt(k), alpha, a, CInt(lda),
      b, CInt(ldb), beta, c, CInt(ldc))
  }

  public static func syrk(
    transpose: Bool, n: Int, k: Int, alpha: Double, _ a: UnsafePointer<Double>, lda: Int,
    beta: Double, _ c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    BLAS.useOneThread()
    cblas_dsyrk(
      CblasRowMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, CInt(n), CInt(k), alpha,
      a, CInt(lda), beta, c, CInt(ldc))
  }

  public static func symm(
    m: Int, n: Int, alpha: Double, _ s: UnsafePointer<Double>, lds: Int, _ b: UnsafePointer<Double>,
    ldb: Int, beta: Double, _ c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    BLAS.useOneThread()
    cblas_dsymm(
      CblasRowMajor, CblasLeft, CblasLower, CInt(m), CInt(n), alpha, s, CInt(lds), b, CInt(ldb),
      beta, c, CInt(ldc))
  }

  public static func trsm(
    transpose: Bool, m: Int, n: Int, _ l: UnsafePointer<Double>, ldl: Int,
    _ b: UnsafeMutablePointer<Double>, ldb: Int
  ) {
    BLAS.useOneThread()
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit,
      CInt(m), CInt(n), 1, l, CInt(ldl), b, CInt(ldb))
  }

  public static func transpose(
    rows: Int, columns: Int, _ a: UnsafePointer<Double>, _ b: UnsafeMutablePointer<Double>
  ) {
    BLAS.useOneThread()
    cblas_domatcopy(
      CblasRowMajor, CblasTrans, CInt(rows), CInt(columns), 1, a, CInt(columns), b, CInt(rows))
  }

  public static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Double>, lda: Int) -> Int {
    BLAS.useOneThread()
    return Int(LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, CChar.upper, CInt(n), a, CInt(lda)))
  }

  public static func geqrf(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Double>, tau: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>, count: Int
  ) -> Int {
    BLAS.useOneThread()
    return Int(
      LAPACKE_dgelqf_work(
        LAPACK_COL_MAJOR, CInt(columns), CInt(rows), a, CInt(columns), tau, work, CInt(count)))
  }

  public static func orgqr(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Double>, tau: UnsafePointer<Double>,
    work: UnsafeMutablePointer<Double>, count: Int
  ) -> Int {
    BLAS.useOneThread()
    return Int(
      LAPACKE_dorglq_work(
        LAPACK_COL_MAJOR, CInt(columns), CInt(rows), CInt(columns), a, CInt(columns), tau, work,
        CInt(count)))
  }

  public static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>, count: Int, integers: UnsafeMutablePointer<Int32>,
    integerCount: Int
  ) -> Int {
    BLAS.useOneThread()
    return Int(
      LAPACKE_dsyevd_work(
        LAPACK_COL_MAJOR, CChar.vectors, CChar.upper, CInt(n), a, CInt(n), values, work,
        CInt(count), integers, CInt(integerCount)))
  }

  public static func gels(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>, count: Int
  ) -> Int {
    BLAS.useOneThread()
    return Int(
      LAPACKE_dgels_work(
        LAPACK_COL_MAJOR, CChar.transposed, CInt(columns), CInt(rows), 1, a, CInt(columns), b,
        CInt(rows), work, CInt(count)))
  }

  public static func gelsd(
    rows: Int, columns: Int, _ at: UnsafeMutablePointer<Double>,
    _ b: UnsafeMutablePointer<Double>, singularValues: UnsafeMutablePointer<Double>,
    tolerance: Double, rank: inout Int, work: UnsafeMutablePointer<Double>, count: Int,
    integers: UnsafeMutablePointer<Int32>
  ) -> Int {
    BLAS.useOneThread()
    var found: CInt = 0
    let info = LAPACKE_dgelsd_work(
      LAPACK_COL_MAJOR, CInt(rows), CInt(columns), 1, at, CInt(rows), b,
      CInt(max(rows, columns)), singularValues, tolerance, &found, work, CInt(count), integers)
    rank = Int(found)
    return Int(info)
  }
}
