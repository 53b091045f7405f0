// Local reparametrisation: a dense layer whose weights are drawn anew for every point.
//
// For W ~ N(μ, σ²) element by element, z = x·W + b is Gaussian with mean a = x·μ + b and variance
// v = x²·σ²: z = a + √v ξ needs one deviate per point and output instead of one per point and weight
// (arXiv:1506.02557).
extension Tape {
  /// What is added to v so that √v has a derivative where all inputs vanish.
  package static var smallestVariance: Double { 1e-12 }

  /// Adds √v ξ to the value of node `index`, which is x·μ + b.
  ///
  /// Keeps ξ/√v and, behind it, x² for the backward pass.
  func addNoise(to index: Int, _ logVariance: ParameterView) {
    let (node, input) = (nodes[index], nodes[nodes[index].operands.0])
    let spread = scratch(node.rows * (node.stride + input.stride))
    let squares = spread + node.rows * node.stride
    S.multiply(
      count: node.rows * input.stride, input.value, input.value, squares, accumulate: false)
    S.productPacked(
      rows: node.rows, columns: node.columns, depth: input.columns, squares,
      stride: input.stride, weights.panels(of: logVariance, transposed: false), bias: nil,
      spread, cStride: node.stride, accumulate: false)
    let count = node.rows * node.columns
    let deviates = scratch(NormalStream.capacity(count, as: S.self))
    noise?.fill(deviates, count: count)
    S.reparametrise(
      rows: node.rows, columns: node.columns, stride: node.stride, noise: deviates,
      epsilon: Tape.smallestVariance, value: node.value, variance: spread)
    nodes[index].spread = spread
    nodes[index].scale = logVariance
  }

  /// With h = dZ ∘ ξ/√v, which is twice the gradient of v: dλ = ½ σ² ∘ (x²)ᵀ·h, dX += x ∘ h·(σ²)ᵀ.
  func pullBackNoise(of index: Int, gradient: UnsafeMutablePointer<S>) {
    let node = nodes[index]
    guard let spread = node.spread, let logVariance = node.scale else { return }
    let input = nodes[node.operands.0]
    let squares = spread + node.rows * node.stride
    S.multiply(count: node.rows * node.stride, gradient, spread, spread, accumulate: false)
    let product = scratch(logVariance.count)
    S.productTransposed(
      rows: logVariance.rows, columns: node.columns, depth: node.rows, squares,
      aStride: input.stride, spread, bStride: node.stride, product, cStride: node.columns,
      accumulate: false)
    let (memory, adds) = gradientMemory(of: logVariance)
    S.pullBackVariances(
      count: logVariance.count, variance: weights.variances(of: logVariance),
      gradient: product, result: memory, accumulate: adds)
    if input.needsGradient {
      // x² is no longer needed; its memory takes h·(σ²)ᵀ.
      S.productPacked(
        rows: node.rows, columns: input.columns, depth: node.columns, spread,
        stride: node.stride, weights.panels(of: logVariance, transposed: true), bias: nil,
        squares, cStride: input.stride, accumulate: false)
      let (inputGradient, _, _) = gradientMemory(of: node.operands.0)
      S.multiply(
        count: node.rows * input.stride, input.value, squares, inputGradient, accumulate: true)
    }
  }
}
