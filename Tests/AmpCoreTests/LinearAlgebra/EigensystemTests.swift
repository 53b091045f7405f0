import AmpCore
import TestSupport
import Testing

@Suite struct EigensystemTests {
  let reference: ReferenceTensors

  init() throws { reference = try ReferenceTensors("linear_algebra.safetensors") }

  @Test func smallCaseIsExact() throws {
    // (2 1; 1 2): 1 with (1, −1)/√2 and 3 with (1, 1)/√2; the upper triangle is not read.
    let eigen = try Double.eigensystem([2, .nan, 1, 2], order: 2)
    expectClose(eigen.values, [1, 3], absolute: 1e-15)
    expectClose(eigen.vectors[0] / eigen.vectors[2], -1, absolute: 1e-15, "first column")
    expectClose(eigen.vectors[1] / eigen.vectors[3], 1, absolute: 1e-15, "second column")
  }

  @Test func agreesWithSciPy() throws {
    let eigen = try Double.eigensystem(reference["symmetric"], order: 8)
    expectClose(eigen.values, reference["symmetric/values"], absolute: 1e-13)
    var vectors = eigen.vectors
    for column in 0..<8 where vectors[column] < 0 {
      for row in 0..<8 { vectors[row * 8 + column].negate() }
    }
    expectClose(vectors, reference["symmetric/vectors"], absolute: 1e-12)
  }

  func reconstruct<S: LinearAlgebraScalar>(_: S.Type, seed: UInt64, tolerance: Double) throws {
    var workspace = LinearAlgebraWorkspace<S>()
    for order in [1 + Int(seed), 5] {  // the second, smaller one reuses the workspace
      let g: [S] = randomMatrix(order, order, seed: seed)
      let a = (0..<order * order).map { g[$0] + g[$0 % order * order + $0 / order] }
      var v = a
      var w = [S](repeating: 0, count: order)
      try S.eigensystem(order, &v, values: &w, workspace: &workspace)
      let scaled = (0..<order * order).map { v[$0] * w[$0 % order] }
      expectClose(
        S.product(scaled, v, rows: order, inner: order, columns: order, transposeB: true), a,
        absolute: tolerance * largest(w), "V diag(w) Vᵀ")
      expectClose(
        S.product(v, v, rows: order, inner: order, columns: order, transposeA: true),
        unitMatrix(order), absolute: tolerance, "VᵀV")
      #expect(zip(w, w.dropFirst()).allSatisfy { $0 <= $1 }, "eigenvalues ascend")
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func eigensystemReproducesTheMatrix(seed: UInt64) throws {
    try reconstruct(Double.self, seed: seed, tolerance: 2e-13)
    try reconstruct(Float.self, seed: seed, tolerance: 5e-5)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteAreRefused(bad: Float) {
    var a: [Float] = randomPositiveDefinite(40, seed: 3)
    a[30 * 40 + 7] = bad
    #expect(throws: LinearAlgebraError.notFinite) { try Float.eigensystem(a, order: 40) }
  }
}
