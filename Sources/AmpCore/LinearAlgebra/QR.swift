// The thin QR factorisation A = QR by Householder reflections: Q has orthonormal columns, R is
// upper triangular. The signs of R's diagonal are LAPACK's choice.
extension LinearAlgebraScalar {
  /// Q (rows, columns) and R (columns, columns) of A (rows, columns), rows ≥ columns.
  public static func qr(_ a: [Self], rows: Int, columns: Int) -> (q: [Self], r: [Self]) {
    precondition(
      a.count == rows * columns && rows >= columns,
      "no thin QR of \(a.count) numbers as (\(rows), \(columns)): it needs rows ≥ columns")
    var q = a
    var r = [Self](repeating: 0, count: columns * columns)
    var workspace = LinearAlgebraWorkspace<Self>()
    r.withUnsafeMutableBufferPointer { r in
      qr(rows: rows, columns: columns, &q, r: r.baseAddress, workspace: &workspace)
    }
    return (q, r)
  }

  /// In place: `a` (rows, columns) becomes Q; R goes to `r` (columns, columns) unless it is nil.
  ///
  /// Allocates nothing once `workspace` has served this shape. An infinity or a NaN in A makes
  /// NaNs in Q and R; linearly dependent columns make zeros on R's diagonal.
  public static func qr(
    rows: Int, columns: Int, _ a: UnsafeMutablePointer<Self>, r: UnsafeMutablePointer<Self>? = nil,
    workspace: inout LinearAlgebraWorkspace<Self>
  ) {
    precondition(rows >= columns, "a thin QR of (\(rows), \(columns)) needs rows ≥ columns")
    if columns == 0 { return }
    let count = 64 * columns  // LAPACK's blocks are 32 columns wide, or fewer than that
    workspace.lend(columns + count) { tau, _ in
      let work = tau + columns
      var info = geqrf(rows: rows, columns: columns, a, tau: tau, work: work, count: count)
      if let r {
        for row in 0..<columns {
          let start = r + row * columns
          start.update(from: a + row * columns, count: columns)
          start.update(repeating: 0, count: row)
        }
      }
      if info == 0 {
        info = orgqr(rows: rows, columns: columns, a, tau: tau, work: work, count: count)
      }
      precondition(info == 0, "geqrf, orgqr: argument \(-info) is wrong for (\(rows), \(columns))")
    }
  }
}
