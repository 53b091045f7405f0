import AmpCore
import AmpNets

/// Momenta in a graph: their components, invariants, and the features made of them, in Double.
struct PointGraph {
  /// The components (E, px, py, pz) of every particle, (points).
  private var components: [[Graph.Value]] = []

  /// Takes `momenta` (points, particles, 4) apart.
  init(_ momenta: Graph.Value, particles: Int, in graph: inout Graph) {
    for particle in 0..<particles {
      let p = graph.pick(momenta, particle, axis: 1)
      components.append((0..<4).map { graph.column(p, $0) })
    }
  }

  private var particles: Int { components.count }

  /// E E' and p·q, the terms subtracted one after the other as everywhere in Amp.
  private func product(
    _ i: Int, _ j: Int, in graph: inout Graph
  ) -> (energies: Graph.Value, product: Graph.Value) {
    let energies = graph.multiply(components[i][0], components[j][0])
    var product = energies
    for k in 1..<4 {
      product = graph.subtract(product, graph.multiply(components[i][k], components[j][k]))
    }
    return (energies, product)
  }

  /// s_ij = 2 p_i·p_j.
  func invariant(_ i: Int, _ j: Int, in graph: inout Graph) -> Graph.Value {
    graph.multiply(product(i, j, in: &graph).product, graph.constant(2, .float64))
  }

  /// ln s_ij as ``logInvariant(_:_:_:)`` computes it.
  func logInvariant(_ i: Int, _ j: Int, in graph: inout Graph) -> Graph.Value {
    let (energies, product) = product(i, j, in: &graph)
    let least = graph.multiply(energies, graph.constant(0x1p-52, .float64))
    let s = graph.multiply(graph("Max", product, least), graph.constant(2, .float64))
    return graph("Log", s)
  }

  /// Brings identical particles into the canonical order, by comparing neighbours.
  mutating func fold(_ folding: Folding, in graph: inout Graph) {
    for group in folding.groups {
      var products = group.map { product($0, folding.reference, in: &graph).product }
      for end in group.indices.dropFirst() {
        for at in stride(from: end, to: 0, by: -1) {
          let swaps = graph("Greater", products[at - 1], products[at])
          func exchange(_ a: Graph.Value, _ b: Graph.Value) -> (Graph.Value, Graph.Value) {
            (graph("Where", swaps, b, a), graph("Where", swaps, a, b))
          }
          (products[at - 1], products[at]) = exchange(products[at - 1], products[at])
          for k in 0..<4 {
            (components[group[at - 1]][k], components[group[at]][k]) = exchange(
              components[group[at - 1]][k], components[group[at]][k])
          }
        }
      }
    }
  }

  /// The standardised features (points, width); throws an ``AmpError`` for those ONNX is not told.
  func features(_ map: FeatureMap, in graph: inout Graph) throws -> Graph.Value {
    var point = self
    if let folding = map.folding { point.fold(folding, in: &graph) }
    let columns = try point.columns(map.name, in: &graph).map { graph.widened($0, axis: -1) }
    let x = graph.join(columns)
    let mean = graph.constant(map.mean, shape: [map.width], .float64)
    let scale = graph.constant(map.scale, shape: [map.width], .float64)
    return graph.divide(graph.subtract(x, mean), scale)
  }

  private func columns(_ name: String, in graph: inout Graph) throws -> [Graph.Value] {
    let momenta = components.flatMap { $0 }
    switch name {
    case FourMomenta().name, Particles().name: return momenta
    case Invariants().name: return logInvariants(in: &graph)
    case MomentaAndInvariants().name, ParticlesAndInvariants().name:
      return momenta + logInvariants(in: &graph)
    case Ratios().name:
      let all = logInvariants(in: &graph)
      return all.dropFirst().map { graph.subtract($0, all[0]) }
    case LorentzMomenta().name: return boosted(in: &graph)
    default:
      throw AmpError(
        "the features \"\(name)\" cannot be written as ONNX",
        remedy: "Export a surrogate with other features, for example ratios.")
    }
  }

  /// The momenta in the frame where the incoming ones add up to an energy, see `LorentzMomenta`.
  private func boosted(in graph: inout Graph) -> [Graph.Value] {
    let total = (0..<4).map { graph.add(components[0][$0], components[1][$0]) }
    func product(_ p: [Graph.Value]) -> Graph.Value {
      (1..<4).reduce(graph.multiply(total[0], p[0])) {
        graph.subtract($0, graph.multiply(total[$1], p[$1]))
      }
    }
    let mass = graph("Sqrt", product(total))
    let divisor = graph.add(total[0], mass)
    return components.flatMap { p in
      let energy = graph.divide(product(p), mass)
      let factor = graph.divide(graph.add(p[0], energy), divisor)
      return [energy]
        + (1..<4).map { graph.subtract(p[$0], graph.multiply(total[$0], factor)) }
    }
  }

  private func logInvariants(in graph: inout Graph) -> [Graph.Value] {
    var all: [Graph.Value] = []
    for i in 0..<particles {
      for j in i + 1..<particles { all.append(logInvariant(i, j, in: &graph)) }
    }
    return all
  }

  /// ln r(p), see ``TargetTransform``; nil where r = 1.
  func logFactor(_ factor: TargetTransform.Factor, in graph: inout Graph) -> Graph.Value? {
    if factor == .logarithm { return nil }
    let n = particles
    let power = Double(factor == .dimensionless ? n - 4 : n - 6)
    let energy = graph.multiply(
      logInvariant(0, 1, in: &graph), graph.constant(power, .float64))
    if factor == .dimensionless { return energy }
    return graph.add(
      graph.add(energy, logInvariant(0, n - 1, in: &graph)),
      logInvariant(1, n - 1, in: &graph))
  }
}
