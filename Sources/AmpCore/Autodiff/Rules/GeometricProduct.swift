import CAmpKernels

// The product of the space-time algebra, channel by channel.
extension Tape {
  /// left·right for `pairs` of channels, all left ones first, with the scalars of `x` beside them.
  ///
  /// `shape` is that of the result; the scalars of `x` stand in its last rows.
  public func geometricProduct(
    _ pairs: Variable, scalarsOf x: Variable, shape: TokenShape
  ) -> Variable {
    let panels = pairs.rows / (32 * shape.channels)
    let width = x.rows / panels  // the rows of a panel of x
    precondition(
      shape.components == 16 && pairs.rows == 32 * shape.channels * panels
        && x.rows == width * panels && width >= shape.scalars,
      "\(pairs.rows) rows of pairs and \(x.rows) rows with scalars for \(shape)")
    let index = push(GeometricProduct.self, rows: panels * shape.rows, columns: pairs.columns)
    nodes[index].operands = (pairs.index, x.index)
    nodes[index].configuration = shape
    let (node, source) = (nodes[index], nodes[x.index])
    S.geometricProduct(shape.tokens(node), nodes[pairs.index].value, node.value)
    for panel in 0..<panels {
      (node.value + (panel * shape.rows + shape.firstScalar) * node.stride).update(
        from: source.value + ((panel + 1) * width - shape.scalars) * source.stride,
        count: shape.scalars * node.stride)
    }
    return variable(index)
  }

  /// GELU(x₀)·x for each multivector, with the tanh approximation, and the exact GELU of scalars.
  public func gate(_ x: Variable, shape: TokenShape) -> Variable {
    precondition(shape.components == 16, "gates of \(shape.components) components")
    return unary(Gate.self, x, shape, width: shape.rows) { S.gate($0, $1, $2) }
  }

  /// GELU(<a, b>)·v for vectors (v, a, b) and GELU(g)·s for scalars (s, g).
  ///
  /// `x` has three times the vectors and twice the scalars of `shape`, that of the result.
  public func gatedUnit(_ x: Variable, shape: TokenShape) -> Variable {
    precondition(
      shape.components == 4 && x.rows % (12 * shape.channels + 2 * shape.scalars) == 0,
      "\(x.rows) rows for gated units of \(shape)")
    return unary(GatedUnit.self, x, shape, width: 12 * shape.channels + 2 * shape.scalars) {
      S.gatedUnit($0, $1, $2)
    }
  }

  private func unary(
    _ rule: any DifferentiationRule.Type, _ x: Variable, _ shape: TokenShape, width: Int,
    _ compute: (amp_tokens, UnsafePointer<S>, UnsafeMutablePointer<S>) -> Void
  ) -> Variable {
    let index = push(rule, rows: x.rows / width * shape.rows, columns: x.columns)
    nodes[index].operands.0 = x.index
    nodes[index].configuration = shape
    compute(shape.tokens(nodes[index]), nodes[x.index].value, nodes[index].value)
    return variable(index)
  }
}

private enum GeometricProduct: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let shape = node.configuration as? TokenShape else { return nil }
    let (pairs, source) = (tape.nodes[node.operands.0].value, tape.nodes[node.operands.1])
    let (tokens, value, panels) = (shape.tokens(node), node.value, node.rows / shape.rows)
    let count = shape.scalars * node.stride
    let from = source.value + (source.rows / panels - shape.scalars) * source.stride
    let to = node.value + shape.firstScalar * node.stride
    let (fromPanel, toPanel) = (source.rows / panels * source.stride, shape.rows * node.stride)
    return {
      S.geometricProduct(tokens, pairs, value)
      for panel in 0..<panels {
        (to + panel * toPanel).update(from: from + panel * fromPanel, count: count)
      }
    }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let shape = node.configuration as? TokenShape, let gradient = node.gradient else {
      return
    }
    if tape.nodes[node.operands.0].needsGradient {
      let (memory, adds, _) = tape.gradientMemory(of: node.operands.0)
      S.geometricProductBack(
        shape.tokens(node), tape.nodes[node.operands.0].value, gradient: gradient, to: memory,
        accumulate: adds)
    }
    let source = tape.nodes[node.operands.1]
    guard source.needsGradient else { return }
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.1)
    if !adds { S.clear(memory, count: source.rows * stride) }
    let panels = node.rows / shape.rows
    for panel in 0..<panels {
      S.axpby(
        count: shape.scalars * stride, 1,
        gradient + (panel * shape.rows + shape.firstScalar) * stride, 1,
        memory + ((panel + 1) * (source.rows / panels) - shape.scalars) * stride)
    }
  }
}

private enum Gate: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let shape = node.configuration as? TokenShape else { return nil }
    let (tokens, input, value) = (
      shape.tokens(node), tape.nodes[node.operands.0].value, node.value
    )
    return { S.gate(tokens, input, value) }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    let input = tape.nodes[node.operands.0]
    guard let shape = node.configuration as? TokenShape, let gradient = node.gradient,
      input.needsGradient
    else { return }
    let (memory, adds, _) = tape.gradientMemory(of: node.operands.0)
    S.gateBack(
      shape.tokens(node), input.value, gradient: gradient, to: memory, accumulate: adds)
  }
}

private enum GatedUnit: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let shape = node.configuration as? TokenShape else { return nil }
    let (tokens, input, value) = (
      shape.tokens(node), tape.nodes[node.operands.0].value, node.value
    )
    return { S.gatedUnit(tokens, input, value) }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    let input = tape.nodes[node.operands.0]
    guard let shape = node.configuration as? TokenShape, let gradient = node.gradient,
      input.needsGradient
    else { return }
    let (memory, adds, _) = tape.gradientMemory(of: node.operands.0)
    S.gatedUnitBack(
      shape.tokens(node), input.value, gradient: gradient, to: memory, accumulate: adds)
  }
}
