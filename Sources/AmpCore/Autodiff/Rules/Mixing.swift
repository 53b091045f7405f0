import CAmpKernels

// y = M x for token matrices, M made of small weight matrices that several rows share.
extension Tape {
  /// Mixes channels and scalars of a token matrix linearly, and adds `base`, where there is one.
  public func mix(
    _ x: Variable, by mixing: ChannelMixing, addedTo base: Variable? = nil
  ) -> Variable {
    let panels = x.rows / mixing.inputs
    precondition(
      x.rows == panels * mixing.inputs && x.columns == TokenShape.lanes
        && (base == nil || base?.rows == panels * mixing.outputs),
      "\(x.rows) × \(x.columns) into a mixing of \(mixing.inputs)")
    let index = push(Mixing.self, rows: panels * mixing.outputs, columns: x.columns)
    nodes[index].operands = (x.index, base?.index ?? -1)
    nodes[index].configuration = mixing
    let value = nodes[index].value
    mixing.forward.withGroups(weights.all) { groups in
      S.mix(
        panels: panels, groups, xRows: mixing.inputs, nodes[x.index].value,
        base: base.map { UnsafePointer(nodes[$0.index].value) }, yRows: mixing.outputs, value)
    }
    return variable(index)
  }
}

/// dX = Mᵀ dY, dW = Σ_paths ± X Yᵀ, db = Σ_columns dY.
private enum Mixing: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let mixing = node.configuration as? ChannelMixing else { return nil }
    let panels = node.rows / mixing.outputs
    let groups = mixing.forward.kept(tape.weights.all)
    let (input, value) = (tape.nodes[node.operands.0].value, node.value)
    let base =
      node.operands.1 < 0 ? nil : UnsafePointer(tape.nodes[node.operands.1].value)
    let (xRows, yRows) = (mixing.inputs, mixing.outputs)
    return {
      S.mix(
        panels: panels, groups.list, xRows: xRows, input, base: base, yRows: yRows, value)
    }
  }

  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let mixing = node.configuration as? ChannelMixing, let gradient = node.gradient else {
      return
    }
    let input = tape.nodes[node.operands.0]
    let panels = input.rows / mixing.inputs
    if node.operands.1 >= 0 && tape.nodes[node.operands.1].needsGradient {
      let (memory, adds, _) = tape.gradientMemory(of: node.operands.1)
      S.addOrCopy(count: node.rows * node.stride, gradient, to: memory, adds: adds)
    }
    for bias in mixing.biases {
      let (memory, adds) = tape.gradientMemory(of: bias.view)
      S.rowSums(
        panels: panels, xRows: mixing.outputs, gradient, first: bias.target,
        rows: bias.view.count, memory, accumulate: adds)
    }
    for (weight, pairs) in mixing.gradients {
      let (memory, adds) = tape.gradientMemory(of: weight)
      pairs.withUnsafeBufferPointer { pairs in
        S.outerProduct(
          panels: panels,
          amp_outer(
            m: weight.rows, n: weight.columns, c: memory, accumulate: adds ? 1 : 0,
            pairs: pairs.baseAddress, count: pairs.count),
          xRows: mixing.inputs, input.value, yRows: mixing.outputs, gradient)
      }
    }
    guard input.needsGradient else { return }
    let (memory, adds, _) = tape.gradientMemory(of: node.operands.0)
    // Rows that no path reads have no gradient; where paths read them all, nothing is cleared.
    let read = mixing.backward.groups.reduce(0) { $0 + $1.rows }
    if !adds && read < mixing.inputs { S.clear(memory, count: input.rows * input.stride) }
    mixing.backward.withGroups(tape.weights.all) { groups in
      S.mix(
        panels: panels, groups, xRows: mixing.outputs, gradient,
        base: adds ? UnsafePointer(memory) : nil, yRows: mixing.inputs, memory)
    }
  }
}
