// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import COpenBLAS

// The primitives of `LinearAlgebraScalar` for Float: one call of OpenBLAS each.
extension Float: LinearAlgebraScalar {
  public static func dot(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>)
    -> Float
  {
    BLAS.useOneThread()
    return cblas_sdot(CInt(count), x, 1, y, 1)
  }

  public static func nrm2(_ count: Int, _ x: UnsafePointer<Float>) -> Float {
    BLAS.useOneThread()
    return cblas_snrm2(CInt(count), x, 1)
  }

  public static func axpy(
    _ count: Int, _ alpha: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    BLAS.useOneThread()
    cblas_saxpy(CInt(count), alpha, x, 1, y, 1)
  }

  public static func scal(_ count: Int, _ alpha: Float, _ x: UnsafeMutablePointer<Float>) {
    BLAS.useOneThread()
    cblas_sscal(CInt(count), alpha, x, 1)
  }

  public static func gemv(
    transpose: Bool, rows: Int, columns: Int, alpha: Float, _ a: UnsafePointer<Float>, lda: Int,
    _ x: UnsafePointer<Float>, beta: Float, _ y: UnsafeMutablePointer<Float>
  ) {
    BLAS.useOneThread()
    cblas_sgemv(
      CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, CInt(rows), CInt(columns), alpha,
      a, CInt(lda), x, 1, beta, y, 1)
  }

  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Float,
    _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int, beta: Float,
    _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    BLAS.useOneThread()
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, CInt(m), CInt(n), CInt(k), alpha, a, CInt(lda),
      b, CInt(ldb), beta, c, CInt(ldc))
  }

  public static func syrk(
    transpose: Bool, n: Int, k: Int, alpha: Float, _ a: UnsafePointer<Float>, lda: Int,
    beta: Float, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    BLAS.useOneThread()
    cblas_ssyrk(
      CblasRowMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, CInt(n), CInt(k), alpha,
      a, CInt(lda), beta, c, CInt(ldc))
  }

  public static func symm(
    m: Int, n: Int, alpha: Float, _ s: UnsafePointer<Float>, lds: Int, _ b: UnsafePointer<Float>,
    ldb: Int, beta: Float, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    BLAS.useOneThread()
    cblas_ssymm(
      CblasRowMajor, CblasLeft, CblasLower, CInt(m), CInt(n), alpha, s, CInt(lds), b, CInt(ldb),
      beta, c, CInt(ldc))
  }

  public static func trsm(
    transpose: Bool, m: Int, n: Int, _ l: UnsafePointer<Float>, ldl: Int,
    _ b: UnsafeMutablePointer<Float>, ldb: Int
  ) {
    BLAS.useOneThread()
    cblas_strsm(
      CblasRowMajor, CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit,
      CInt(m), CInt(n), 1, l, CInt(ldl), b, CInt(ldb))
  }

  public static func transpose(
    rows: Int, columns: Int, _ a: UnsafePointer<Float>, _ b: UnsafeMutablePointer<Float>
  ) {
    BLAS.useOneThread()
    cblas_somatcopy(
      CblasRowMajor, CblasTrans, CInt(rows), CInt(columns), 1, a, CInt(columns), b, CInt(rows))
  }

  public static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Float>, lda: Int) -> Int {
    BLAS.useOneThread()
    return Int(LAPACKE_spotrf_work(LAPACK_COL_MAJOR, CChar.upper, CInt(n), a, CInt(lda)))
  }

  public static func geqrf(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Float>, tau: UnsafeMutablePointer<Float>,
    work: UnsafeMutablePointer<Float>, count: Int
  ) -> Int {
    BLAS.useOneThread()
    return Int(
      LAPACKE_sgelqf_work(
        LAPACK_COL_MAJOR, CInt(columns), CInt(rows), a, CInt(columns), tau, work, CInt(count)))
  }

  public static func orgqr(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Float>, tau: UnsafePointer<Float>,
    work: UnsafeMutablePointer<Float>, count: Int
  ) -> Int {
    BLAS.useOneThread()
    return Int(
      LAPACKE_sorglq_work(
        LAPACK_COL_MAJOR, CInt(columns), CInt(rows), CInt(columns), a, CInt(columns), tau, work,
        CInt(count)))
  }

  public static func syevd(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>,
    work: UnsafeMutablePointer<Float>, count: Int, integers: UnsafeMutablePointer<Int32>,
    integerCount: Int
  ) -> Int {
    BLAS.useOneThread()
    return Int(
      LAPACKE_ssyevd_work(
        LAPACK_COL_MAJOR, CChar.vectors, CChar.upper, CInt(n), a, CInt(n), values, work,
        CInt(count), integers, CInt(integerCount)))
  }

  public static func gels(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    work: UnsafeMutablePointer<Float>, count: Int
  ) -> Int {
    BLAS.useOneThread()
    return Int(
      LAPACKE_sgels_work(
        LAPACK_COL_MAJOR, CChar.transposed, CInt(columns), CInt(rows), 1, a, CInt(columns), b,
        CInt(rows), work, CInt(count)))
  }

  public static func gelsd(
    rows: Int, columns: Int, _ at: UnsafeMutablePointer<Float>,
    _ b: UnsafeMutablePointer<Float>, singularValues: UnsafeMutablePointer<Float>,
    tolerance: Float, rank: inout Int, work: UnsafeMutablePointer<Float>, count: Int,
    integers: UnsafeMutablePointer<Int32>
  ) -> Int {
    BLAS.useOneThread()
    var found: CInt = 0
    let info = LAPACKE_sgelsd_work(
      LAPACK_COL_MAJOR, CInt(rows), CInt(columns), 1, at, CInt(rows), b,
      CInt(max(rows, columns)), singularValues, tolerance, &found, work, CInt(count), integers)
    rank = Int(found)
    return Int(info)
  }
}
