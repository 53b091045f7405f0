/// Eigenvalues and eigenvectors of a symmetric matrix, A = V diag(w) Vᵀ.
public struct Eigensystem<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// The eigenvalues w, ascending.
  public let values: [Scalar]

  /// V, (order, order) row-major; its *columns* are the orthonormal eigenvectors.
  public let vectors: [Scalar]
}

extension LinearAlgebraScalar {
  /// The eigensystem of a symmetric matrix (order, order) of which only the lower triangle is read.
  ///
  /// Throws ``LinearAlgebraError/notFinite`` or ``LinearAlgebraError/notConverged``.
  public static func eigensystem(
    _ a: [Self], order: Int
  ) throws(LinearAlgebraError) -> Eigensystem<Self> {
    precondition(a.count == order * order, "\(a.count) numbers are no matrix of order \(order)")
    var vectors = a
    var values = [Self](repeating: 0, count: order)
    var workspace = LinearAlgebraWorkspace<Self>()
    try eigensystem(order, &vectors, values: &values, workspace: &workspace)
    return Eigensystem(values: values, vectors: vectors)
  }

  /// In place: `a` (order, order) becomes the eigenvectors, as columns, and `values` (order) the
  /// eigenvalues, ascending.
  ///
  /// Allocates nothing once `workspace` has served this order. If it throws, `a` is unchanged.
  public static func eigensystem(
    _ order: Int, _ a: UnsafeMutablePointer<Self>, values: UnsafeMutablePointer<Self>,
    workspace: inout LinearAlgebraWorkspace<Self>
  ) throws(LinearAlgebraError) {
    if order == 0 { return }
    for row in 0..<order where !nrm2(row + 1, a + row * order).isFinite { throw .notFinite }
    // What LAPACK asks for, from its documentation; a query could not return it exactly in Float.
    let square = order * order
    let count = 1 + 6 * order + 2 * square
    let integerCount = 3 + 5 * order
    try workspace.lend(square + count, integers: integerCount) {
      (scalars, integers) throws(LinearAlgebraError) in
      scalars.update(from: a, count: square)
      let info = syevd(
        order, scalars, values: values, work: scalars + square, count: count,
        integers: integers, integerCount: integerCount)
      precondition(info >= 0, "syevd: argument \(-info) is wrong for order \(order)")
      if info > 0 { throw .notConverged }
      transpose(rows: order, columns: order, scalars, a)
    }
  }
}
