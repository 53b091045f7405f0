import Foundation

/// What drives the members of an ensemble apart: the density of their vectors, estimated by a kernel.
///
/// arXiv:2412.12069, Eq. 20–24. With d²_ij = |x_i − x_j|² for the vectors x_i of the members,
///
///     k_ij = exp(−d²_ij/(2h)),   h = median_ij(d²)/(2 ln(M + 1)),   q(x_i) = Σ_j k_ij
///
/// where the median is over all M·M pairs, those of a member with itself included. The gradient of
/// ln q(x_i) by x_i alone, the other members and h held fixed, is
///
///     s_i = Σ_j ∂k_ij/∂x_i / Σ_j k_ij = −(1/h) Σ_j κ_ij (x_i − x_j),   κ_ij = k_ij / Σ_j k_ij
///
/// and going down this slope goes away from the others. Where h = 0 (one member, or half of all
/// pairs equal) nothing says which way is apart, and s = 0. Unchecked Sendable because the rows of a
/// member are written by one worker.
package final class Repulsion<S: Scalar>: @unchecked Sendable {
  /// The members M.
  package let members: Int
  private let crew: Crew
  private let vectors: [UnsafePointer<S>]
  private let owners: [AnyObject]
  private let squaredDistances: AlignedBuffer<Double>
  private let pairs: AlignedBuffer<Double>
  private let differences: AlignedBuffer<S>
  /// The numbers of a vector that count.
  private var count = 0
  /// The members that get scores.
  private var scored = 0..<0
  /// h of the last ``update(count:)``.
  package private(set) var bandwidth = 0.0
  /// s, (M, stride), of the last ``update(count:)``.
  package let scores: AlignedBuffer<S>
  /// The distance between the rows of ``scores``.
  package let stride: Int

  private let chunk = 2048

  /// Prepares the repulsion of `vectors` of up to `length` numbers, kept alive by `owners`.
  package init(
    _ vectors: [UnsafePointer<S>], length: Int, ownedBy owners: [AnyObject], crew: Crew
  ) {
    members = vectors.count
    self.vectors = vectors
    self.owners = owners
    self.crew = crew
    stride = (length + 31) / 16 * 16
    squaredDistances = AlignedBuffer(members * members)
    pairs = AlignedBuffer(members * (members - 1) / 2)
    differences = AlignedBuffer(crew.threads * chunk)
    scores = AlignedBuffer(members * stride)
  }

  /// Brings the bandwidth up to date with the first `count` numbers of the vectors, and the scores of
  /// the members `scored`, nil for all.
  package func update(count: Int, scoring scored: Range<Int>? = nil) {
    self.count = count
    self.scored = scored ?? 0..<members
    crew.run(parts: members, measure)
    bandwidth = medianSquaredDistance() / (2 * log(Double(members + 1)))
    crew.run(parts: self.scored.count, pushApart)
  }

  // The tasks are kept, so that an update allocates nothing.

  private lazy var measure: @Sendable (Int, Int) -> Void = { [unowned self] i, worker in
    for j in i + 1..<max(members, i + 1) {
      let distance = squaredDistance(i, j, count, differences.pointer + worker * chunk)
      squaredDistances.pointer[i * members + j] = distance
      squaredDistances.pointer[j * members + i] = distance
    }
  }

  private lazy var pushApart: @Sendable (Int, Int) -> Void = { [unowned self] part, worker in
    let i = scored.lowerBound + part
    let inverse = bandwidth > 0 ? 1 / bandwidth : 0
    score(
      i, count, inverse: inverse.isFinite ? inverse : 0,
      scratch: differences.pointer + worker * chunk)
  }

  /// d²_ij, differences first: members that have nearly merged keep their distance to all digits.
  private func squaredDistance(
    _ i: Int, _ j: Int, _ count: Int, _ scratch: UnsafeMutablePointer<S>
  ) -> Double {
    var sum = 0.0
    for start in Swift.stride(from: 0, to: count, by: chunk) {
      let part = min(chunk, count - start)
      scratch.update(from: vectors[i] + start, count: part)
      S.axpby(count: part, -1, vectors[j] + start, 1, scratch)
      sum += Double(S.dot(part, scratch, scratch))
    }
    return sum
  }

  /// The median of the full (M, M) matrix: the mean of the two middle values of M·M sorted ones.
  private func medianSquaredDistance() -> Double {
    var count = 0
    for i in 0..<members {
      for j in i + 1..<max(members, i + 1) {
        pairs.pointer[count] = squaredDistances.pointer[i * members + j]
        count += 1
      }
    }
    var sorted = UnsafeMutableBufferPointer(start: pairs.pointer, count: count)
    sorted.sort()
    // Sorted, the matrix begins with the M zeros of its diagonal and then has every pair twice.
    func value(_ k: Int) -> Double { k < members ? 0 : sorted[(k - members) / 2] }
    let all = members * members
    return (value((all - 1) / 2) + value(all / 2)) / 2
  }

  /// s_i as Σ_j (κ_ij/h) (x_j − x_i), again differences first.
  private func score(
    _ i: Int, _ count: Int, inverse: Double, scratch: UnsafeMutablePointer<S>
  ) {
    let (score, distances) = (scores.pointer + i * stride, squaredDistances.pointer + i * members)
    score.update(repeating: 0, count: count)
    if inverse == 0 { return }
    func kernel(_ j: Int) -> Double { i == j ? 1 : exp(-0.5 * distances[j] * inverse) }
    let total = (0..<members).reduce(0) { $0 + kernel($1) }
    for j in 0..<members where j != i {
      let strength = kernel(j) / total * inverse
      for start in Swift.stride(from: 0, to: count, by: chunk) {
        let part = min(chunk, count - start)
        scratch.update(from: vectors[j] + start, count: part)
        S.axpby(count: part, -1, vectors[i] + start, 1, scratch)
        S.axpby(count: part, strength, scratch, 1, score + start)
      }
    }
  }
}
