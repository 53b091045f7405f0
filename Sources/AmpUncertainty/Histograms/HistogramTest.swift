/// A χ² test of whether two histograms of independent weighted points have the same shape.
///
/// With sums Aᵦ, Bᵦ of the weights in the bins and Vᵦ, Wᵦ of their squares, and a = ΣA, b = ΣB,
///
///     χ² = Σᵦ (Aᵦ/a − Bᵦ/b)² / (Vᵦ/a² + Wᵦ/b²)
///
/// for one degree of freedom fewer than there are bins. From the left, bins are joined until both
/// have 25 effective entries, (Σw)²/Σw².
public struct HistogramTest: Sendable, Equatable {
  /// χ².
  public let value: Double
  /// The number of joined bins less one.
  public let degreesOfFreedom: Int
  /// The probability of a value at least as large; NaN for fewer than two bins.
  public let pValue: Double

  /// Sums of weights and of their squares in the bins of a histogram.
  public struct Sums: Sendable, Equatable {
    /// Σw.
    public var weights: [Double]
    /// Σw².
    public var squares: [Double]

    /// Joins both; traps unless they are as many.
    public init(weights: [Double], squares: [Double]) {
      precondition(
        weights.count == squares.count, "\(weights.count) weights, \(squares.count) squares")
      (self.weights, self.squares) = (weights, squares)
    }

    /// Fills `values` with their weights, all one if nil, between `edges` and beyond.
    public init(_ values: [Double], weights: [Double]?, edges: [Double]) {
      var (sums, squares) = (
        [Double](repeating: 0, count: edges.count + 1),
        [Double](repeating: 0, count: edges.count + 1)
      )
      for (i, value) in values.enumerated() {
        let bin = edges.bin(of: value)
        let weight = weights?[i] ?? 1
        sums[bin] += weight
        squares[bin] += weight * weight
      }
      self.init(weights: sums, squares: squares)
    }
  }

  /// Compares two histograms; traps unless they have as many bins.
  public init(_ a: Sums, _ b: Sums) {
    precondition(
      a.weights.count == b.weights.count, "\(a.weights.count) and \(b.weights.count) bins")
    let totals = (a.weights.reduce(0, +), b.weights.reduce(0, +))
    var bins: [[Double]] = []
    var open = [0.0, 0, 0, 0]
    func isFull(_ bin: [Double]) -> Bool {
      bin[0] * bin[0] >= 25 * bin[1] && bin[2] * bin[2] >= 25 * bin[3] && bin[1] > 0 && bin[3] > 0
    }
    for i in a.weights.indices {
      let more = [a.weights[i], a.squares[i], b.weights[i], b.squares[i]]
      open = zip(open, more).map(+)
      if isFull(open) {
        bins.append(open)
        open = [0, 0, 0, 0]
      }
    }
    if let last = bins.popLast() { bins.append(zip(last, open).map(+)) }
    degreesOfFreedom = max(0, bins.count - 1)
    value = bins.reduce(0) { sum, bin in
      let difference = bin[0] / totals.0 - bin[2] / totals.1
      let variance = bin[1] / (totals.0 * totals.0) + bin[3] / (totals.1 * totals.1)
      return sum + difference * difference / variance
    }
    pValue =
      bins.count < 2 ? .nan : ChiSquare.survival(value, degreesOfFreedom: degreesOfFreedom)
  }
}
