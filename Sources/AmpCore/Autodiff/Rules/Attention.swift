import CAmpKernels

// Attention among the tokens of a point, with the Lorentz-invariant inner product.
extension Tape {
  /// Multi-head attention of `qkv`, whose channels are queries, keys and values, heads in order.
  ///
  /// Per head the logits are (Σ_c <q_c, k_c> + q_s·k_s)/√(components·c + s) with the c channels and
  /// s scalars of the head; `shape` is that of the result.
  public func attention(
    _ qkv: Variable, shape: TokenShape, heads: Int, tokens: Int
  ) -> Variable {
    let size = shape.rows / heads
    let panels = qkv.rows / (3 * shape.rows)
    precondition(
      qkv.rows == 3 * shape.rows * panels && panels % tokens == 0
        && shape.channels % heads == 0 && shape.scalars % heads == 0,
      "\(qkv.rows) rows for \(heads) heads of \(shape) and \(tokens) tokens")
    precondition(
      tokens <= TokenShape.mostTokens && tokens <= size && size <= TokenShape.mostPerHead,
      "\(tokens) tokens, \(size) numbers per head")
    let index = push(GeometricAttention.self, rows: panels * shape.rows, columns: qkv.columns)
    nodes[index].operands.0 = qkv.index
    nodes[index].configuration = shape
    nodes[index].numbers = (heads, tokens)
    // heads · tokens² · points weights fit beside the value, heads · size · tokens · points.
    let weights = differentiates ? save(for: index) : nil
    let node = nodes[index]
    S.attention(
      shape.tokens(node), heads: heads, count: tokens, nodes[qkv.index].value, weights: weights,
      node.value)
    return variable(index)
  }
}

private enum GeometricAttention: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let shape = node.configuration as? TokenShape else { return nil }
    let (tokens, (heads, count)) = (shape.tokens(node), node.numbers)
    let (input, value) = (tape.nodes[node.operands.0].value, node.value)
    return { S.attention(tokens, heads: heads, count: count, input, weights: nil, value) }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    let input = tape.nodes[node.operands.0]
    guard let shape = node.configuration as? TokenShape, let gradient = node.gradient,
      let weights = node.saved, input.needsGradient
    else { return }
    let (memory, adds, _) = tape.gradientMemory(of: node.operands.0)
    S.attentionBack(
      shape.tokens(node), heads: node.numbers.0, count: node.numbers.1, input.value,
      weights: weights, gradient: gradient, to: memory, accumulate: adds)
  }
}
