/// Adam, and AdamW where the weight decay is not zero (arXiv:1412.6980, 1711.05101).
///
/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← (1 − rate·decay)·w − rate·m̂/(√v̂ + ε), with the bias
/// corrections m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ), as in PyTorch.
package final class Adam<S: Scalar>: Optimizer {
  private let m: AlignedBuffer<S>
  private let v: AlignedBuffer<S>
  private let beta1: Double
  private let beta2: Double
  private let epsilon: Double
  private let weightDecay: Double

  package init(
    _ layout: ParameterLayout, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0
  ) {
    m = AlignedBuffer(layout.count)
    v = AlignedBuffer(layout.count)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  package func update(
    _ view: ParameterView, step: Int, rate: Double, gradient: UnsafePointer<S>,
    weights: UnsafeMutablePointer<S>
  ) {
    S.adam(
      count: view.count, gradient: gradient, m: m.pointer + view.offset,
      v: v.pointer + view.offset, weights: weights, beta1: beta1, beta2: beta2,
      rate: rate / (1 - power(beta1, step)), root: 1 / (1 - power(beta2, step)).squareRoot(),
      epsilon: epsilon, keep: 1 - rate * weightDecay)
  }

  package var state: [(name: String, buffer: AlignedBuffer<S>)] {
    [("optimizer.m", m), ("optimizer.v", v)]
  }

  package func cost(of view: ParameterView) -> Int { view.count }
}

/// x to a whole power, the same to the bit on every platform.
package func power(_ x: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, x, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
