/// The expected Fisher matrix of the head of a network, summed over the training points.
struct HeadFisher {
  let network: any DenseHeadNetwork
  let likelihood: HeteroscedasticGaussian
  /// σ_p of the prior of the head's weights and biases.
  let priorWidth: Double
  /// The points that are treated at once.
  private let chunk = 4096

  init(
    network: any DenseHeadNetwork, likelihood: HeteroscedasticGaussian, priorWidth: Double
  ) {
    self.network = network
    self.likelihood = likelihood
    self.priorWidth = priorWidth
  }

  /// For μ and ln σ²: L⁻ᵀ, (order, order), of the posterior precision LLᵀ; its square is the covariance.
  ///
  /// Throws an ``AmpError`` where the precision cannot be factored.
  func posteriorFactors<S: Scalar>(
    of parameters: Parameters<S>, on data: TrainingSet<S>, threads: Int
  ) throws -> [[Double]] {
    let order = network.head.weight.rows + 1
    return try precisions(of: parameters, on: data, threads: threads).map { precision in
      do {
        let cholesky = try Double.cholesky(precision, order: order)
        var factor = [Double](repeating: 0, count: order * order)
        for i in 0..<order { factor[i * order + i] = 1 }
        Double.trsm(
          transpose: true, m: order, n: order, cholesky.factor, ldl: order, &factor, ldb: order)
        return factor
      } catch {
        throw AmpError(
          "the loss around the trained head cannot be expanded: \(error)", in: "--uncertainty",
          remedy: "Train longer, or choose a smaller --prior-width.")
      }
    }
  }

  /// 1/σ_p² + Σ_n f_n h hᵀ with f = 1/σ² for μ and ½ for ln σ²; lower triangles, (order, order).
  func precisions<S: Scalar>(
    of parameters: Parameters<S>, on data: TrainingSet<S>, threads: Int
  ) -> [[Double]] {
    let (hidden, width) = (network.head.weight.rows, network.inputs)
    let order = hidden + 1
    var result = [[Double]](repeating: [Double](repeating: 0, count: order * order), count: 2)
    for k in 0..<2 {
      for i in 0..<order { result[k][i * order + i] = 1 / (priorWidth * priorWidth) }
    }
    let head = network.head.positions(output: 1).map { Double(parameters.values[$0]) }
    let range = likelihood.logVarianceRange
    let evaluator = Evaluator(network, PackedParameters(parameters), threads: threads)
    for start in stride(from: 0, to: data.targets.count, by: chunk) {
      let count = min(chunk, data.targets.count - start)
      let layer = evaluator(
        Array(data.inputs[start * width..<(start + count) * width]), hidden: true)
      var scaled = [[Double]](repeating: [Double](repeating: 0, count: count * order), count: 2)
      for i in 0..<count {
        let h = layer[i * hidden..<(i + 1) * hidden] + [1]
        let logVariance = zip(h, head).reduce(0.0) { $0 + $1.0 * $1.1 }
        let root = range.contains(logVariance) ? 0.5.squareRoot() : 0
        let factors = [1 / likelihood.deviation(logVariance), root]
        for k in 0..<2 {
          for (j, value) in h.enumerated() { scaled[k][i * order + j] = factors[k] * value }
        }
      }
      for k in 0..<2 {
        Double.syrk(
          transpose: true, n: order, k: count, alpha: 1, scaled[k], lda: order, beta: 1,
          &result[k], ldc: order)
      }
    }
    return result
  }
}
