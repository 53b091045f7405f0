import AmpCore

/// A (rows, columns) matrix of standard normal deviates.
func randomMatrix<S: LinearAlgebraScalar>(
  _ rows: Int, _ columns: Int, seed: UInt64, as _: S.Type = S.self
) -> [S] {
  var random = Philox(seed: seed, purpose: .other)
  return (0..<rows * columns).map { _ in S(random.normal()) }
}

/// G·Gᵀ + shift·1 for a random G: symmetric positive definite.
func randomPositiveDefinite<S: LinearAlgebraScalar>(
  _ order: Int, seed: UInt64, shift: S = 0.1
) -> [S] {
  let g: [S] = randomMatrix(order, order, seed: seed)
  var a = S.product(g, g, rows: order, inner: order, columns: order, transposeB: true)
  for i in 0..<order { a[i * order + i] += shift }
  return a
}

/// The unit matrix.
func unitMatrix<S: LinearAlgebraScalar>(_ order: Int) -> [S] {
  (0..<order * order).map { $0 % (order + 1) == 0 ? 1 : 0 }
}

/// The product by its definition, Σ_k a_ik b_kj, in Double: the reference for BLAS.
func naiveProduct<S: LinearAlgebraScalar>(
  rows: Int, inner: Int, columns: Int, _ a: (Int, Int) -> S, _ b: (Int, Int) -> S
) -> [S] {
  (0..<rows * columns).map { index in
    S(
      (0..<inner).reduce(0.0) {
        $0 + Double(a(index / columns, $1)) * Double(b($1, index % columns))
      })
  }
}

/// The largest absolute value, for tolerances.
func largest<S: LinearAlgebraScalar>(_ a: [S]) -> Double {
  a.reduce(0) { max($0, abs(Double($1))) }
}
