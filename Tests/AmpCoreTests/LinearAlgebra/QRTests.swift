import AmpCore
import TestSupport
import Testing

@Suite struct QRTests {
  @Test func agreesWithSciPyUpToSigns() throws {
    let reference = try ReferenceTensors("linear_algebra.safetensors")
    var (q, r) = Double.qr(reference["tall"], rows: 11, columns: 4)
    for i in 0..<4 where r[i * 4 + i] < 0 {
      for j in 0..<4 { r[i * 4 + j].negate() }
      for row in 0..<11 { q[row * 4 + i].negate() }
    }
    expectClose(q, reference["tall/q"], absolute: 1e-14)
    expectClose(r, reference["tall/r"], absolute: 1e-14)
  }

  func factors<S: LinearAlgebraScalar>(_: S.Type, seed: UInt64, tolerance: Double) {
    let columns = 1 + Int(seed)
    let rows = columns + Int(seed % 5) * 20
    let a: [S] = randomMatrix(rows, columns, seed: seed)
    let (q, r) = S.qr(a, rows: rows, columns: columns)
    expectClose(
      S.product(q, r, rows: rows, inner: columns, columns: columns), a, absolute: tolerance, "QR")
    expectClose(
      S.product(q, q, rows: columns, inner: rows, columns: columns, transposeA: true),
      unitMatrix(columns), absolute: tolerance, "QᵀQ")
    for row in 0..<columns {
      #expect(r[row * columns..<row * columns + row].allSatisfy { $0 == 0 }, "R is triangular")
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func factorsReproduceTheMatrixAndAreOrthonormal(seed: UInt64) {
    factors(Double.self, seed: seed, tolerance: 1e-13)
    factors(Float.self, seed: seed, tolerance: 5e-5)
  }

  @Test func workspaceIsReusedForAnyShape() {
    var workspace = LinearAlgebraWorkspace<Float>()
    for (rows, columns) in [(128, 128), (30, 7), (128, 128)] {
      let a: [Float] = randomMatrix(rows, columns, seed: 9)
      var q = a
      Float.qr(rows: rows, columns: columns, &q, workspace: &workspace)
      #expect(q == Float.qr(a, rows: rows, columns: columns).q)
    }
  }

  @Test func fewerRowsThanColumnsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Double.qr([1, 2], rows: 1, columns: 2)
    }
  }
}
