// y = P(x)/Q(x) with coefficients of its own for each of several groups of columns.
extension Tape {
  /// Applies a rational function of order 5/5 to each group of contiguous columns of x.
  ///
  /// P(x) = Σ a_i xⁱ and Q(x) = 1 + Σ |b_j| |x|ʲ; `numerator` is (groups, 6), `denominator`
  /// (groups, 5). arXiv:2412.12069, Eq. 49.
  package func rational(
    _ x: Variable, numerator: ParameterView, denominator: ParameterView
  ) -> Variable {
    precondition(
      numerator.columns == 6 && denominator.columns == 5 && numerator.rows == denominator.rows,
      "\([numerator.rows, numerator.columns]) over \([denominator.rows, denominator.columns])")
    let index = push(Rational.self, rows: x.rows, columns: x.columns)
    nodes[index].operands.0 = x.index
    nodes[index].weight = numerator
    nodes[index].bias = denominator
    let node = nodes[index]
    S.rational(
      rows: node.rows, columns: node.columns, stride: node.stride, groups: numerator.rows,
      nodes[x.index].value, numerator: weights.values(of: numerator),
      denominator: weights.values(of: denominator), value: node.value)
    return variable(index)
  }
}

private enum Rational: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let numerator = node.weight, let denominator = node.bias else { return nil }
    let input = tape.nodes[node.operands.0].value
    let (above, below) = (
      tape.weights.values(of: numerator), tape.weights.values(of: denominator)
    )
    let (rows, columns, stride, value) = (node.rows, node.columns, node.stride, node.value)
    let groups = numerator.rows
    return {
      S.rational(
        rows: rows, columns: columns, stride: stride, groups: groups, input, numerator: above,
        denominator: below, value: value)
    }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let numerator = node.weight, let denominator = node.bias, let gradient = node.gradient
    else { return }
    let wanted = tape.nodes[node.operands.0].needsGradient
    let input = wanted ? tape.gradientMemory(of: node.operands.0) : nil
    S.pullBackRational(
      rows: node.rows, columns: node.columns, stride: node.stride, groups: numerator.rows,
      tape.nodes[node.operands.0].value, numerator: tape.weights.values(of: numerator),
      denominator: tape.weights.values(of: denominator), gradient: gradient,
      inputGradient: input?.memory, accumulate: input?.accumulate ?? false,
      numeratorGradient: tape.clearedGradient(of: numerator),
      denominatorGradient: tape.clearedGradient(of: denominator))
  }
}

extension Tape {
  /// The gradient of a parameter, to add to: zeros at first.
  func clearedGradient(of view: ParameterView) -> UnsafeMutablePointer<S> {
    let (memory, accumulate) = gradientMemory(of: view)
    if !accumulate { S.clear(memory, count: view.count) }
    return memory
  }
}
