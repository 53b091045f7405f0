import Foundation

/// Fits the last layer again, with everything before it frozen.
///
/// At the end of a short training σ lags behind the error of the mean, and the mean keeps a small
/// common shift. With the last hidden layer h(x) and the residuals e fixed, the loss
/// mean_b [½ e² exp(−λ) + ½ λ], λ = w·h + b = ln σ², is convex in (w, b): Newton's method with a
/// Cholesky factorisation finds its minimum in a few steps. For that σ the best mean is a weighted
/// least-squares problem in the head's other row; both are solved in turn, in Double.
///
/// Directions of h that the points hardly cover would be left to chance, and the rare point that
/// lies far out in one of them would get a σ of any size. So the trained row counts as much as
/// ``priorPoints`` points: ½ priorPoints · mean(½ h²) |w − w_trained|² is added to the sum above.
public struct HeadRefit: Sendable {
  package let network: any DenseHeadNetwork
  package let likelihood: HeteroscedasticGaussian
  /// The largest number of points that are used; evenly spread over those given.
  public var points = 100_000
  /// The points that the trained weights of ln σ² are worth; its bias is free.
  public var priorPoints = 10.0
  /// The largest number of Newton steps.
  public var steps = 50
  /// Whether the row of the mean is fitted too; not where a calibration must not move amplitudes.
  public var refitsMean = true

  /// Prepares the refit of a network whose outputs `likelihood` reads.
  public init(_ network: any DenseHeadNetwork, _ likelihood: HeteroscedasticGaussian) {
    self.network = network
    self.likelihood = likelihood
  }

  /// The parameters with the refitted head.
  ///
  /// Where the fit cannot improve on what is there (a singular or non-finite problem), the
  /// parameters come back unchanged.
  public func refit<S: Scalar>(
    _ parameters: Parameters<S>, to data: TrainingSet<S>, threads: Int = 1
  ) -> Parameters<S> {
    let data = spread(data)
    let count = data.targets.count
    if count == 0 { return parameters }
    let evaluator = Evaluator(network, PackedParameters(parameters), threads: threads)
    let outputs = evaluator(data.inputs)
    let residuals = (0..<count).map { outputs[2 * $0] - data.targets[$0] }
    let order = network.head.weight.rows + 1
    let design = HeadRefit.design(evaluator(data.inputs, hidden: true), order: order)
    let start = network.head.positions(output: 1).map { Double(parameters.values[$0]) }
    var logVariance = minimise(
      trained: start, design: design, squares: residuals.map { $0 * $0 })
    var change = [Double](repeating: 0, count: order)
    if refitsMean {
      change = meanChange(design: design, residuals: residuals, logVariance: logVariance)
      let shifts = Double.product(design, vector: change, rows: count, columns: order)
      let squares = zip(residuals, shifts).map { ($0 + $1) * ($0 + $1) }
      logVariance = minimise(trained: start, design: design, squares: squares)
    }

    var result = parameters
    for (position, value) in zip(network.head.positions(output: 1), logVariance) {
      result.values[position] = S(value)
    }
    for (position, value) in zip(network.head.positions(output: 0), change) {
      result.values[position] = S(Double(result.values[position]) + value)
    }
    return result.values.withUnsafeBufferPointer(areFinite) ? result : parameters
  }

  /// At most ``points`` of `data`, evenly spread.
  package func spread<S: Scalar>(_ data: TrainingSet<S>) -> TrainingSet<S> {
    let total = data.targets.count
    let count = min(points, total)
    return data.rows((0..<count).map { $0 * total / count })
  }

  /// Rows of the last hidden layer, each with a one for the bias behind it: (points, order).
  package static func design(_ hidden: [Double], order: Int) -> [Double] {
    let width = order - 1
    var design: [Double] = []
    design.reserveCapacity(hidden.count / width * order)
    for start in stride(from: 0, to: hidden.count, by: width) {
      design += hidden[start..<start + width]
      design.append(1)
    }
    return design
  }

  /// The change δ of the mean's row that minimises Σ_b (e + h·δ)²/σ², zero where it is singular.
  ///
  /// A ridge of 10⁻¹⁰ of the mean diagonal keeps directions that the points do not fix as they are.
  package func meanChange(
    design: [Double], residuals: [Double], logVariance: [Double]
  ) -> [Double] {
    let (order, count) = (logVariance.count, residuals.count)
    let lambda = Double.product(design, vector: logVariance, rows: count, columns: order)
    var scaled = design
    var right = [Double](repeating: 0, count: order)
    for i in 0..<count {
      let weight = 1 / likelihood.deviation(lambda[i])
      for j in 0..<order {
        scaled[i * order + j] *= weight
        right[j] -= scaled[i * order + j] * residuals[i] * weight
      }
    }
    let solution = solve(scaled: scaled, count: count, right: right, ridge: 1e-10)
    return solution ?? [Double](repeating: 0, count: order)
  }

  /// x with (SᵀS + ridge · mean diagonal + diagonal) x = right for S (count, order).
  ///
  /// Nil if it is singular.
  private func solve(
    scaled: [Double], count: Int, right: [Double], ridge: Double, diagonal: [Double] = []
  ) -> [Double]? {
    let order = right.count
    var matrix = [Double](repeating: 0, count: order * order)
    Double.syrk(
      transpose: true, n: order, k: count, alpha: 1, scaled, lda: order, beta: 0, &matrix,
      ldc: order)
    let trace = (0..<order).reduce(0) { $0 + matrix[$1 * order + $1] }
    for j in 0..<order { matrix[j * order + j] += ridge * trace / Double(order) }
    for (j, value) in diagonal.enumerated() { matrix[j * order + j] += value }
    return (try? Double.cholesky(matrix, order: order))?.solve(right)
  }

  /// The minimum over w of mean[½ e² exp(−λ) + ½ λ] + ½ κ |w − trained|², λ = design · w.
  ///
  /// By damped Newton steps. κ = priorPoints/count · mean(½ h²) for all weights but the last, which
  /// is the bias.
  package func minimise(
    trained: [Double], design: [Double], squares: [Double]
  ) -> [Double] {
    let (order, count) = (trained.count, squares.count)
    let range = likelihood.logVarianceRange
    let squaredFeatures = design.reduce(0.0) { $0 + $1 * $1 } - Double(count)  // without the bias
    let meanSquare = squaredFeatures / Double(count * max(1, order - 1))
    var prior = [Double](repeating: 0.5 * meanSquare * priorPoints / Double(count), count: order)
    prior[order - 1] = 0
    func evaluate(_ w: [Double]) -> (loss: Double, pulls: [Double]) {
      let lambda = Double.product(design, vector: w, rows: count, columns: order)
      var pulls = [Double](repeating: 0, count: count)
      var loss = 0.0
      for i in 0..<count {
        let clamped = min(max(lambda[i], range.lowerBound), range.upperBound)
        pulls[i] = squares[i] * exp(-clamped)
        loss += 0.5 * (pulls[i] + lambda[i])
      }
      var distance = 0.0
      for j in 0..<order { distance += prior[j] * (w[j] - trained[j]) * (w[j] - trained[j]) }
      return (loss / Double(count) + 0.5 * distance, pulls)
    }
    var w = trained
    var now = evaluate(w)
    // One common factor first: it brings the mean squared pull to one.
    let factor = now.pulls.reduce(0, +) / Double(count)
    if factor > 0 && factor.isFinite {
      w[order - 1] += log(factor)
      now = evaluate(w)
    }
    for _ in 0..<steps {
      var gradient = (0..<order).map { prior[$0] * (w[$0] - trained[$0]) }
      var scaled = design
      for i in 0..<count {
        let slope = 0.5 * (1 - now.pulls[i]) / Double(count)
        let curvature = (0.5 * now.pulls[i] / Double(count)).squareRoot()
        for j in 0..<order {
          gradient[j] += slope * design[i * order + j]
          scaled[i * order + j] *= curvature
        }
      }
      guard
        let step = solve(
          scaled: scaled, count: count, right: gradient, ridge: 1e-10, diagonal: prior)
      else { break }
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if !(decrement > 1e-14) { break }
      var length = 1.0
      var accepted = false
      while length > 1e-4 && !accepted {
        let trial = zip(w, step).map { $0 - length * $1 }
        let next = evaluate(trial)
        if next.loss < now.loss - 1e-4 * length * decrement {
          (w, now, accepted) = (trial, next, true)
        }
        length *= 0.5
      }
      if !accepted { break }
    }
    return w
  }
}

extension TrainingSet {
  /// Some of the points.
  func rows(_ rows: [Int]) -> TrainingSet {
    let width = inputs.count / max(1, targets.count)
    return TrainingSet(
      inputs: rows.flatMap { inputs[$0 * width..<($0 + 1) * width] },
      targets: rows.map { targets[$0] })
  }
}
