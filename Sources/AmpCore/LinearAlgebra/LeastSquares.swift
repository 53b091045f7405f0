/// The x of minimum norm that minimises |Ax − b|².
public struct LeastSquares<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// x, one number per column of A.
  public let solution: [Scalar]

  /// The number of singular values of A above the tolerance.
  public let rank: Int

  /// The singular values of A, descending.
  public let singularValues: [Scalar]
}

extension LinearAlgebraScalar {
  /// Minimises |Ax − b|² for A (rows, columns) of any rank by singular values.
  ///
  /// Singular values below ε · max(rows, columns) times the largest count as zero. Throws
  /// ``LinearAlgebraError/notFinite`` or ``LinearAlgebraError/notConverged``.
  public static func leastSquares(
    _ a: [Self], _ b: [Self], columns: Int
  ) throws(LinearAlgebraError) -> LeastSquares<Self> {
    let rows = b.count
    try check(a, b, columns: columns)
    if rows == 0 || columns == 0 {
      return LeastSquares(
        solution: [Self](repeating: 0, count: columns), rank: 0, singularValues: [])
    }
    var transposed = [Self](repeating: 0, count: rows * columns)
    transpose(rows: rows, columns: columns, a, &transposed)
    var x = b + [Self](repeating: 0, count: max(0, columns - rows))
    var singular = [Self](repeating: 0, count: min(rows, columns))
    var rank = 0
    var workspace = LinearAlgebraWorkspace<Self>()
    let tolerance = Self.ulpOfOne * Self(max(rows, columns))

    // First ask how much memory it takes, then solve.
    var (count, integerCount) = (-1, 1)
    var info = 0
    for _ in 0..<2 {
      let given = count
      workspace.lend(given, integers: integerCount) { work, integers in
        info = gelsd(
          rows: rows, columns: columns, &transposed, &x, singularValues: &singular,
          tolerance: tolerance, rank: &rank, work: work, count: given, integers: integers)
        if given < 0 {
          (count, integerCount) = (Int(work[0].nextUp.rounded(.up)), Int(integers[0]))
        }
      }
    }
    precondition(info >= 0, "gelsd: argument \(-info) is wrong for (\(rows), \(columns))")
    if info > 0 { throw .notConverged }
    return LeastSquares(solution: Array(x.prefix(columns)), rank: rank, singularValues: singular)
  }

  /// The x that minimises |Ax − b|² + penalty · |x|², for A (rows, columns) and penalty > 0.
  ///
  /// Solved as least squares for A with √penalty · 1 below it, not through AᵀA, whose condition
  /// is the square of A's. Throws ``LinearAlgebraError/notFinite``, and
  /// ``LinearAlgebraError/notPositiveDefinite(leadingMinor:)`` if the penalty is so small that
  /// the problem is singular to working precision.
  public static func ridge(
    _ a: [Self], _ b: [Self], columns: Int, penalty: Self
  ) throws(LinearAlgebraError) -> [Self] {
    precondition(penalty > 0, "a ridge needs a positive penalty, not \(penalty)")
    try check(a, b, columns: columns)
    if columns == 0 { return [] }
    let rows = b.count + columns
    var stacked = a + [Self](repeating: 0, count: columns * columns)
    for i in 0..<columns { stacked[a.count + i * columns + i] = penalty.squareRoot() }
    var x = b + [Self](repeating: 0, count: columns)
    var workspace = LinearAlgebraWorkspace<Self>()
    let count = 64 * (columns + 1)
    let info = workspace.lend(count) { work, _ in
      gels(rows: rows, columns: columns, &stacked, &x, work: work, count: count)
    }
    precondition(info >= 0, "gels: argument \(-info) is wrong for (\(rows), \(columns))")
    if info > 0 { throw .notPositiveDefinite(leadingMinor: info) }
    return Array(x.prefix(columns))
  }

  private static func check(
    _ a: [Self], _ b: [Self], columns: Int
  ) throws(LinearAlgebraError) {
    precondition(
      a.count == b.count * columns,
      "\(a.count) numbers are no matrix (\(b.count), \(columns)) for \(b.count) equations")
    if !nrm2(a.count, a).isFinite || !nrm2(b.count, b).isFinite { throw .notFinite }
  }
}
