/// A scattering process: which particles come in and go out.
public struct ScatteringProcess: Sendable, Equatable, Codable {
  /// PDG identifiers of all particles, the two incoming ones first.
  public let particles: [Int]

  /// Wraps PDG identifiers, two incoming ones first.
  public init(_ particles: [Int]) { self.particles = particles }

  /// g g → γ γ g.
  public static let diphotonGluon = ScatteringProcess([21, 21, 22, 22, 21])

  /// Groups of identical incoming or identical outgoing particles, by index, without `reference`.
  ///
  /// |M|² does not change when two members of a group are exchanged.
  public func exchangeable(except reference: Int) -> [[Int]] {
    var groups: [[Int]] = []
    for side in [0..<2, 2..<particles.count] {
      for id in Set(particles[side]).sorted() {
        let group = side.filter { particles[$0] == id && $0 != reference }
        if group.count > 1 { groups.append(group) }
      }
    }
    return groups
  }
}
