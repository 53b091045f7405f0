import AmpCore
import AmpNets

/// Translates networks of one shape into a graph, by following what they do on a tape.
///
/// A node of the tape becomes a few operators. In front of points and features stands an axis for
/// the networks, whose weights are stacked; where particles stand below each other in a matrix of the
/// tape, they get an axis between the two, since the number of points is not fixed in a graph.
struct Translation<S: Scalar> {
  private let tapes: [Tape<S>]
  let parameters: [Parameters<S>]
  /// Enough points to tell them from particles.
  private let rows = 3
  private var values: [Graph.Value?] = []

  /// Prepares to translate networks with `parameters`, one each.
  init(_ parameters: [Parameters<S>]) {
    self.parameters = parameters
    tapes = parameters.map { Tape($0, differentiates: false) }
  }

  let element = Graph.Element(S.self)
  private var tape: Tape<S> { tapes[0] }

  /// The outputs (networks, points, outputs) of `network` for features `x` (points, inputs).
  ///
  /// Throws an ``AmpError`` if it does something that ONNX is not told yet.
  mutating func callAsFunction(
    _ network: any Network, of x: Graph.Value, in graph: inout Graph
  ) throws -> Graph.Value {
    var (input, result) = (-1, -1)
    for tape in tapes {
      let x = tape.input(rows: rows, columns: network.inputs) { memory, stride in
        memory.update(repeating: 0, count: rows * stride)
      }
      (input, result) = (x.index, network(x, on: tape).index)
    }
    values = [Graph.Value?](repeating: nil, count: tape.nodes.count)
    values[input] = graph("Expand", x, graph.indices([tapes.count, 1, 1]))
    for index in tape.nodes.indices where index != input {
      values[index] = try translate(index, in: &graph)
    }
    return try value(result)
  }

  private func value(_ index: Int) throws -> Graph.Value {
    guard let value = values[index] else { throw unknown(index) }
    return value
  }

  private func unknown(_ index: Int) -> AmpError {
    AmpError(
      "the networks of this architecture cannot be written as ONNX: there is no translation of "
        + "\"\(tape.nodes[index].rule)\"",
      remedy: "Export one of the architectures that amp-cli inspect --architectures lists.")
  }

  /// Whether the rows of a node are those of several particles.
  private func hasParticles(_ node: Tape<S>.Node) -> Bool { node.rows > rows }

  /// The numbers that `read` finds in every network, with axes as for what `node` computes.
  private func constant(
    shape: [Int], for node: Tape<S>.Node, in graph: inout Graph,
    _ read: (Int) throws -> [Double]
  ) rethrows -> Graph.Value {
    let numbers = try tapes.indices.flatMap(read)
    let particles = hasParticles(node) ? [1] : []
    return graph.constant(numbers, shape: [tapes.count] + particles + shape, element)
  }

  private func numbers(_ view: ParameterView) -> (Int) -> [Double] {
    { parameters[$0].values[view.range].map { Double($0) } }
  }

  private func translate(_ index: Int, in graph: inout Graph) throws -> Graph.Value? {
    let node = tape.nodes[index]
    switch "\(node.rule)" {
    case "Dense":
      guard let weight = node.weight else { throw unknown(index) }
      let matrix = constant(
        shape: [weight.rows, weight.columns], for: node, in: &graph, numbers(weight))
      var z = graph("MatMul", try value(node.operands.0), matrix)
      if let bias = node.bias {
        let constants = constant(shape: [1, bias.count], for: node, in: &graph, numbers(bias))
        z = graph.add(z, constants)
      }
      return graph.apply(node.activation, to: z, element)
    case "Applied":
      return graph.apply(node.activation, to: try value(node.operands.0), element)
    case "Sum":
      return graph.add(try value(node.operands.0), try value(node.operands.1))
    case "Product":
      return graph.multiply(try value(node.operands.0), try value(node.operands.1))
    case "Concatenation":
      return graph.join([try value(node.operands.0), try value(node.operands.1)])
    case "Slice":
      let start = node.numbers.0
      return graph.slice(try value(node.operands.0), start..<start + node.columns)
    case "Rational": return try rational(node, index, in: &graph)
    case "SplineBasis": return try splines(node, index, in: &graph)
    case "SplineProduct":
      let depth = tape.nodes[node.operands.0].columns
      let matrix = try constant(shape: [depth, node.columns], for: node, in: &graph) { network in
        guard let weight = tapes[network].nodes[index].saved else { throw unknown(index) }
        return (0..<depth * node.columns).map { Double(weight[$0]) }
      }
      return graph("MatMul", try value(node.operands.0), matrix)
    case "AssembledBlock":
      // The blocks of a matrix are nodes one behind the other, the last of which is the whole.
      let next = index + 1 < tape.nodes.count ? tape.nodes[index + 1] : nil
      if next.map({ "\($0.rule)" }) == "AssembledBlock", next?.operands.1 == index { return nil }
      return try assembled(index, in: &graph)
    default:
      guard let value = try tokens(node, in: &graph) else { throw unknown(index) }
      return value
    }
  }

  /// What a node of tokens computes; nil for any other.
  private func tokens(_ node: Tape<S>.Node, in graph: inout Graph) throws -> Graph.Value? {
    let x = try value(node.operands.0)
    if let mixing = node.configuration as? ChannelMixing {
      let base = node.operands.1 < 0 ? nil : try value(node.operands.1)
      return self.mixing(x, addedTo: base, mixing, in: &graph)
    }
    if let pooled = node.configuration as? PooledRows { return pooling(x, pooled, in: &graph) }
    guard let shape = node.configuration as? TokenShape else { return nil }
    switch "\(node.rule)" {
    case "Embedding": return embedding(x, node, shape, in: &graph)
    case "GeometricNorm": return normalized(x, shape, groups: node.numbers.0, in: &graph)
    case "GeometricAttention":
      return attention(x, shape, heads: node.numbers.0, tokens: node.numbers.1, in: &graph)
    case "GeometricProduct":
      let width = tape.nodes[node.operands.1].rows / (node.rows / shape.rows)
      return geometricProduct(
        x, scalarsOf: try value(node.operands.1), width: width, shape, in: &graph)
    case "Gate": return gate(x, shape, in: &graph)
    case "GatedUnit": return gatedUnit(x, shape, in: &graph)
    default: return nil
    }
  }

  /// Blocks side by side, and one particle below the other along an axis in front of the points.
  private func assembled(_ last: Int, in graph: inout Graph) throws -> Graph.Value {
    var pieces: [Int: [(column: Int, value: Graph.Value)]] = [:]
    var index = last
    while index >= 0 {
      let node = tape.nodes[index]
      guard let block = node.block, block.rows.count == rows, block.row % rows == 0,
        block.rows.lowerBound % rows == 0
      else { throw unknown(index) }
      let source = tape.nodes[node.operands.0]
      var piece = try value(node.operands.0)
      if hasParticles(source) {
        piece = graph.pick(piece, block.rows.lowerBound / rows, axis: 1)
      }
      if block.columns.count < source.columns { piece = graph.slice(piece, block.columns) }
      pieces[block.row / rows, default: []].append((block.column, piece))
      index = node.operands.1
    }
    var stack: [Graph.Value] = []
    for particle in pieces.keys.sorted() {
      let parts = (pieces[particle] ?? []).sorted { $0.column < $1.column }
      let joined = graph.join(parts.map(\.value))
      stack.append(pieces.count > 1 ? graph.widened(joined, axis: 1) : joined)
    }
    return graph.join(stack, axis: 1)
  }

  /// P/Q with the coefficients of its group for every column.
  private func rational(
    _ node: Tape<S>.Node, _ index: Int, in graph: inout Graph
  ) throws -> Graph.Value {
    guard let numerator = node.weight, let denominator = node.bias else { throw unknown(index) }
    let groups = numerator.rows
    func coefficient(_ i: Int, of view: ParameterView, in graph: inout Graph) -> Graph.Value {
      constant(shape: [1, node.columns], for: node, in: &graph) { network in
        let all = numbers(view)(network)
        return (0..<groups).flatMap { group in
          let columns = (group + 1) * node.columns / groups - group * node.columns / groups
          return [Double](repeating: all[view.columns * group + i], count: columns)
        }
      }
    }
    let x = try value(node.operands.0)
    let above = (0..<6).map { coefficient($0, of: numerator, in: &graph) }
    let below =
      [graph.constant(1, element)]
      + (0..<5).map { graph("Abs", coefficient($0, of: denominator, in: &graph)) }
    let p = graph.polynomial(x, above)
    return graph.divide(p, graph.polynomial(graph("Abs", x), below))
  }

  /// All splines of all inputs by the recursion of Cox and de Boor, then SiLU.
  ///
  /// With s the distance from the outermost knot in intervals and t = s − m: B⁰_m = [0 ≤ t < 1] and
  /// Bᵏ_m = (t Bᵏ⁻¹_m + (k + 1 − t) Bᵏ⁻¹_{m+1})/k.
  private func splines(
    _ node: Tape<S>.Node, _ index: Int, in graph: inout Graph
  ) throws -> Graph.Value {
    guard let knots = node.configuration as? SplineKnots, !hasParticles(node) else {
      throw unknown(index)
    }
    let x = try value(node.operands.0)
    let shape = [knots.low.count]
    let low = graph.constant(knots.low, shape: shape, element)
    let perLength = graph.constant(knots.perLength, shape: shape, element)
    let distance = graph.add(
      graph.multiply(graph.subtract(x, low), perLength),
      graph.constant(Double(knots.order), element))
    let count = knots.splines + knots.order
    let t = graph.subtract(
      graph.widened(distance, axis: -1),
      graph.constant((0..<count).map(Double.init), shape: [count], element))
    let isInside = graph(
      "And", graph("GreaterOrEqual", t, graph.constant(0, element)),
      graph("Less", t, graph.constant(1, element)))
    var basis = graph.cast(isInside, to: element)
    for k in 1...knots.order {
      let left = graph.slice(t, 0..<count - k)
      let first = graph.multiply(left, graph.slice(basis, 0..<count - k))
      let second = graph.multiply(
        graph.subtract(graph.constant(Double(k + 1), element), left),
        graph.slice(basis, 1..<count - k + 1))
      basis = graph.divide(graph.add(first, second), graph.constant(Double(k), element))
    }
    let silu = graph.widened(graph.apply(.silu, to: x, element), axis: -1)
    return graph("Reshape", graph.join([basis, silu]), graph.indices([0, 0, -1]))
  }
}
