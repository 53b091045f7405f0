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
  /// A (rows, columns) matrix under construction from blocks of other matrices.
  package struct Assembly {
    let rows: Int
    let columns: Int
    fileprivate var last = -1
    fileprivate var area = 0
  }

  /// A matrix to be covered by blocks, without overlap and completely.
  package func assembly(rows: Int, columns: Int) -> Assembly {
    Assembly(rows: rows, columns: columns)
  }

  /// Copies `block` of `source` to its place in `assembly`; traps if it does not fit.
  ///
  /// All blocks are nodes over the same memory: each passes its part of the gradient on and hands the
  /// gradient to the one before.
  package func add(_ block: Block, of source: Variable, to assembly: inout Assembly) {
    precondition(
      block.rows.upperBound <= source.rows && block.columns.upperBound <= source.columns
        && block.row + block.rows.count <= assembly.rows
        && block.column + block.columns.count <= assembly.columns,
      "\(block) of \([source.rows, source.columns]) in \([assembly.rows, assembly.columns])")
    let index: Int
    if assembly.last < 0 {
      index = push(
        AssembledBlock.self, rows: assembly.rows, columns: assembly.columns,
        needsGradient: needsGradient(source))
    } else {
      index = nodes.count
      nodes.append(nodes[assembly.last])
      if needsGradient(source) { nodes[index].needsGradient = true }
    }
    nodes[index].operands = (source.index, assembly.last)
    nodes[index].block = block
    assembly.last = index
    assembly.area += block.rows.count * block.columns.count
    let (from, node) = (nodes[source.index], nodes[index])
    S.copyBlock(
      rows: block.rows.count, columns: block.columns.count,
      from: from.value + block.rows.lowerBound * from.stride + block.columns.lowerBound,
      stride: from.stride, to: node.value + block.row * node.stride + block.column,
      targetStride: node.stride, accumulate: false)
  }

  /// The matrix; traps if the areas of its blocks do not add up to its own.
  package func finish(_ assembly: Assembly) -> Variable {
    precondition(
      assembly.area == assembly.rows * assembly.columns && assembly.last >= 0,
      "blocks of \(assembly.area) numbers for a matrix of \([assembly.rows, assembly.columns])")
    return variable(assembly.last)
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
