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
  /// loss mean[½ e² exp(−λ) + ½ λ], λ = w·h_s, see ``HeadRefit``. The bias of the mean takes out the
  /// weighted mean of e; its weights stay, for with others the networks would scatter otherwise.
  /// Then one factor sets the mean of e²/σ² to one for the σ² = (1/S) Σ_s σ_s² of the prediction.
  /// The widths of all weights stay as they are.
  package func refittingHeads<S: Scalar>(
    of trained: Parameters<S>, by refit: HeadRefit, to data: TrainingSet<S>, threads: Int
  ) -> Parameters<S> {
    let (network, data) = (refit.network, refit.spread(data))
    let (count, order) = (data.targets.count, network.head.weight.rows + 1)
    if count == 0 { return trained }
    let positions = network.head.positions(output: 1)
    let crew = Crew(threads: threads)

    /// The average over all networks; `visit` sees each of them.
    func average(
      of posterior: Parameters<S>, _ visit: (Int, Evaluator<S>) -> Void = { _, _ in }
    ) -> (residuals: [Double], variances: [Double]) {
      var average = MomentAverage(points: count, likelihood: refit.likelihood)
      let drawn = networks(from: posterior, of: network)
      for sample in 0..<samples {
        let evaluator = Evaluator(network, drawn(sample), crew: crew)
        _ = average.add(evaluator(data.inputs))
        visit(sample, evaluator)
      }
      return (zip(average.means, data.targets).map { $0 - $1 }, average.systematic)
    }

    var design = [Double](repeating: 1, count: count * order)
    var residuals = average(of: trained) { sample, evaluator in
      let rows = Array(stride(from: sample, to: count, by: samples))
      let hidden = evaluator(data.rows(rows).inputs, hidden: true)
      for (k, row) in rows.enumerated() {
        for j in 0..<order - 1 { design[row * order + j] = hidden[k * (order - 1) + j] }
      }
    }.residuals
    let start = positions.map { Double(trained.values[$0]) }
    func logVariance() -> [Double] {
      refit.minimise(trained: start, design: design, squares: residuals.map { $0 * $0 })
    }
    var (result, row) = (trained, logVariance())
    if refit.refitsMean {
      let weights = Double.product(design, vector: row, rows: count, columns: order).map {
        exp(-$0)
      }
      let shift =
        zip(weights, residuals).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
      if shift.isFinite {
        result.values[network.head.bias.offset] -= S(shift)
        residuals = residuals.map { $0 - shift }
        row = logVariance()
      }
    }
    for (position, value) in zip(positions, row) { result.values[position] = S(value) }

    let after = average(of: result)
    let square =
      zip(after.residuals, after.variances).reduce(0) { $0 + $1.0 * $1.0 / $1.1 } / Double(count)
    if square > 0 && square.isFinite {
      let bias = positions[order - 1]
      result.values[bias] = S(Double(result.values[bias]) + log(square))
    }
    return result
  }
}
