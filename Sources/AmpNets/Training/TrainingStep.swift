/// One step of training: shards of the batch forward and backward, then the update, on all threads.
///
/// The batch is cut into a fixed number of shards; each has its own gradient, and the gradients are
/// summed over a fixed binary tree. Which thread does what changes nothing in the numbers.
/// Unchecked Sendable because thread w uses tape and buffers w only, and shards and parameter views
/// occupy disjoint memory.
package final class TrainingStep<S: Scalar>: Learner, @unchecked Sendable {
  package let packed: PackedParameters<S>
  private let network: any Network
  private let objective: any Objective
  private let evaluator: Evaluator<S>
  private let data: TrainingSet<S>
  private let shards: Int
  private let threads: Int
  private let optimizer: any Optimizer<S>
  private let tapes: [Tape<S>]
  private let gradients: AlignedBuffer<S>
  private let distance: Int
  private let losses: AlignedBuffer<Double>
  private let scratch: [AlignedBuffer<Double>]
  /// The parameter views that each thread updates.
  private let duties: [[ParameterView]]
  private let posterior: WeightPosterior?
  /// What each view has of the divergence from the prior.
  private let divergences: AlignedBuffer<Double>

  /// With `posterior`, weights with a variance in the layout of `parameters` are uncertain, and its
  /// prior takes the place of weight decay.
  package init(
    _ trainer: Trainer<S>, parameters: Parameters<S>, _ data: TrainingSet<S>, threads: Int,
    posterior: WeightPosterior? = nil
  ) {
    self.posterior = posterior
    let layout = parameters.layout
    precondition(
      (1...64).contains(trainer.options.shards), "\(trainer.options.shards) shards, not 1 to 64")
    packed = PackedParameters(parameters)
    evaluator = Evaluator(trainer.network, packed, threads: threads)
    network = trainer.network
    objective = trainer.objective
    self.data = data
    shards = trainer.options.shards
    let workers = max(1, min(threads, trainer.options.shards))
    self.threads = workers
    let optimizer: any Optimizer<S> = trainer.options.optimizer.make(
      for: layout, weightDecay: posterior == nil ? trainer.options.weightDecay : 0)
    self.optimizer = optimizer
    let packed = packed
    tapes = (0..<workers).map { _ in Tape(packed, differentiates: true) }
    distance = (layout.count + 31) / 16 * 16
    gradients = AlignedBuffer(distance * shards)
    losses = AlignedBuffer(shards)
    divergences = AlignedBuffer(layout.views.count)
    let rows = (trainer.options.batch + shards - 1) / shards
    scratch = (0..<workers).map { _ in
      AlignedBuffer(rows * (2 * trainer.objective.outputs + 1))
    }
    var (duties, load) = (
      [[ParameterView]](repeating: [], count: workers), [Int](repeating: 0, count: workers)
    )
    for view in layout.views.sorted(by: { optimizer.cost(of: $0) > optimizer.cost(of: $1) }) {
      let worker = load.indices.min { load[$0] < load[$1] } ?? 0
      duties[worker].append(view)
      load[worker] += optimizer.cost(of: view)
    }
    self.duties = duties
  }

  package var values: [S] { Array(packed.weights.array.prefix(packed.layout.count)) }

  package var state: [(name: String, buffer: AlignedBuffer<S>)] { optimizer.state }

  package func loss(on data: TrainingSet<S>) -> Double {
    guard let posterior else { return objective.meanLoss(evaluator(data.inputs), data.targets) }
    let outputs = evaluator(data.inputs) { posterior.noise(part: $0, step: 0) }
    return objective.meanLoss(outputs, data.targets) + posterior.divergence(of: packed)
  }

  /// Trains on the points order[from ..< from + rows] and returns their mean loss.
  package func callAsFunction(
    _ order: [Int32], from: Int, rows: Int, number: Int, rate: Double
  ) -> Double {
    let perShard = (rows + shards - 1) / shards
    order.withUnsafeBufferPointer { order in
      nonisolated(unsafe) let order = order
      parallel(threads: threads) { worker in
        for shard in stride(from: worker, to: shards, by: threads) {
          let start = min(shard * perShard, rows)
          let end = min(start + perShard, rows)
          let part = UnsafeBufferPointer(rebasing: order[from + start..<from + end])
          tapes[worker].noise = posterior?.noise(part: shard, step: number)
          losses.pointer[shard] = run(part, shard: shard, worker: worker, weight: 1 / Double(rows))
        }
      }
    }
    parallel(threads: threads) { worker in
      for view in duties[worker] {
        let gradient = gradients.pointer + view.offset
        S.sumTree(count: view.count, parts: shards, distance: distance, gradient)
        var rate = rate
        if let posterior {
          rate *= posterior.rateFactor(view, in: packed.layout)
          divergences.pointer[view.index] = posterior.pull(view, of: packed, gradient: gradient)
        }
        optimizer.update(
          view, step: number, rate: rate, gradient: gradient, weights: packed.values(of: view))
        packed.pack(view)
      }
    }
    return (0..<shards).reduce(0) { $0 + losses.pointer[$1] } / Double(rows)
      + packed.layout.views.reduce(0) { $0 + divergences.pointer[$1.index] }
  }

  /// Loss and gradient of one shard.
  private func run(
    _ points: UnsafeBufferPointer<Int32>, shard: Int, worker: Int, weight: Double
  ) -> Double {
    let (tape, width) = (tapes[worker], network.inputs)
    let gradient = gradients.pointer + shard * distance
    let (rows, outputs) = (points.count, objective.outputs)
    if rows == 0 {
      gradient.update(repeating: 0, count: packed.layout.count)
      return 0
    }
    tape.reset()
    let x = tape.input(rows: rows, columns: width) { memory, stride in
      data.inputs.withUnsafeBufferPointer { inputs in
        guard let inputs = inputs.baseAddress else { return }
        S.gather(points, columns: width, from: inputs, to: memory, stride: stride)
      }
    }
    let result = network(x, on: tape)
    let (wide, slope) = (scratch[worker].pointer, scratch[worker].pointer + rows * outputs)
    let targets = slope + rows * outputs
    let node = tape.nodes[result.index]
    S.widen(rows: rows, columns: outputs, node.value, stride: node.stride, to: wide)
    data.targets.withUnsafeBufferPointer { all in
      for (row, point) in points.enumerated() { targets[row] = all[Int(point)] }
    }
    let loss = objective.loss(
      outputs: wide, targets: targets, rows: rows, weight: weight, gradient: slope)
    let (memory, _, stride) = tape.gradientMemory(of: result.index)
    S.narrow(rows: rows, columns: outputs, slope, to: memory, stride: stride)
    tape.backward(from: result, parameterGradients: gradient)
    return loss
  }
}
