// Matrices put together from blocks of others: particles below each other, embeddings side by side.

/// A block of rows and columns of one matrix, and where its corner stands in another.
package struct Block: Sendable, Equatable {
  package var rows: Range<Int>
  package var columns: Range<Int>
  package var row: Int
  package var column: Int

  /// The block `rows` × `columns`, to stand at (row, column).
  package init(rows: Range<Int>, columns: Range<Int>, row: Int = 0, column: Int = 0) {
    self.rows = rows
    self.columns = columns
    self.row = row
    self.column = column
  }
}

extension Tape {
  /// A (rows, columns) matrix that consists of blocks of other matrices.
  ///
  /// The blocks must cover it without overlap; traps if their areas do not add up to its own or
  /// one lies outside. Every block is copied once.
  package func assemble(
    rows: Int, columns: Int, _ pieces: [(source: Variable, block: Block)]
  ) -> Variable {
    let area = pieces.reduce(0) { $0 + $1.block.rows.count * $1.block.columns.count }
    precondition(
      area == rows * columns, "blocks of \(area) numbers for a matrix of \([rows, columns])")
    let first = push(
      AssembledBlock.self, rows: rows, columns: columns,
      needsGradient: pieces.contains { needsGradient($0.source) })
    for (i, (source, block)) in pieces.enumerated() {
      let (from, node) = (nodes[source.index], nodes[first])
      precondition(
        block.rows.upperBound <= from.rows && block.columns.upperBound <= from.columns
          && block.row + block.rows.count <= rows
          && block.column + block.columns.count <= columns,
        "\(block) of \([from.rows, from.columns]) in \([rows, columns])")
      // All blocks are nodes over the same memory; each passes its part on, then hands the gradient to the one before.
      if i > 0 { nodes.append(node) }
      nodes[nodes.count - 1].operands = (source.index, i > 0 ? nodes.count - 2 : -1)
      nodes[nodes.count - 1].block = block
      S.copyBlock(
        rows: block.rows.count, columns: block.columns.count,
        from: from.value + block.rows.lowerBound * from.stride + block.columns.lowerBound,
        stride: from.stride, to: node.value + block.row * node.stride + block.column,
        targetStride: node.stride, accumulate: false)
    }
    return variable(nodes.count - 1)
  }
}

private enum AssembledBlock: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let block = node.block else { return nil }
    let (source, stride) = (tape.nodes[node.operands.0].value, tape.nodes[node.operands.0].stride)
    let from = source + block.rows.lowerBound * stride + block.columns.lowerBound
    let target = node.value + block.row * node.stride + block.column
    let (rows, columns, targetStride) = (block.rows.count, block.columns.count, node.stride)
    return {
      S.copyBlock(
        rows: rows, columns: columns, from: from, stride: stride, to: target,
        targetStride: targetStride, accumulate: false)
    }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    defer {
      if node.operands.1 >= 0 { tape.handOnGradient(of: index, to: node.operands.1) }
    }
    guard let block = node.block, let gradient = node.gradient,
      tape.nodes[node.operands.0].needsGradient
    else { return }
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
    if !adds { S.clear(memory, count: tape.nodes[node.operands.0].rows * stride) }
    S.copyBlock(
      rows: block.rows.count, columns: block.columns.count,
      from: gradient + block.row * node.stride + block.column, stride: node.stride,
      to: memory + block.rows.lowerBound * stride + block.columns.lowerBound,
      targetStride: stride, accumulate: true)
  }
}
