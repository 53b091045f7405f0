/// Why a factorisation has no result; a caller can act on it, by more damping for example.
public enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The leading minor of this order (from 1) is not positive, or is not a finite number.
  case notPositiveDefinite(leadingMinor: Int)

  /// The input holds an infinity or a NaN.
  case notFinite

  /// The iteration for eigenvalues or singular values did not converge.
  case notConverged

  /// The sentence shown to the user.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let order):
      "the matrix is not positive definite: its leading minor of order \(order) is not positive"
    case .notFinite: "the matrix or the right-hand side holds an infinity or a NaN"
    case .notConverged: "the iteration for the eigenvalues or singular values did not converge"
    }
  }
}
