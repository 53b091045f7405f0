// Equivariant normalisation of multivectors and scalars, or of vectors and scalars.
extension Tape {
  /// Normalises each of `groups` equal groups of channels and scalars of every token.
  ///
  /// Multivectors are divided by √max(n, 0.01), n = mean_c Σ_k |<<x_c>_k, <x_c>_k>| over grades k,
  /// and the scalars get mean zero and variance one (ε = 10⁻⁵). Vectors and scalars are divided by
  /// √(mean(|v_c²|, s²) + 0.01), the mean running over both.
  public func normalize(_ x: Variable, shape: TokenShape, groups: Int = 1) -> Variable {
    precondition(
      shape.channels % groups == 0 && shape.scalars % groups == 0,
      "\(shape.channels) channels and \(shape.scalars) scalars in \(groups) groups")
    let index = push(GeometricNorm.self, rows: x.rows, columns: x.columns)
    nodes[index].operands.0 = x.index
    nodes[index].configuration = shape
    nodes[index].numbers.0 = groups
    let (input, node) = (nodes[x.index], nodes[index])
    let tokens = shape.tokens(node)
    if shape.components == 16 {
      S.geometricNorm(tokens, groups: groups, input.value, node.value)
    } else {
      S.jointNorm(tokens, groups: groups, input.value, node.value)
    }
    return variable(index)
  }
}

private enum GeometricNorm: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let shape = node.configuration as? TokenShape else { return nil }
    let (tokens, groups) = (shape.tokens(node), node.numbers.0)
    let (input, value) = (tape.nodes[node.operands.0].value, node.value)
    return shape.components == 16
      ? { S.geometricNorm(tokens, groups: groups, input, value) }
      : { S.jointNorm(tokens, groups: groups, input, value) }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    let input = tape.nodes[node.operands.0]
    guard let shape = node.configuration as? TokenShape, let gradient = node.gradient,
      input.needsGradient
    else { return }
    let (memory, adds, _) = tape.gradientMemory(of: node.operands.0)
    let tokens = shape.tokens(node)
    if shape.components == 16 {
      S.geometricNormBack(
        tokens, groups: node.numbers.0, input.value, gradient: gradient, to: memory,
        accumulate: adds)
    } else {
      S.jointNormBack(
        tokens, groups: node.numbers.0, input.value, gradient: gradient, to: memory,
        accumulate: adds)
    }
  }
}
