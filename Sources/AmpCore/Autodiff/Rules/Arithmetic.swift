// Sums, products and activations of whole matrices.
extension Tape {
  /// x + y, elementwise, for matrices of the same shape.
  public func add(_ x: Variable, _ y: Variable) -> Variable {
    binary(Sum.self, x, y) { count, x, y, z in
      z.update(from: x, count: count)
      S.axpby(count: count, 1, y, 1, z)
    }
  }

  /// x ∘ y, elementwise, for matrices of the same shape.
  public func multiply(_ x: Variable, _ y: Variable) -> Variable {
    binary(Product.self, x, y) { count, x, y, z in
      S.multiply(count: count, x, y, z, accumulate: false)
    }
  }

  /// f(x), elementwise.
  public func apply(_ activation: Activation, to x: Variable) -> Variable {
    let index = push(Applied.self, rows: x.rows, columns: x.columns)
    nodes[index].operands.0 = x.index
    nodes[index].activation = activation
    let saved = differentiates && activation.savesDerivative ? save(for: index) : nil
    let node = nodes[index]
    S.activate(
      activation, rows: x.rows, columns: x.columns, stride: node.stride, nodes[x.index].value,
      value: node.value, derivative: saved)
    return variable(index)
  }

  /// The value of x, through which no gradient passes.
  public func stopGradient(_ x: Variable) -> Variable {
    let source = nodes[x.index]
    return input(rows: x.rows, columns: x.columns) { memory, stride in
      memory.update(from: source.value, count: x.rows * stride)
    }
  }

  private func binary(
    _ rule: any DifferentiationRule.Type, _ x: Variable, _ y: Variable,
    _ compute: (Int, UnsafePointer<S>, UnsafePointer<S>, UnsafeMutablePointer<S>) -> Void
  ) -> Variable {
    precondition(
      x.rows == y.rows && x.columns == y.columns,
      "shapes \([x.rows, x.columns]) and \([y.rows, y.columns]) differ")
    let index = push(rule, rows: x.rows, columns: x.columns)
    nodes[index].operands = (x.index, y.index)
    let node = nodes[index]
    // Equal shapes have equal strides; what stands between the rows is never read as a value.
    compute(node.rows * node.stride, nodes[x.index].value, nodes[y.index].value, node.value)
    return variable(index)
  }
}

private enum Sum: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let gradient = node.gradient else { return }
    func pass(to operand: Int) {
      if !tape.nodes[operand].needsGradient { return }
      let (memory, adds, _) = tape.gradientMemory(of: operand)
      S.addOrCopy(count: node.rows * node.stride, gradient, to: memory, adds: adds)
    }
    pass(to: node.operands.0)
    pass(to: node.operands.1)
  }
}

private enum Product: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let gradient = node.gradient else { return }
    func pass(to operand: Int, times other: Int) {
      if !tape.nodes[operand].needsGradient { return }
      let (memory, adds, _) = tape.gradientMemory(of: operand)
      S.multiply(
        count: node.rows * node.stride, gradient, tape.nodes[other].value, memory,
        accumulate: adds)
    }
    pass(to: node.operands.0, times: node.operands.1)
    pass(to: node.operands.1, times: node.operands.0)
  }
}

private enum Applied: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let gradient = node.gradient, tape.nodes[node.operands.0].needsGradient else { return }
    S.pullBack(
      node.activation, rows: node.rows, columns: node.columns, stride: node.stride,
      value: node.value, derivative: node.saved, gradient: gradient, sums: nil)
    let (memory, adds, _) = tape.gradientMemory(of: node.operands.0)
    S.addOrCopy(count: node.rows * node.stride, gradient, to: memory, adds: adds)
  }
}
