/// A maximum for unweighting that single large weights cannot spoil.
///
/// The value W at which what weights vᵢ exceed it by is the given share of their sum,
///
///     Σ gᵢ (vᵢ − W)₊ = share · Σ gᵢ vᵢ
///
/// with multiplicities gᵢ. Points above W are accepted always and carry the weight v/W, so that
/// nothing is lost: the share only says how much of the cross section is carried by weights above
/// one. For the share 0 it is the largest weight (arXiv:2109.11964 calls it a reduced maximum).
package enum OverflowMaximum {
  /// W for `values` that stand for `multiplicities` points each; 0 without a positive value.
  package static func of(_ values: [Double], multiplicities: [Double]? = nil, share: Double)
    -> Double
  {
    let order = values.indices.sorted { values[$0] > values[$1] }
    func multiplicity(_ i: Int) -> Double { multiplicities?[i] ?? 1 }
    let allowed = share * values.indices.reduce(0) { $0 + multiplicity($1) * values[$1] }
    guard let first = order.first, values[first] > 0 else { return 0 }
    if share <= 0 { return values[first] }
    var (sum, count) = (0.0, 0.0)
    for (rank, i) in order.enumerated() {
      sum += multiplicity(i) * values[i]
      count += multiplicity(i)
      let maximum = (sum - allowed) / count
      // The solution lies between this value and the next one.
      let next = rank + 1 < order.count ? values[order[rank + 1]] : 0
      if maximum >= next { return maximum }
    }
    return 0
  }

  /// The median of W over `parts` equal parts of `values`, so that no single value sets it.
  ///
  /// For the share 0 it is the largest of all.
  package static func median(
    of values: [Double], multiplicities: [Double]? = nil, parts: Int, share: Double
  ) -> Double {
    if share <= 0 || parts <= 1 {
      return of(values, multiplicities: multiplicities, share: share)
    }
    let size = values.count / parts
    let maxima = (0..<parts).map { part in
      let rows = part * size..<(part + 1) * size
      return of(
        Array(values[rows]), multiplicities: multiplicities.map { Array($0[rows]) }, share: share)
    }.sorted()
    return (maxima[(parts - 1) / 2] + maxima[parts / 2]) / 2
  }
}

/// The effective part of weighted events, Kish's α = (Σw)²/(N Σw²); 1 for equal weights.
func effectiveFraction(sum: Double, squares: Double, count: Double) -> Double {
  count > 0 && squares > 0 ? sum * sum / (count * squares) : 1
}
