import AmpCore

/// Which particle of a call is which particle of a surrogate.
///
/// Programs order the particles of a process as they like. A surrogate has the order it was trained
/// with, identical outgoing particles by falling p_T.
struct Assignment: Sendable, Equatable {
  /// For each particle of the surrogate the place of its momentum in a call.
  private var places: [Int]
  /// Places in the surrogate's order of outgoing particles that are identical.
  private let groups: [[Int]]

  /// Nil unless the particles are those of `process`.
  init?(of particles: [Int], to process: ScatteringProcess) {
    let own = process.particles
    guard own.count == particles.count, own.count > 2 else { return nil }
    var places: [Int] = []
    for (side, id) in own.enumerated().map({ ($0 < 2 ? 0..<2 : 2..<own.count, $1) }) {
      guard let place = side.first(where: { particles[$0] == id && !places.contains($0) }) else {
        return nil
      }
      places.append(place)
    }
    self.places = places
    let outgoing = Dictionary(grouping: 2..<own.count) { own[$0] }
    groups = outgoing.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }

  /// Writes the momenta (particles, 4) of the surrogate for those of a call, (particles, 5) with the
  /// masses, which are not used.
  func write(
    _ call: UnsafePointer<Double>, to momenta: UnsafeMutablePointer<Double>
  ) {
    for (i, place) in places.enumerated() {
      (momenta + 4 * i).update(from: call + 5 * place, count: 4)
    }
    func squaredMomentum(_ i: Int) -> Double {
      let p = momenta + 4 * i
      return p[1] * p[1] + p[2] * p[2]
    }
    for group in groups {  // insertion sort: groups are small
      for end in group.indices.dropFirst() {
        var at = end
        while at > 0, squaredMomentum(group[at - 1]) < squaredMomentum(group[at]) {
          for component in 0..<4 {
            let (i, j) = (4 * group[at - 1] + component, 4 * group[at] + component)
            (momenta[i], momenta[j]) = (momenta[j], momenta[i])
          }
          at -= 1
        }
      }
    }
  }
}
