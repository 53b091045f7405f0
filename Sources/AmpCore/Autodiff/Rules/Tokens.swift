// Between points and tokens: momenta to tokens at the start, invariants to points at the end.
extension Tape {
  /// The token matrix of momenta (points, 4·tokens): one vector channel each, and one-hot types.
  ///
  /// The momentum is the vector part of a multivector, or the vector itself; the scalars of token t
  /// are zero but for a one in place types[t].
  public func tokens(
    _ momenta: Variable, shape: TokenShape, types: [Int]
  ) -> Variable {
    let count = types.count
    precondition(momenta.columns == 4 * count, "\(momenta.columns) numbers for \(count) momenta")
    precondition(
      shape.channels == 1 && types.allSatisfy { (0..<shape.scalars).contains($0) },
      "one vector and types below \(shape.scalars), not \(types)")
    let points = TokenShape.padded(momenta.rows)
    let index = push(
      Embedding.self, rows: shape.rows, columns: count * points,
      needsGradient: needsGradient(momenta))
    nodes[index].operands.0 = momenta.index
    let first = shape.components == 16 ? 1 : 0
    nodes[index].numbers = (first, count)
    let (input, node) = (nodes[momenta.index], nodes[index])
    node.value.update(repeating: 0, count: node.rows * node.stride)
    for (token, type) in types.enumerated() {
      S.transposePart(
        rows: momenta.rows, columns: 4, input.value + 4 * token, xRow: input.stride,
        node.value + first * node.stride + token * points, yRow: node.stride, factor: 1,
        accumulate: false)
      (node.value + (shape.firstScalar + type) * node.stride + token * points)
        .update(repeating: 1, count: points)
    }
    return variable(index)
  }

  /// The means over tokens of some `rows` of a token matrix: (points, all rows).
  public func pool(
    _ x: Variable, rows: [Range<Int>], tokens: Int, points: Int
  ) -> Variable {
    precondition(
      x.columns == tokens * TokenShape.padded(points), "\(x.columns) columns for \(points) points")
    let width = rows.reduce(0) { $0 + $1.count }
    let index = push(Pooling.self, rows: points, columns: width)
    nodes[index].operands.0 = x.index
    nodes[index].configuration = rows
    nodes[index].numbers = (tokens, 0)
    let (input, node) = (nodes[x.index], nodes[index])
    var column = 0
    for range in rows {
      for token in 0..<tokens {
        S.transposePart(
          rows: range.count, columns: points,
          input.value + range.lowerBound * input.stride + token * (x.columns / tokens),
          xRow: input.stride, node.value + column, yRow: node.stride, factor: 1 / S(tokens),
          accumulate: token > 0)
      }
      column += range.count
    }
    return variable(index)
  }
}

private enum Embedding: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let gradient = node.gradient else { return }
    let (first, count) = node.numbers
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
    for token in 0..<count {
      S.transposePart(
        rows: 4, columns: tape.nodes[node.operands.0].rows,
        gradient + first * node.stride + token * (node.columns / count), xRow: node.stride,
        memory + 4 * token, yRow: stride, factor: 1, accumulate: adds)
    }
  }
}

private enum Pooling: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    let input = tape.nodes[node.operands.0]
    guard let rows = node.configuration as? [Range<Int>], let gradient = node.gradient,
      input.gradient != nil
    else { return }
    let tokens = node.numbers.0
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
    if !adds { memory.update(repeating: 0, count: input.rows * stride) }
    var column = 0
    for range in rows {
      for token in 0..<tokens {
        S.transposePart(
          rows: node.rows, columns: range.count, gradient + column, xRow: node.stride,
          memory + range.lowerBound * stride + token * (input.columns / tokens), yRow: stride,
          factor: 1 / S(tokens), accumulate: true)
      }
      column += range.count
    }
  }
}
