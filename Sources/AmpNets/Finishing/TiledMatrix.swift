/// A symmetric positive definite matrix in square tiles, factored and solved on all threads.
///
/// Only tiles (i, j) with i ≤ j are kept. A = UᵀU is found tile row by tile row; since each tile is
/// the work of one thread in a fixed order, the result is the same to the bit for any number of them.
/// Unchecked Sendable because threads write disjoint tiles.
package final class TiledMatrix: @unchecked Sendable {
  /// The number of rows of the matrix.
  package let order: Int
  /// The number of rows of a tile, and of tiles in a row.
  package let side, tiles: Int
  private let memory: AlignedBuffer<Double>
  /// The tile row that is being eliminated.
  private var pivot = 0

  package init(order: Int, side: Int = 128) {
    self.order = order
    self.side = side
    tiles = (order + side - 1) / side
    memory = AlignedBuffer(tiles * tiles * side * side)
  }

  /// The tile (i, j), i ≤ j: row-major with `side` numbers in a row, even at the edge.
  package func tile(_ i: Int, _ j: Int) -> UnsafeMutablePointer<Double> {
    memory.pointer + (i * tiles + j) * side * side
  }

  /// The rows of the matrix in tile row `i`.
  package func rows(_ i: Int) -> Range<Int> { i * side..<min((i + 1) * side, order) }

  /// The mean of the diagonal.
  package var meanDiagonal: Double {
    var sum = 0.0
    for i in 0..<tiles {
      let tile = tile(i, i)
      for row in 0..<rows(i).count { sum += tile[row * side + row] }
    }
    return sum / Double(max(1, order))
  }

  /// Adds `value` to the diagonal.
  package func addToDiagonal(_ value: Double) {
    for i in 0..<tiles {
      let tile = tile(i, i)
      for row in 0..<rows(i).count { tile[row * side + row] += value }
    }
  }

  /// Puts U in the place of A; throws if A is not positive definite, and leaves it spoilt.
  package func factor(_ crew: Crew) throws(LinearAlgebraError) {
    for k in 0..<tiles {
      try Double.factorCholesky(rows(k).count, tile(k, k), lda: side)
      pivot = k
      let rest = tiles - k - 1
      crew.run(parts: rest, divide)
      crew.run(parts: rest * (rest + 1) / 2, subtract)
    }
  }

  // Kept, so that a factorisation allocates nothing.

  /// U_kj ← L_kk⁻¹ A_kj.
  private lazy var divide: @Sendable (Int, Int) -> Void = { [unowned self] part, _ in
    let (k, j) = (pivot, pivot + 1 + part)
    Double.trsm(
      transpose: false, m: rows(k).count, n: rows(j).count, tile(k, k), ldl: side, tile(k, j),
      ldb: side)
  }

  /// A_ij ← A_ij − U_kiᵀ U_kj.
  private lazy var subtract: @Sendable (Int, Int) -> Void = { [unowned self] part, _ in
    let (a, b) = upperPair(part)
    let (k, i, j) = (pivot, pivot + 1 + a, pivot + 1 + b)
    Double.gemm(
      transposeA: true, transposeB: false, m: rows(i).count, n: rows(j).count, k: rows(k).count,
      alpha: -1, tile(k, i), lda: side, tile(k, j), ldb: side, beta: 1, tile(i, j), ldc: side)
  }

  /// x ← A⁻¹x for the factored matrix.
  package func solve(_ x: UnsafeMutablePointer<Double>) {
    for k in 0..<tiles {
      let rows = rows(k)
      for i in 0..<k {
        Double.gemv(
          transpose: true, rows: side, columns: rows.count, alpha: -1, tile(i, k), lda: side,
          x + i * side, beta: 1, x + rows.lowerBound)
      }
      Double.trsm(
        transpose: false, m: rows.count, n: 1, tile(k, k), ldl: side, x + rows.lowerBound, ldb: 1)
    }
    for k in (0..<tiles).reversed() {
      let rows = rows(k)
      for j in k + 1..<max(tiles, k + 1) {
        Double.gemv(
          transpose: false, rows: rows.count, columns: self.rows(j).count, alpha: -1, tile(k, j),
          lda: side, x + j * side, beta: 1, x + rows.lowerBound)
      }
      Double.trsm(
        transpose: true, m: rows.count, n: 1, tile(k, k), ldl: side, x + rows.lowerBound, ldb: 1)
    }
  }
}

/// The pair number `n` of (0, 0), (0, 1), (1, 1), (0, 2), … with first ≤ second.
func upperPair(_ n: Int) -> (Int, Int) {
  var (first, second) = (n, 0)
  while first > second {
    first -= second + 1
    second += 1
  }
  return (first, second)
}
