import Foundation

// In training the loss of a point is that of one drawn network, so that σ² has to account for the
// scatter of the networks beside their common error: ⟨(y − μ_θ)²⟩ = (y − ⟨μ⟩)² + Var μ_θ. A
// prediction is the mean ⟨μ⟩ over the drawn networks, which does not scatter, and σ_stat has Var μ_θ
// already (arXiv:2412.12069, Eq. 8–10). So the refit takes the residuals of ⟨μ⟩.
extension Bayesian {
  package var canRefitHeads: Bool { true }

  /// The posterior with other means in the head: σ_syst fitted to the error of ⟨μ⟩.
  ///
  /// With the networks s = 1 … S of a prediction, the residuals e = (1/S) Σ_s μ_s − y and for every
  /// point the last hidden layer of one of them, by turns, the row w of ln σ² minimises the convex
  /// loss mean[½ e² exp(−λ) + ½ λ], λ = w·h_s, see ``HeadRefit``. The row of the mean is fitted to e
  /// with the hidden layers' mean. Then one factor sets the mean of e²/σ² to one for the
  /// σ² = (1/S) Σ_s σ_s² of the prediction. The widths of all weights stay as they are.
  package func refittingHeads<S: Scalar>(
    of trained: Parameters<S>, by refit: HeadRefit, to data: TrainingSet<S>, threads: Int
  ) throws -> Parameters<S> {
    let (network, data) = (refit.network, refit.spread(data))
    let (count, order) = (data.targets.count, network.head.weight.rows + 1)
    if count == 0 { return trained }
    let rows = [1, 0].map { network.head.positions(output: $0) }

    /// The average over all networks; `visit` sees each of them.
    func average(
      of posterior: Parameters<S>, _ visit: (Int, Evaluator<S>) -> Void = { _, _ in }
    ) -> (residuals: [Double], variances: [Double]) {
      var average = MomentAverage(points: count, likelihood: refit.likelihood)
      for sample in 0..<samples {
        let drawn = self.network(sample, from: posterior, of: network)
        let evaluator = Evaluator(network, PackedParameters(drawn), threads: threads)
        _ = average.add(evaluator(data.inputs))
        visit(sample, evaluator)
      }
      return (zip(average.means, data.targets).map { $0 - $1 }, average.systematic)
    }

    var drawn = [Double](repeating: 1, count: count * order)
    var mean = [Double](repeating: 0, count: count * order)
    var residuals = average(of: trained) { sample, evaluator in
      let design = HeadRefit.design(evaluator(data.inputs, hidden: true), order: order)
      Double.axpby(count: mean.count, 1 / Double(samples), design, 1, &mean)
      for row in stride(from: sample, to: count, by: samples) {
        for j in row * order..<(row + 1) * order { drawn[j] = design[j] }
      }
    }.residuals
    let start = rows[0].map { Double(trained.values[$0]) }
    func logVariance() -> [Double] {
      refit.minimise(trained: start, design: drawn, squares: residuals.map { $0 * $0 })
    }
    var head = logVariance()
    var result = trained
    if refit.refitsMean {
      let change = refit.meanChange(design: mean, residuals: residuals, logVariance: head)
      let shifts = Double.product(mean, vector: change, rows: count, columns: order)
      residuals = zip(residuals, shifts).map { $0 + $1 }
      head = logVariance()
      for (position, value) in zip(rows[1], change) {
        result.values[position] = S(Double(trained.values[position]) + value)
      }
    }
    for (position, value) in zip(rows[0], head) { result.values[position] = S(value) }

    let after = average(of: result)
    let square =
      zip(after.residuals, after.variances).reduce(0) { $0 + $1.0 * $1.0 / $1.1 } / Double(count)
    if square > 0 && square.isFinite {
      let bias = rows[0][order - 1]
      result.values[bias] = S(Double(result.values[bias]) + log(square))
    }
    return result
  }
}
