import AmpCore
import TestSupport
import Testing

@Suite struct BLASTests {
  @Test func oneThreadIsUsed() {
    #expect(BLAS.threads == 1)
  }

  @Test func descriptionNamesLibraryAndKernels() {
    #expect(BLAS.description.contains("OpenBLAS"))
    #expect(BLAS.description.contains("kernels "))
  }

  @Test func levelOneAgreesWithHand() {
    let x: [Double] = [3, 0, -4]
    var y: [Double] = [1, 2, 3]
    #expect(Double.dot(3, x, y) == -9)
    #expect(Double.nrm2(3, x) == 5)
    Double.axpy(3, 2, x, &y)
    #expect(y == [7, 2, -5])
    Double.scal(3, -1, &y)
    #expect(y == [-7, -2, 5])
    let z: [Float] = [3, 0, -4]
    #expect(Float.dot(3, z, z) == 25)
    #expect(Float.nrm2(3, z) == 5)
  }

  @Test func smallProductsAgreeWithHand() {
    // (1 2 3; 4 5 6) (1; 0; −1) and with a second column (2; 1; 0).
    let a: [Float] = [1, 2, 3, 4, 5, 6]
    #expect(
      Float.product(a, [1, 2, 0, 1, -1, 0], rows: 2, inner: 3, columns: 2) == [-2, 4, -2, 13])
    #expect(Float.product(a, vector: [1, 0, -1], rows: 2, columns: 3) == [-2, -2])
    #expect(
      Float.product(a, vector: [1, -1], rows: 2, columns: 3, transpose: true) == [-3, -3, -3])
  }

  func productsAgree<S: LinearAlgebraScalar>(_: S.Type, seed: UInt64, tolerance: Double) {
    var random = Philox(seed: seed, purpose: .other, member: 1)
    let (m, n, k) = (1 + Int(random.next() % 40), 1 + Int(random.next() % 40), 7)
    let a: [S] = randomMatrix(m, k, seed: seed)
    let b: [S] = randomMatrix(k, n, seed: seed + 1000)
    let expected: [S] = naiveProduct(
      rows: m, inner: k, columns: n, { a[$0 * k + $1] }, { b[$0 * n + $1] })
    var at = a
    var bt = b
    S.transpose(rows: m, columns: k, a, &at)
    S.transpose(rows: k, columns: n, b, &bt)
    for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
      let product = S.product(
        transposeA ? at : a, transposeB ? bt : b, rows: m, inner: k, columns: n,
        transposeA: transposeA, transposeB: transposeB)
      expectClose(product, expected, absolute: tolerance, "\(transposeA) \(transposeB)")
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func productsAgreeWithTheDefinition(seed: UInt64) {
    productsAgree(Double.self, seed: seed, tolerance: 1e-13)
    productsAgree(Float.self, seed: seed, tolerance: 2e-5)
  }

  func symmetricAgree<S: LinearAlgebraScalar>(_: S.Type, seed: UInt64, tolerance: Double) {
    let (n, k) = (9, 5)
    let a: [S] = randomMatrix(n, k, seed: seed)
    let full: [S] = S.product(a, a, rows: n, inner: k, columns: n, transposeB: true)
    let untouched: S = 77
    var c = [S](repeating: untouched, count: n * n)
    S.syrk(transpose: false, n: n, k: k, alpha: 1, a, lda: k, beta: 0, &c, ldc: n)
    var at = a
    S.transpose(rows: n, columns: k, a, &at)
    var d = [S](repeating: untouched, count: n * n)
    S.syrk(transpose: true, n: n, k: k, alpha: 1, at, lda: n, beta: 0, &d, ldc: n)
    for i in 0..<n {
      for j in 0..<n {
        expectClose(c[i * n + j], j <= i ? full[i * n + j] : untouched, absolute: tolerance)
        expectClose(d[i * n + j], c[i * n + j], absolute: tolerance)
      }
    }
    // Only the lower triangle of c is right, and symm reads no other.
    let b: [S] = randomMatrix(n, 4, seed: seed + 1)
    var product = [S](repeating: 0, count: n * 4)
    S.symm(m: n, n: 4, alpha: 1, c, lds: n, b, ldb: 4, beta: 0, &product, ldc: 4)
    expectClose(
      product, S.product(full, b, rows: n, inner: n, columns: 4), absolute: 10 * tolerance)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func symmetricProductsUseTheLowerTriangleOnly(seed: UInt64) {
    symmetricAgree(Double.self, seed: seed, tolerance: 1e-13)
    symmetricAgree(Float.self, seed: seed, tolerance: 2e-5)
  }
}
