/// The combinatorics of five legs in a loop: orderings, pairs of legs, pairs of disjoint pairs.
///
/// A pair of legs {a, b} has a number from 0 to 9. Two disjoint pairs leave one leg out, and
/// three legs around a pair have one in the middle: the arguments of the loop functions.
package struct FiveLegs: Sendable {
  /// Pair numbers, `pair[5 * a + b]` for a ≠ b.
  package let pair: [Int]

  /// The 15 sets of two disjoint pairs, two numbers each.
  package let disjoint: [Int]

  /// The 30 ways of choosing a pair b and the middle k of the other three legs.
  ///
  /// Six numbers each: b, k, the pairs a and c that join k to the two others, the pair d of
  /// these two others, and nothing (0).
  package let corners: [Int]

  /// The 12 orderings of a quark loop with gluons 1, 2, 5 in this cyclic order, five legs each.
  ///
  /// Photons 3 and 4 stand anywhere. The other twelve are the reflections, which differ by a sign.
  package let orderings: [Int]

  package init() {
    var pair = [Int](repeating: -1, count: 25)
    var legs = [(Int, Int)]()
    for a in 0..<5 {
      for b in a + 1..<5 {
        pair[5 * a + b] = legs.count
        pair[5 * b + a] = legs.count
        legs.append((a, b))
      }
    }
    var disjoint = [Int]()
    for first in 0..<10 {
      for second in first + 1..<10
      where Set([legs[first].0, legs[first].1, legs[second].0, legs[second].1]).count == 4 {
        disjoint += [first, second]
      }
    }
    var corners = [Int]()
    for base in 0..<10 {
      let others = (0..<5).filter { $0 != legs[base].0 && $0 != legs[base].1 }
      for k in others {
        let ends = others.filter { $0 != k }
        corners += [
          base, k, pair[5 * k + ends[0]], pair[5 * k + ends[1]], pair[5 * ends[0] + ends[1]], 0,
        ]
      }
    }
    var orderings = [Int]()
    for third in 1...3 {
      var four = [0, 1, 4]
      four.insert(2, at: third)
      for fourth in 1...4 {
        var five = four
        five.insert(3, at: fourth)
        orderings += five
      }
    }
    self.pair = pair
    self.disjoint = disjoint
    self.corners = corners
    self.orderings = orderings
  }
}
