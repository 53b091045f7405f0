import CAmpKernels

// y = M x for token matrices, M made of small weight matrices that several rows share.
extension Tape {
  /// Mixes channels and scalars of a token matrix linearly.
  public func mix(_ x: Variable, by mixing: ChannelMixing) -> Variable {
    precondition(x.rows == mixing.inputs, "\(x.rows) rows into a mixing of \(mixing.inputs)")
    let index = push(Mixing.self, rows: mixing.outputs, columns: x.columns)
    nodes[index].operands.0 = x.index
    nodes[index].configuration = mixing
    let (input, node) = (nodes[x.index], nodes[index])
    for paths in mixing.byTarget {
      let target = paths[0].target
      let bias = mixing.biases.first { $0.target == target }
      withTerms(paths) { path in
        amp_term(
          depth: path.weight.rows, a: parameters.values(of: path.weight), a_row: 1,
          a_k: path.weight.columns, b: input.value + path.source * input.stride,
          negative: path.negative ? 1 : 0)
      } body: { terms in
        S.sumProducts(
          rows: paths[0].weight.columns, columns: node.columns, stride: node.stride, terms,
          bias: bias.map { UnsafePointer(parameters.values(of: $0.view)) },
          node.value + target * node.stride, accumulate: false)
      }
    }
    return variable(index)
  }
}

/// Calls `body` with the kernel's terms of `paths`.
private func withTerms(
  _ paths: [ChannelMixing.Path], _ term: (ChannelMixing.Path) -> amp_term,
  body: (UnsafeBufferPointer<amp_term>) -> Void
) {
  withUnsafeTemporaryAllocation(of: amp_term.self, capacity: paths.count) { terms in
    for (i, path) in paths.enumerated() { terms.initializeElement(at: i, to: term(path)) }
    body(UnsafeBufferPointer(terms))
  }
}

/// dX = Mᵀ dY, dW = Σ_paths ± X Yᵀ, db = Σ_columns dY.
private enum Mixing: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let mixing = node.configuration as? ChannelMixing, let gradient = node.gradient else {
      return
    }
    let input = tape.nodes[node.operands.0]
    for bias in mixing.biases {
      let (memory, adds) = tape.gradientMemory(of: bias.view)
      S.rowSums(
        rows: bias.view.count, columns: node.columns, stride: node.stride,
        gradient + bias.target * node.stride, memory, accumulate: adds)
    }
    for path in mixing.paths {
      let (memory, adds) = tape.gradientMemory(of: path.weight)
      S.outerProduct(
        m: path.weight.rows, n: path.weight.columns, columns: node.columns, stride: node.stride,
        input.value + path.source * input.stride, gradient + path.target * node.stride,
        negative: path.negative, memory, accumulate: adds)
    }
    guard input.gradient != nil else { return }
    let (memory, adds, stride) = tape.gradientMemory(of: node.operands.0)
    // Rows that no path reads have no gradient; where paths read them all, nothing is cleared.
    let read = mixing.bySource.reduce(0) { $0 + $1[0].weight.rows }
    if !adds && read < input.rows { memory.update(repeating: 0, count: input.rows * stride) }
    for paths in mixing.bySource {
      withTerms(paths) { path in
        amp_term(
          depth: path.weight.columns, a: tape.parameters.values(of: path.weight),
          a_row: path.weight.columns, a_k: 1, b: gradient + path.target * node.stride,
          negative: path.negative ? 1 : 0)
      } body: { terms in
        S.sumProducts(
          rows: paths[0].weight.rows, columns: node.columns, stride: stride, terms, bias: nil,
          memory + paths[0].source * stride, accumulate: adds)
      }
    }
  }
}
