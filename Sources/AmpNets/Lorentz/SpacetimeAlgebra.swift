/// The geometric algebra G(1,3) of space-time with metric (+,−,−,−).
///
/// arXiv:2405.14806, Sec. 3.
///
/// The 16 components of a multivector stand by grade: 1 | e0 e1 e2 e3 | e01 e02 e03 e12 e13 e23 |
/// e012 e013 e023 e123 | e0123. Everything else is generated from the rules e_i e_j = −e_j e_i and
/// e₀² = 1, e₁² = e₂² = e₃² = −1.
public enum SpacetimeAlgebra {
  /// The vectors of each component, ascending.
  public static let blades: [[Int]] = (0...4).flatMap { grade in
    (0..<16).map { bits in (0..<4).filter { bits >> $0 & 1 == 1 } }
      .filter { $0.count == grade }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The components of each grade.
  public static let grades: [Range<Int>] = [0..<1, 1..<5, 5..<11, 11..<15, 15..<16]

  /// The grade of each component.
  public static let grade: [Int] = blades.map(\.count)

  /// `product[i][j]` is the component of e_i e_j and its sign: the Cayley table.
  public static let product: [[(component: Int, sign: Int)]] = blades.map { left in
    blades.map { right in multiply(left, right) }
  }

  /// The signs of the inner product <x̃ y>₀ = Σ_i sign_i x_i y_i, x̃ being the reversal of x.
  public static let innerProductSigns: [Int] = (0..<16).map {
    product[$0][$0].sign * reversalSigns[$0]
  }

  /// The signs of the reversal: −1 for grades 2 and 3.
  public static let reversalSigns: [Int] = grade.map { $0 == 2 || $0 == 3 ? -1 : 1 }

  /// The sign with which component i goes to component 15 − i when multiplied by e0123 from the
  /// right: the dual.
  public static let dualSigns: [Int] = (0..<16).map { product[$0][15].sign }

  /// Sorts the joined vectors by exchanges of neighbours and contracts equal neighbours.
  private static func multiply(_ left: [Int], _ right: [Int]) -> (component: Int, sign: Int) {
    var (vectors, sign, i) = (left + right, 1, 0)
    while i + 1 < vectors.count {
      if vectors[i] > vectors[i + 1] {
        vectors.swapAt(i, i + 1)
        sign = -sign
        i = max(i - 1, 0)
      } else if vectors[i] == vectors[i + 1] {
        if vectors[i] > 0 { sign = -sign }
        vectors.removeSubrange(i...i + 1)
        i = max(i - 1, 0)
      } else {
        i += 1
      }
    }
    guard let component = blades.firstIndex(of: vectors) else {
      preconditionFailure("\(vectors) is no blade")
    }
    return (component, sign)
  }
}
