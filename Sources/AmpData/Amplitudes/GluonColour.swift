/// The colour matrix of tree amplitudes of n gluons in the basis of chains of structure constants.
///
///     K(σ) = Tr([… [[T₁, T_σ₂], T_σ₃] …, T_σₙ₋₁] Tₙ),   Tr(TᵃTᵇ) = δᵃᵇ
///     C(σ, ρ) = Σ_colours K(σ) K(ρ)*,   M = gⁿ⁻² Σ_σ K(σ) A(1, σ₂, …, σₙ₋₁, n)
///
/// over the (n − 2)! orders σ of gluons 2 … n − 1. V. Del Duca, L. Dixon, F. Maltoni,
/// hep-ph/9910563. C is exact in the number N of colours: commutators know no U(1), so traces may
/// be contracted with TᵃᵢⱼTᵃₖₗ = δᵢₗδⱼₖ, and each closed line of colour gives a factor N.
package struct GluonColour: Sendable, Equatable {
  /// The orders of gluons 1 ..< n − 1 (from 0), in lexicographic order.
  package let orders: [[Int]]

  /// C(σ, ρ), row-major in the order of ``orders``.
  package let matrix: [Double]

  /// The colour matrix for `gluons` gluons and `colours` colours.
  package init(gluons: Int, colours: Int = 3) {
    let inner = Array(1..<gluons - 1)
    let orders = permutations(inner)
    let words = GluonColour.words(inner, gluons)
    // C depends on the relative order only: one row is enough.
    let row = orders.map { order in
      GluonColour.contraction(words, GluonColour.words(order, gluons), gluons, colours)
    }
    let index = Dictionary(uniqueKeysWithValues: orders.enumerated().map { ($1, $0) })
    var matrix: [Double] = []
    matrix.reserveCapacity(orders.count * orders.count)
    for left in orders {
      var place = [Int](repeating: 0, count: gluons)
      for (at, gluon) in left.enumerated() { place[gluon] = at + 1 }
      for right in orders { matrix.append(row[index[right.map { place[$0] }] ?? 0]) }
    }
    self.orders = orders
    self.matrix = matrix
  }

  /// A trace of generators: for each gluon the one behind it, the one before it, and its sign.
  private struct Word {
    var next: [Int]
    var previous: [Int]
    var sign: Int
  }

  /// The 2ⁿ⁻² traces of a chain of commutators.
  private static func words(_ order: [Int], _ gluons: Int) -> [Word] {
    (0..<1 << order.count).map { choice in
      var letters = [0]
      for (at, gluon) in order.enumerated() {
        if choice >> at & 1 == 0 { letters.append(gluon) } else { letters.insert(gluon, at: 0) }
      }
      letters.append(gluons - 1)
      var (next, previous) = (letters, letters)
      for (at, gluon) in letters.enumerated() {
        let other = letters[(at + 1) % letters.count]
        next[gluon] = other
        previous[other] = gluon
      }
      return Word(next: next, previous: previous, sign: choice.nonzeroBitCount % 2 == 0 ? 1 : -1)
    }
  }

  /// Σ over pairs of traces of ± N^(closed lines).
  private static func contraction(
    _ left: [Word], _ right: [Word], _ gluons: Int, _ colours: Int
  ) -> Double {
    var powers = [1]
    for _ in 0..<gluons { powers.append((powers.last ?? 1) * colours) }
    var sum = 0
    for a in left {
      for b in right {
        var (seen, lines) = (0, 0)
        for start in 0..<gluons where seen >> start & 1 == 0 {
          lines += 1
          var at = start
          while seen >> at & 1 == 0 {
            seen |= 1 << at
            at = a.previous[b.next[at]]
          }
        }
        sum += a.sign * b.sign * powers[lines]
      }
    }
    return Double(sum)
  }
}

/// All orders of `items`, in lexicographic order of their places.
private func permutations(_ items: [Int]) -> [[Int]] {
  if items.count < 2 { return [items] }
  return items.indices.flatMap { at -> [[Int]] in
    var rest = items
    let first = rest.remove(at: at)
    return permutations(rest).map { [first] + $0 }
  }
}
