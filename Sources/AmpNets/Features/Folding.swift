/// Brings identical particles into a canonical order: ascending p_i·p_k to a reference particle k.
///
/// For g g → γ γ g with the outgoing gluon as reference: p₁·p₅ ≤ p₂·p₅ and p₃·p₅ ≤ p₄·p₅. An
/// exact symmetry of |M|² so need not be learned.
public struct Folding: Sendable, Equatable, Codable {
  /// The groups of exchangeable particles, by index.
  public var groups: [[Int]]
  /// The index of the reference particle.
  public var reference: Int

  /// The folding of a process, its last particle being the reference.
  public init(_ process: ScatteringProcess) {
    reference = process.particles.count - 1
    groups = process.exchangeable(except: reference)
  }

  /// Copies the momenta (particles, 4) of a point to `folded` in canonical order.
  package func fold(
    _ momenta: UnsafePointer<Double>, particles: Int, into folded: UnsafeMutablePointer<Double>
  ) {
    folded.update(from: momenta, count: 4 * particles)
    let q = momenta + 4 * reference
    func product(_ i: Int) -> Double {
      let p = folded + 4 * i
      return p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3]
    }
    for group in groups {  // insertion sort: groups are small
      for end in group.indices.dropFirst() {
        var at = end
        while at > 0, product(group[at - 1]) > product(group[at]) {
          for component in 0..<4 {
            let (i, j) = (4 * group[at - 1] + component, 4 * group[at] + component)
            (folded[i], folded[j]) = (folded[j], folded[i])
          }
          at -= 1
        }
      }
    }
  }
}
