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
    let panels = TokenShape.panels(momenta.rows)
    let index = push(
      Embedding.self, rows: count * panels * shape.rows, columns: TokenShape.lanes,
      needsGradient: needsGradient(momenta))
    nodes[index].operands.0 = momenta.index
    nodes[index].configuration = shape
    let (input, node) = (nodes[momenta.index], nodes[index])
    S.clear(node.value, count: node.rows * node.stride)
    for (token, type) in types.enumerated() {
      forEachPanel(momenta.rows) { panel, points in
        let memory = node.value + (token * panels + panel) * shape.rows * node.stride
        S.transposePart(
          rows: points.count, columns: 4,
          input.value + points.lowerBound * input.stride + 4 * token, xRow: input.stride,
          memory + shape.firstOfVector * node.stride, yRow: node.stride, factor: 1,
          accumulate: false)
        (memory + (shape.firstScalar + type) * node.stride)
          .update(repeating: 1, count: node.stride)
      }
    }
    return variable(index)
  }

  /// The means over tokens of some `rows` of a token matrix: (points, all rows).
  public func pool(
    _ x: Variable, shape: TokenShape, rows: [Range<Int>], tokens: Int, points: Int
  ) -> Variable {
    precondition(
      x.rows == tokens * TokenShape.panels(points) * shape.rows,
      "\(x.rows) rows of \(points) points")
    let width = rows.reduce(0) { $0 + $1.count }
    let index = push(Pooling.self, rows: points, columns: width)
    nodes[index].operands.0 = x.index
    let pooled = PooledRows(shape: shape, rows: rows, tokens: tokens)
    nodes[index].configuration = pooled
    let (input, node) = (nodes[x.index], nodes[index])
    pooled.forEachBlock(points) { block in
      S.transposePart(
        rows: block.count, columns: block.points.count, input.value + block.row * input.stride,
        xRow: input.stride, node.value + block.points.lowerBound * node.stride + block.column,
        yRow: node.stride, factor: 1 / S(tokens), accumulate: block.token > 0)
    }
    return variable(index)
  }
}

/// Calls `body` for each panel of a token with the points in it.
private func forEachPanel(_ points: Int, _ body: (_ panel: Int, _ points: Range<Int>) -> Void) {
  for panel in 0..<TokenShape.panels(points) {
    let first = panel * TokenShape.lanes
    body(panel, first..<min(points, first + TokenShape.lanes))
  }
}

/// Which rows of the tokens are averaged.
package struct PooledRows: Sendable {
  package var shape: TokenShape
  package var rows: [Range<Int>]
  package var tokens: Int

  /// Calls `body` for each block of contiguous rows of each panel: its first row in the token matrix,
  /// the number of rows, and the first column and the points in the result.
  fileprivate func forEachBlock(
    _ points: Int,
    _ body: ((row: Int, count: Int, column: Int, points: Range<Int>, token: Int)) -> Void
  ) {
    let panels = TokenShape.panels(points)
    var column = 0
    for range in rows {
      for token in 0..<tokens {
        forEachPanel(points) { panel, points in
          let first = (token * panels + panel) * shape.rows
          body((first + range.lowerBound, range.count, column, points, token))
        }
      }
      column += range.count
    }
  }
}

private enum Embedding: DifferentiationRule {
  /// Zeros and types stay as the first pass wrote them.
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let shape = node.configuration as? TokenShape else { return nil }
    let input = tape.nodes[node.operands.0]
    let (momenta, inputStride, points) = (input.value, input.stride, input.rows)
    let (value, stride) = (node.value + shape.firstOfVector * node.stride, node.stride)
    let panels = TokenShape.panels(points)
    let (tokens, panelSize) = (node.rows / (panels * shape.rows), shape.rows * node.stride)
    return {
      for token in 0..<tokens {
        forEachPanel(points) { panel, points in
          S.transposePart(
            rows: points.count, columns: 4,
            momenta + points.lowerBound * inputStride + 4 * token, xRow: inputStride,
            value + (token * panels + panel) * panelSize, yRow: stride, factor: 1,
            accumulate: false)
        }
      }
    }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let gradient = node.gradient, let shape = node.configuration as? TokenShape else {
      return
    }
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
    let points = tape.nodes[node.operands.0].rows
    let panels = TokenShape.panels(points)
    for token in 0..<node.rows / (panels * shape.rows) {
      forEachPanel(points) { panel, points in
        let first = (token * panels + panel) * shape.rows + shape.firstOfVector
        S.transposePart(
          rows: 4, columns: points.count, gradient + first * node.stride, xRow: node.stride,
          memory + points.lowerBound * stride + 4 * token, yRow: stride, factor: 1,
          accumulate: adds)
      }
    }
  }
}

private enum Pooling: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let pooled = node.configuration as? PooledRows else { return nil }
    let input = tape.nodes[node.operands.0]
    let (source, sourceStride) = (input.value, input.stride)
    let (value, stride, points) = (node.value, node.stride, node.rows)
    return {
      pooled.forEachBlock(points) { block in
        S.transposePart(
          rows: block.count, columns: block.points.count, source + block.row * sourceStride,
          xRow: sourceStride, value + block.points.lowerBound * stride + block.column,
          yRow: stride, factor: 1 / S(pooled.tokens), accumulate: block.token > 0)
      }
    }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    let input = tape.nodes[node.operands.0]
    guard let pooled = node.configuration as? PooledRows, let gradient = node.gradient,
      input.needsGradient
    else { return }
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
    if !adds { S.clear(memory, count: input.rows * stride) }
    pooled.forEachBlock(node.rows) { block in
      S.transposePart(
        rows: block.points.count, columns: block.count,
        gradient + block.points.lowerBound * node.stride + block.column, xRow: node.stride,
        memory + block.row * stride, yRow: stride, factor: 1 / S(pooled.tokens), accumulate: true)
    }
  }
}
