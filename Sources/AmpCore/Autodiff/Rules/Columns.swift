// Concatenation and slices along the features of a point.
extension Tape {
  /// x and y side by side: (rows, x.columns + y.columns).
  public func concatenate(_ x: Variable, _ y: Variable) -> Variable {
    precondition(x.rows == y.rows, "\(x.rows) rows beside \(y.rows) rows")
    let index = push(Concatenation.self, rows: x.rows, columns: x.columns + y.columns)
    nodes[index].operands = (x.index, y.index)
    let node = nodes[index]
    func copy(_ operand: Variable, to column: Int) {
      let source = nodes[operand.index]
      for row in 0..<operand.rows {
        (node.value + row * node.stride + column).update(
          from: source.value + row * source.stride, count: operand.columns)
      }
    }
    copy(x, to: 0)
    copy(y, to: x.columns)
    return variable(index)
  }

  /// The columns `range` of x.
  public func columns(_ range: Range<Int>, of x: Variable) -> Variable {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= x.columns,
      "columns \(range) of a matrix with \(x.columns)")
    let index = push(Slice.self, rows: x.rows, columns: range.count)
    nodes[index].operands.0 = x.index
    nodes[index].numbers.0 = range.lowerBound
    let (node, source) = (nodes[index], nodes[x.index])
    for row in 0..<x.rows {
      (node.value + row * node.stride).update(
        from: source.value + row * source.stride + range.lowerBound, count: range.count)
    }
    return variable(index)
  }
}

private enum Concatenation: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let gradient = node.gradient else { return }
    func pass(to operand: Int, from column: Int) {
      if !tape.nodes[operand].needsGradient { return }
      let (memory, adds, stride) = tape.gradientMemory(of: operand)
      for row in 0..<node.rows {
        S.addOrCopy(
          count: tape.nodes[operand].columns, gradient + row * node.stride + column,
          to: memory + row * stride, adds: adds)
      }
    }
    pass(to: node.operands.0, from: 0)
    pass(to: node.operands.1, from: tape.nodes[node.operands.0].columns)
  }
}

private enum Slice: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let gradient = node.gradient, tape.nodes[node.operands.0].needsGradient else { return }
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
    if !adds { S.clear(memory, count: node.rows * stride) }
    for row in 0..<node.rows {
      S.axpby(
        count: node.columns, 1, gradient + row * node.stride, 1,
        memory + row * stride + node.numbers.0)
    }
  }
}
