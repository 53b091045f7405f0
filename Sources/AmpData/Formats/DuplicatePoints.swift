/// Points that occur more than once in a file, to the last bit.
///
/// A file with such points was often joined from overlapping parts; in training and test set at the
/// same time they make a surrogate look better than it is.
public struct DuplicatePoints: Sendable, Equatable, Codable {
  /// How many rows repeat one above them.
  public var count = 0

  /// The first few of them and the rows they repeat.
  public var examples: [Example] = []

  /// A row and the first one with the same momenta.
  public struct Example: Sendable, Equatable, Codable {
    /// The row, from 0.
    public var row: Int
    /// The row above it.
    public var repeats: Int
  }

  /// Looks for points of the same momenta; amplitudes are not compared.
  public init(in momenta: Momenta, examples limit: Int = 3) {
    let width = 4 * momenta.particles
    let digests = momenta.components.withUnsafeBufferPointer { values in
      (0..<momenta.count).map { row in
        values[row * width..<(row + 1) * width].reduce(UInt64(1)) { hash, value in
          // −0 and 0 are the same number.
          let mixed = (hash ^ (value + 0).bitPattern) &* 0x9e37_79b9_7f4a_7c15
          return mixed ^ (mixed >> 29)
        }
      }
    }
    // Rows of equal digests stand side by side, in their order.
    let order = digests.indices.sorted { (digests[$0], $0) < (digests[$1], $1) }
    func isSame(_ a: Int, _ b: Int) -> Bool {
      (0..<width).allSatisfy {
        momenta.components[a * width + $0] == momenta.components[b * width + $0]
      }
    }
    var found: [Example] = []
    var first = 0
    for (place, row) in order.enumerated() where place > 0 {
      if digests[row] != digests[order[first]] {
        first = place
      } else if isSame(row, order[first]) {
        count += 1
        found.append(Example(row: row, repeats: order[first]))
        // The first ones of the file are wanted, not those of the smallest digests.
        if found.count > 1000 { found = Array(found.sorted { $0.row < $1.row }.prefix(limit)) }
      }
    }
    examples = Array(found.sorted { $0.row < $1.row }.prefix(limit))
  }
}
