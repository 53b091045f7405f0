import AmpCore
import TestSupport
import Testing

@Suite struct CholeskyTests {
  let reference: ReferenceTensors

  init() throws { reference = try ReferenceTensors("linear_algebra.safetensors") }

  @Test func smallCaseIsExact() throws {
    // (4 2; 2 5) = (2 0; 1 2) (2 1; 0 2); the upper triangle of the input is not read.
    let cholesky = try Double.cholesky([4, .nan, 2, 5], order: 2)
    #expect(cholesky.factor == [2, 0, 1, 2])
    #expect(cholesky.solve([8, 10]) == [1.25, 1.5])
    expectClose(cholesky.logDeterminant, 2.772588722239781, relative: 1e-15)
  }

  @Test func agreesWithSciPy() throws {
    let cholesky = try Double.cholesky(reference["spd"], order: 9)
    expectClose(cholesky.factor, reference["spd/cholesky"], absolute: 1e-13)
    expectClose(
      cholesky.solve(reference["spd/b"], columns: 3), reference["spd/solution"], absolute: 1e-10)
    expectClose(
      cholesky.logDeterminant, reference["spd/log_determinant"][0], absolute: 1e-11)
    let single = try Float.cholesky(reference.values("spd"), order: 9)
    expectClose(single.factor, reference.values("spd/cholesky"), absolute: 1e-3)
  }

  func factorAndSolve<S: LinearAlgebraScalar>(_: S.Type, seed: UInt64, tolerance: Double) throws {
    var random = Philox(seed: seed, purpose: .other, member: 2)
    let order = 1 + Int(random.next() % 70)
    let a: [S] = randomPositiveDefinite(order, seed: seed, shift: 1)
    let cholesky = try S.cholesky(a, order: order)
    let l = cholesky.factor
    let scale = largest(a)
    expectClose(
      S.product(l, l, rows: order, inner: order, columns: order, transposeB: true), a,
      absolute: tolerance * scale, "LLᵀ")
    let b: [S] = randomMatrix(order, 3, seed: seed + 5)
    let x = cholesky.solve(b, columns: 3)
    expectClose(
      S.product(a, x, rows: order, inner: order, columns: 3), b,
      absolute: tolerance * scale * max(1, largest(x)), "Ax")
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func factorReproducesTheMatrixAndSolves(seed: UInt64) throws {
    try factorAndSolve(Double.self, seed: seed, tolerance: 1e-13)
    try factorAndSolve(Float.self, seed: seed, tolerance: 2e-5)
  }

  @Test func matricesThatAreNotPositiveDefiniteAreRefused() {
    #expect(throws: LinearAlgebraError.notPositiveDefinite(leadingMinor: 2)) {
      try Double.cholesky([1, 2, 2, 1], order: 2)
    }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(leadingMinor: 1)) {
      try Float.cholesky([0], order: 1)
    }
  }

  @Test(arguments: [Double.nan, .infinity])
  func numbersThatAreNotFiniteAreRefused(bad: Double) {
    for (row, column) in [(0, 0), (40, 3), (99, 99), (99, 0)] {
      var a: [Double] = randomPositiveDefinite(100, seed: 3)
      a[row * 100 + column] = bad
      #expect(throws: LinearAlgebraError.self) { try Double.cholesky(a, order: 100) }
      #expect(throws: LinearAlgebraError.self) {
        try Float.cholesky(a.map { Float($0) }, order: 100)
      }
    }
  }

  @Test func wrongShapesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = try Double.cholesky([1, 2, 3], order: 2)
    }
  }
}
