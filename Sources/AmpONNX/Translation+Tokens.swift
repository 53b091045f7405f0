import AmpCore
import AmpNets

// The nodes of Lorentz-equivariant transformers.
//
// A token matrix of the tape becomes (networks, points · tokens, numbers), the tokens of a point one
// behind the other, with the numbers of a token in the order of `TokenShape`.
extension Translation {
  /// The tokens of features (networks, points, 4 · tokens): vectors put in their place, and types.
  func embedding(
    _ x: Graph.Value, _ node: Tape<S>.Node, _ shape: TokenShape, in graph: inout Graph
  ) -> Graph.Value {
    let tokens = node.rows / shape.rows
    var places = [Double](repeating: 0, count: 4 * shape.rows)
    let first = shape.components == 16 ? 1 : 0
    for k in 0..<4 { places[k * shape.rows + first + k] = 1 }
    var types = [Double](repeating: 0, count: node.rows)
    for row in 0..<node.rows where row % shape.rows >= shape.firstScalar {
      types[row] = Double(node.value[row * node.stride])
    }
    let momenta = graph.shaped(x, [0, 0, tokens, 4])
    let placed = graph(
      "MatMul", momenta, graph.constant(places, shape: [4, shape.rows], element))
    let all = graph.add(placed, graph.constant(types, shape: [tokens, shape.rows], element))
    return graph.shaped(all, [0, -1, shape.rows])
  }

  /// A linear map between the numbers of tokens, as one matrix with zeros where nothing leads.
  func mixing(
    _ x: Graph.Value, addedTo base: Graph.Value?, _ mixing: ChannelMixing, in graph: inout Graph
  ) -> Graph.Value {
    let maps = parameters.map { mixing.matrix($0.values.map { Double($0) }) }
    let matrix = graph.constant(
      maps.flatMap(\.matrix), shape: [maps.count, mixing.inputs, mixing.outputs], element)
    let bias = graph.constant(
      maps.flatMap(\.bias), shape: [maps.count, 1, mixing.outputs], element)
    let y = graph.add(graph("MatMul", x, matrix), bias)
    return base.map { graph.add(y, $0) } ?? y
  }

  /// The means over the tokens of a point.
  func pooling(_ x: Graph.Value, _ pooled: PooledRows, in graph: inout Graph) -> Graph.Value {
    let parts = pooled.rows.map { graph.slice(x, $0) }
    let width = pooled.rows.reduce(0) { $0 + $1.count }
    let tokens = graph.shaped(graph.join(parts), [0, -1, pooled.tokens, width])
    return graph.node("ReduceMean", [tokens], [("axes", .ints([2])), ("keepdims", .int(0))])
  }

  /// Normalised multivectors and scalars, or vectors and scalars, see `Tape.normalize`.
  func normalized(
    _ x: Graph.Value, _ shape: TokenShape, groups: Int, in graph: inout Graph
  ) -> Graph.Value {
    let (channels, scalars) = (shape.channels / groups, shape.scalars / groups)
    let vectors = graph.shaped(
      graph.slice(x, 0..<shape.firstScalar), [0, 0, shape.components, groups, channels])
    let signs = graph.constant(
      self.signs(shape), shape: [shape.components, 1, 1], element)
    let squares = graph.multiply(graph.multiply(vectors, vectors), signs)
    let numbers =
      scalars > 0
      ? graph.shaped(graph.slice(x, shape.firstScalar..<shape.rows), [0, 0, groups, scalars])
      : nil
    let smallest = graph.constant(0.01, element)
    var parts: [Graph.Value]
    if shape.components == 16 {
      let grades = SpacetimeAlgebra.grades.map { grade in
        graph("Abs", graph.sum(graph.slice(squares, grade, axis: 2), axis: 2))
      }
      let sizes = grades.dropFirst().reduce(grades[0]) { graph.add($0, $1) }
      let size = graph("Max", graph.average(sizes), smallest)
      parts = [graph.divide(vectors, graph("Sqrt", size))]
      if let numbers {
        let residual = graph.subtract(numbers, graph.average(numbers))
        let variance = graph.add(
          graph.average(graph.multiply(residual, residual)), graph.constant(1e-5, element))
        parts.append(graph.divide(residual, graph("Sqrt", variance)))
      }
    } else {
      let sizes = graph("Abs", graph.sum(squares, axis: 2))
      var size = graph.shaped(graph.sum(sizes, axis: -1), [0, 0, groups, 1])
      if let numbers {
        size = graph.add(size, graph.sum(graph.multiply(numbers, numbers), axis: -1))
      }
      let mean = graph.multiply(size, graph.constant(1 / Double(channels + scalars), element))
      let root = graph("Sqrt", graph.add(mean, smallest))
      parts = [graph.divide(vectors, graph.shaped(root, [0, 0, 1, groups, 1]))]
      if let numbers { parts.append(graph.divide(numbers, root)) }
    }
    return graph.join(parts.map { graph.shaped($0, [0, 0, -1]) })
  }

  /// Attention among the tokens of a point, see `Tape.attention`; `shape` is that of the result.
  func attention(
    _ x: Graph.Value, _ shape: TokenShape, heads: Int, tokens: Int, in graph: inout Graph
  ) -> Graph.Value {
    let (count, all) = (shape.components, 3 * shape.firstScalar)
    let (channels, scalars) = (shape.channels / heads, shape.scalars / heads)
    // Queries, keys and values, each (networks, points, heads, tokens, numbers of a head).
    let vectors = graph.transposed(
      graph.shaped(graph.slice(x, 0..<all), [0, -1, tokens, count, 3, heads, channels]),
      [4, 0, 1, 5, 2, 3, 6])
    let numbers = graph.transposed(
      graph.shaped(
        graph.slice(x, all..<3 * shape.rows), [0, -1, tokens, 3, heads, scalars]),
      [3, 0, 1, 4, 2, 5])
    let parts = (0..<3).map { part in
      let own = graph.shaped(graph.pick(vectors, part, axis: 0), [0, 0, 0, 0, count * channels])
      return graph.join([own, graph.pick(numbers, part, axis: 0)])
    }
    let size = count * channels + scalars
    let scale = 1 / Double(size).squareRoot()
    let factors =
      signs(shape).flatMap { [Double](repeating: $0 * scale, count: channels) }
      + [Double](repeating: scale, count: scalars)
    let queries = graph.multiply(parts[0], graph.constant(factors, shape: [size], element))
    let logits = graph("MatMul", queries, graph.transposed(parts[1], [0, 1, 2, 4, 3]))
    let weights = graph("Softmax", logits, attributes: [("axis", .int(-1))])
    let result = graph("MatMul", weights, parts[2])
    let own = graph.shaped(
      graph.slice(result, 0..<count * channels), [0, 0, 0, 0, count, channels])
    return graph.join([
      graph.shaped(graph.transposed(own, [0, 1, 3, 4, 2, 5]), [0, -1, shape.firstScalar]),
      graph.shaped(
        graph.transposed(graph.slice(result, count * channels..<size), [0, 1, 3, 2, 4]),
        [0, -1, shape.scalars]),
    ])
  }

  /// left · right channel by channel, and the last scalars of `x`, a token of which has `width` rows.
  func geometricProduct(
    _ pairs: Graph.Value, scalarsOf x: Graph.Value, width: Int, _ shape: TokenShape,
    in graph: inout Graph
  ) -> Graph.Value {
    let both = graph.shaped(pairs, [0, 0, 16, 2, shape.channels])
    let (left, right) = (graph.pick(both, 0, axis: 3), graph.pick(both, 1, axis: 3))
    var sum: Graph.Value?
    for i in 0..<16 {
      // e_i e_m = ± e_k: the m for each k.
      var (sources, signs) = ([Int](repeating: 0, count: 16), [Double](repeating: 1, count: 16))
      for (m, result) in SpacetimeAlgebra.product[i].enumerated() {
        (sources[result.component], signs[result.component]) = (m, Double(result.sign))
      }
      let turned = graph(
        "Gather", right, graph.indices(sources), attributes: [("axis", .int(2))])
      let signed = graph.multiply(turned, graph.constant(signs, shape: [16, 1], element))
      let term = graph.multiply(graph.slice(left, i..<i + 1, axis: 2), signed)
      sum = sum.map { graph.add($0, term) } ?? term
    }
    guard let sum else { return pairs }
    return graph.join([
      graph.shaped(sum, [0, 0, shape.firstScalar]), graph.slice(x, width - shape.scalars..<width),
    ])
  }

  /// GELU(x₀) x with the tanh approximation for multivectors, the exact GELU for scalars.
  func gate(_ x: Graph.Value, _ shape: TokenShape, in graph: inout Graph) -> Graph.Value {
    let vectors = graph.shaped(
      graph.slice(x, 0..<shape.firstScalar), [0, 0, 16, shape.channels])
    let z = graph.slice(vectors, 0..<1, axis: 2)
    let one = graph.constant(1, element)
    let inner = graph.add(
      graph.multiply(graph.multiply(z, z), graph.constant(0.044715, element)), one)
    let h = graph(
      "Tanh",
      graph.multiply(graph.multiply(z, graph.constant(0.7978845608028654, element)), inner))
    let half = graph.multiply(z, graph.constant(0.5, element))
    let gated = graph.multiply(vectors, graph.multiply(half, graph.add(h, one)))
    return graph.join([
      graph.shaped(gated, [0, 0, shape.firstScalar]),
      graph.apply(.gelu, to: graph.slice(x, shape.firstScalar..<shape.rows), element),
    ])
  }

  /// GELU(<a, b>) v for vectors (v, a, b), GELU(g) s for scalars (s, g).
  func gatedUnit(_ x: Graph.Value, _ shape: TokenShape, in graph: inout Graph) -> Graph.Value {
    let first = 3 * shape.firstScalar
    let triple = graph.shaped(graph.slice(x, 0..<first), [0, 0, 4, 3, shape.channels])
    let parts = (0..<3).map { graph.pick(triple, $0, axis: 3) }
    let signs = graph.constant(self.signs(shape), shape: [4, 1], element)
    let product = graph.sum(
      graph.multiply(graph.multiply(parts[1], parts[2]), signs), axis: 2)
    let vectors = graph.multiply(parts[0], graph.apply(.gelu, to: product, element))
    let scalars = graph.slice(x, first..<first + shape.scalars)
    let gates = graph.slice(x, first + shape.scalars..<first + 2 * shape.scalars)
    return graph.join([
      graph.shaped(vectors, [0, 0, shape.firstScalar]),
      graph.multiply(scalars, graph.apply(.gelu, to: gates, element)),
    ])
  }

  /// The signs of the inner product, one per component.
  private func signs(_ shape: TokenShape) -> [Double] {
    shape.components == 16
      ? SpacetimeAlgebra.innerProductSigns.map { Double($0) } : [1, -1, -1, -1]
  }
}

extension Graph {
  /// The same numbers with other axes; 0 keeps the length of an axis, −1 is what is left.
  fileprivate mutating func shaped(_ x: Value, _ shape: [Int]) -> Value {
    self("Reshape", x, indices(shape))
  }

  /// Axes in another order.
  fileprivate mutating func transposed(_ x: Value, _ order: [Int]) -> Value {
    self("Transpose", x, attributes: [("perm", .ints(order))])
  }

  /// The sum over an axis, which keeps the length one.
  fileprivate mutating func sum(_ x: Value, axis: Int) -> Value {
    self("ReduceSum", x, indices([axis]), attributes: [("keepdims", .int(1))])
  }

  /// The mean over the last axis, which keeps the length one.
  fileprivate mutating func average(_ x: Value) -> Value {
    node("ReduceMean", [x], [("axes", .ints([-1])), ("keepdims", .int(1))])
  }

  /// The elements `range` of an axis.
  fileprivate mutating func slice(_ x: Value, _ range: Range<Int>, axis: Int) -> Value {
    self("Slice", x, indices([range.lowerBound]), indices([range.upperBound]), indices([axis]))
  }
}
