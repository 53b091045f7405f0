// y = f(x·W + b) for x (rows, in), W (in, out), b (1, out): product, bias and activation at once.
extension Tape {
  /// A dense layer, f(x·W + b), as one node.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  public func dense(
    _ x: Variable, weight: ParameterView, bias: ParameterView?, activation: Activation = .identity
  ) -> Variable {
    precondition(
      x.columns == weight.rows && (bias == nil || bias?.count == weight.columns),
      "\(x.columns) features into \(weight.name) of shape \([weight.rows, weight.columns])")
    let index = push(Dense.self, rows: x.rows, columns: weight.columns)
    nodes[index].operands.0 = x.index
    nodes[index].weight = weight
    nodes[index].bias = bias
    nodes[index].activation = activation
    let (input, node) = (nodes[x.index], nodes[index])
    let panels = weights.panels(of: weight, transposed: false)
    let offsets = bias.map { UnsafePointer(weights.values(of: $0)) }
    if noise == nil && !(differentiates && activation.savesDerivative) {
      S.dense(
        activation, rows: x.rows, columns: weight.columns, depth: weight.rows, input.value,
        stride: input.stride, Panels(panels), bias: offsets, node.value, cStride: node.stride)
      return variable(index)
    }
    S.productPacked(
      rows: x.rows, columns: weight.columns, depth: weight.rows, input.value, stride: input.stride,
      panels, bias: offsets, node.value, cStride: node.stride, accumulate: false)
    if noise != nil, let logVariance = parameters.layout.logVariance(of: weight) {
      addNoise(to: index, logVariance)
    }
    if activation != .identity {
      let saved = differentiates && activation.savesDerivative ? save(for: index) : nil
      S.activate(
        activation, rows: x.rows, columns: weight.columns, stride: node.stride, node.value,
        value: node.value, derivative: saved)
    }
    return variable(index)
  }

  /// The weights that the dense layers on this tape multiplied with, each once.
  package var denseWeights: [ParameterView] {
    var weights: [ParameterView] = []
    for node in nodes where node.rule == Dense.self {
      if let weight = node.weight, !weights.contains(weight) { weights.append(weight) }
    }
    return weights
  }
}

/// dZ = dY ∘ f'(z), db = Σ_rows dZ, dW = Xᵀ·dZ, dX = dZ·Wᵀ, and what noise adds, see DenseNoise.
private enum Dense: DifferentiationRule {
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? {
    let node = tape.nodes[index]
    guard let weight = node.weight, node.spread == nil else { return nil }
    let (input, stride) = (tape.nodes[node.operands.0].value, tape.nodes[node.operands.0].stride)
    let panels = tape.parameters.panels(of: weight, rows: node.rows)
    let bias = node.bias.map { UnsafePointer(tape.weights.values(of: $0)) }
    let (value, rows, activation) = (node.value, node.rows, node.activation)
    let (columns, valueStride, depth) = (node.columns, node.stride, weight.rows)
    return {
      S.dense(
        activation, rows: rows, columns: columns, depth: depth, input, stride: stride, panels,
        bias: bias, value, cStride: valueStride)
    }
  }

  @_specialize(where S == Float)
  @_specialize(where S == Double)
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {
    let node = tape.nodes[index]
    guard let weight = node.weight, let gradient = node.gradient else { return }
    let input = tape.nodes[node.operands.0]
    if !node.isPulledBack {
      S.pullBack(
        node.activation, rows: node.rows, columns: node.columns, stride: node.stride,
        value: node.value, derivative: node.saved, gradient: gradient,
        sums: biasSums(node, on: tape))
    }
    let (weightGradient, addsWeight) = tape.gradientMemory(of: weight)
    S.productTransposed(
      rows: weight.rows, columns: weight.columns, depth: node.rows, input.value,
      aStride: input.stride, gradient, bStride: node.stride, weightGradient,
      cStride: weight.columns, accumulate: addsWeight)
    if input.needsGradient {
      let (inputGradient, adds, stride) = tape.gradientMemory(of: node.operands.0)
      let panels = tape.weights.panels(of: weight, transposed: true)
      // Behind the layer whose output it is, this one is the last to add to that gradient.
      if input.rule == Dense.self && node.operands.0 == index - 1 && node.spread == nil {
        S.productPulledBack(
          input.activation, rows: node.rows, columns: weight.rows, depth: weight.columns, gradient,
          stride: node.stride, panels, inputGradient, cStride: stride, accumulate: adds,
          value: input.value, derivative: input.saved, sums: biasSums(input, on: tape))
        tape.nodes[index - 1].isPulledBack = true
      } else {
        S.productPacked(
          rows: node.rows, columns: weight.rows, depth: weight.columns, gradient,
          stride: node.stride, panels, bias: nil, inputGradient, cStride: stride, accumulate: adds)
      }
    }
    if node.spread != nil { tape.pullBackNoise(of: index, gradient: gradient) }
  }

  /// Where the gradient of the bias of `node` is summed up.
  @inline(__always)
  private static func biasSums<S: Scalar>(
    _ node: Tape<S>.Node, on tape: Tape<S>
  ) -> UnsafeMutablePointer<S>? {
    guard let bias = node.bias else { return nil }
    let (sums, accumulate) = tape.gradientMemory(of: bias)
    if !accumulate { S.clear(sums, count: bias.count) }
    return sums
  }
}
