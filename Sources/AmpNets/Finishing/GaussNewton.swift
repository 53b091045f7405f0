/// Makes the steps of ``Finishing`` on a batch after another.
///
/// The mean alone is trained: all layers, and of the head what belongs to its first output. Works in
/// Double whatever the precision of the network.
package final class GaussNewton<S: Scalar> {
  private let options: Finishing
  private let jacobian: SampleJacobian
  private let crew: Crew
  private let data: TrainingSet<S>
  private let weights: [Double]
  private let trained: Parameters<S>
  /// Where each of ``SampleJacobian/parameters`` stands in the network.
  private let positions: [Int]
  private let seed: UInt64
  private let total: Int
  private let right: AlignedBuffer<Double>
  private var order: (epoch: Int, points: [Int32]) = (-1, [])

  /// Prepares steps from `parameters` on `data` with a weight for each point, for all `threads`.
  package init(
    _ network: any SequentialNetwork, _ parameters: Parameters<S>, options: Finishing,
    data: TrainingSet<S>, weights: [Double], seed: UInt64, threads: Int
  ) {
    precondition(network.hasFixedActivations, "a layer has parameters beside weights and bias")
    self.options = options
    self.data = data
    self.weights = weights
    self.seed = seed
    trained = parameters
    total = options.steps(points: data.targets.count)
    let layers = network.layers
    let points = min(options.batch, data.targets.count)
    crew = Crew(threads: threads)
    jacobian = SampleJacobian(
      sizes: [network.inputs] + layers.map(\.weight.columns) + [1],
      activations: layers.map { $0.fixedActivation ?? .identity } + [.identity], points: points,
      crew: crew)
    positions =
      layers.flatMap { Array($0.weight.range) + Array($0.bias.range) }
      + network.head.positions(output: 0)
    right = AlignedBuffer(points)
    jacobian.parameters.fill(with: positions.map { Double(parameters.values[$0]) })
  }

  /// The parameters now, rounded once to the precision of the network.
  package var parameters: Parameters<S> {
    var result = trained
    for (position, value) in zip(positions, jacobian.parameters.array) {
      result.values[position] = S(value)
    }
    return result
  }

  /// Everything that must survive a restart, by name.
  package var state: [(name: String, buffer: AlignedBuffer<Double>)] {
    [("finishing.parameters", jacobian.parameters), ("finishing.direction", jacobian.direction)]
  }

  /// Makes step `step`, counted from 0, and returns the mean squared residual before it.
  ///
  /// Where rounding spoils the factorisation it is tried again with ten times the damping. Nil if
  /// that does not help, which is where parameters or data are not finite.
  package func callAsFunction(step: Int) -> Double? {
    load(step)
    jacobian.forward()
    var sum = 0.0
    for row in 0..<jacobian.points {
      let residual =
        right.pointer[row] - jacobian.weights.pointer[row] * jacobian.means.pointer[row]
      sum += residual * residual
      right.pointer[row] = residual - options.momentum * jacobian.along.pointer[row]
    }
    let loss = sum / Double(jacobian.points)
    guard loss.isFinite else { return nil }
    var damping = options.damping
    while true {
      jacobian.product()
      jacobian.gram.addToDiagonal(damping * jacobian.gram.meanDiagonal)
      do {
        try jacobian.gram.factor(crew)
        break
      } catch {
        damping = max(10 * damping, 1e-12)
        if damping > 1 { return nil }
      }
    }
    jacobian.gram.solve(right.pointer)
    jacobian.step(
      right.pointer, momentum: options.momentum,
      rate: options.rate * (1 - Double(step) / Double(total)))
    return loss
  }

  /// Fetches features, weights and weighted targets of the points of a step.
  private func load(_ step: Int) {
    let stepsPerEpoch = data.targets.count / jacobian.points
    let (epoch, start) = (step / stepsPerEpoch, step % stepsPerEpoch * jacobian.points)
    if order.epoch != epoch {
      // Streams of other members belong to the epochs of training.
      var rng = Philox(seed: seed, purpose: .order, member: 1, step: UInt32(epoch))
      order = (epoch, rng.permutation(data.targets.count))
    }
    let width = jacobian.sizes[0]
    data.inputs.withUnsafeBufferPointer { inputs in
      guard let inputs = inputs.baseAddress else { return }
      for row in 0..<jacobian.points {
        let point = Int(order.points[start + row])
        S.widen(
          rows: 1, columns: width, inputs + point * width, stride: width,
          to: jacobian.features(of: row))
        jacobian.weights.pointer[row] = weights[point]
        right.pointer[row] = weights[point] * data.targets[point]
      }
    }
  }
}
