/// One step of training: shards of the batch forward and backward, then the update, on all threads.
///
/// The batch is cut into a fixed number of shards; each has its own gradient, and the gradients are
/// summed over a fixed binary tree. Which thread does what changes nothing in the numbers: whoever
/// is through with its own shards helps, since cores are not equally fast when a machine is shared.
/// A thread's own shards are about one branch of the tree, which is summed while its core has them in
/// its cache; the others read the sum alone, see ``BranchSums``. Of several ranks each takes the
/// shards under one branch, and ``TreeSum`` joins these; the update, which is the same for all, is
/// made by all.
/// Unchecked Sendable because worker w uses pass w only, and shards and parameter views
/// occupy disjoint memory.
package final class TrainingStep<S: Scalar>: Learner, @unchecked Sendable {
  package let packed: PackedParameters<S>
  private let objective: any Objective
  private let evaluator: Evaluator<S>
  private let data: TrainingSet<S>
  private let shards: Int
  /// The shards of this rank.
  private let mine: Range<Int>
  private let ranks: any Ranks
  private let rankSums: TreeSum<S>?
  private let crew: Crew
  private let optimizer: any Optimizer<S>
  private let passes: [BlockPass<S>]
  private let gradients: AlignedBuffer<S>
  private let distance: Int
  private let branchSums: BranchSums<S>
  private let losses: AlignedBuffer<Double>
  /// The parameter views, the most expensive to update first.
  private let duties: [ParameterView]
  private let posterior: WeightPosterior?
  /// What each view has of the divergence from the prior.
  private let divergences: AlignedBuffer<Double>
  /// The step under way.
  private var points = UnsafeBufferPointer<Int32>(start: nil, count: 0)
  private var (number, rate) = (0, 0.0)

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
    objective = trainer.objective
    self.data = data
    shards = trainer.options.shards
    let ranks = trainer.ranks
    self.ranks = ranks
    precondition(
      TreeSum<S>.fits(ranks.count, shards: shards), "\(ranks.count) ranks for \(shards) shards")
    mine = ranks.share(of: shards)
    rankSums = ranks.count > 1 ? TreeSum(count: layout.count, ranks) : nil
    let workers = max(1, min(threads, mine.count))
    crew = Crew(threads: workers)
    evaluator = Evaluator(trainer.network, packed, crew: crew, ranks: ranks)
    let optimizer: any Optimizer<S> = trainer.options.optimizer.make(
      for: layout, weightDecay: posterior == nil ? trainer.options.weightDecay : 0)
    self.optimizer = optimizer
    let packed = packed
    let rows = BlockPass.rows(
      of: (trainer.options.batch + shards - 1) / shards, trainer.network, trainer.objective, packed,
      noise: posterior?.noise(part: 0, step: 0))
    passes = (0..<workers).map { _ in
      BlockPass(trainer.network, trainer.objective, packed, rows: rows)
    }
    distance = (layout.count + 31) / 16 * 16
    gradients = AlignedBuffer(distance * mine.count)
    branchSums = BranchSums(
      gradients, parts: mine.count, distance: distance, count: layout.count, threads: workers)
    losses = AlignedBuffer(shards)
    duties = layout.views.sorted { optimizer.cost(of: $0) > optimizer.cost(of: $1) }
    divergences = AlignedBuffer(layout.views.count)
  }

  package var values: [S] { Array(packed.weights.array.prefix(packed.layout.count)) }

  package var state: [(name: String, buffer: AlignedBuffer<S>)] { optimizer.state }

  package func loss(on data: TrainingSet<S>) -> Double {
    guard let posterior else { return objective.meanLoss(evaluator(data.inputs), data.targets) }
    let outputs = evaluator(data.inputs, hidden: false) { posterior.noise(part: $0, step: 0) }
    return objective.meanLoss(outputs, data.targets) + posterior.divergence(of: packed)
  }

  /// Trains on the points order[from ..< from + rows] and returns their mean loss.
  package func callAsFunction(
    _ order: [Int32], from: Int, rows: Int, number: Int, rate: Double
  ) -> Double {
    (self.number, self.rate) = (number, rate)
    order.withUnsafeBufferPointer { order in
      points = UnsafeBufferPointer(rebasing: order[from..<from + rows])
      crew.run(parts: mine.count, differentiate)
    }
    if let rankSums {
      crew.run(parts: duties.count, sum)
      rankSums.add(to: gradients.pointer)
      ranks.gather(losses.pointer, items: shards)
    }
    crew.run(parts: duties.count, update)
    var (loss, divergence) = (0.0, 0.0)
    for shard in 0..<shards { loss += losses.pointer[shard] }
    for view in 0..<divergences.count { divergence += divergences.pointer[view] }
    return loss / Double(rows) + divergence
  }

  // The tasks of a step are kept, so that a step allocates nothing. They are lazy, which is no work for
  // several threads: a task must not ask for another one. They run only while a step does, so they need
  // not count references to it, for which threads would wait.

  private lazy var differentiate: @Sendable (Int, Int) -> Void = {
    [unowned(unsafe) self] part, worker in
    let slot = branchSums.order[part]
    let shard = mine.lowerBound + slot
    let perShard = (points.count + shards - 1) / shards
    let start = min(shard * perShard, points.count)
    let end = min(start + perShard, points.count)
    passes[worker].noise = posterior?.noise(part: shard, step: number)
    losses.pointer[shard] = passes[worker].differentiate(
      UnsafeBufferPointer(rebasing: points[start..<end]), of: data, with: packed,
      weight: 1 / Double(points.count), gradient: gradients.pointer + slot * distance)
    branchSums.finish(slot)
  }

  private lazy var sum: @Sendable (Int, Int) -> Void = { [unowned(unsafe) self] part, _ in
    branchSums.sum(duties[part])
  }

  private lazy var update: @Sendable (Int, Int) -> Void = { [unowned(unsafe) self] part, _ in
    let view = duties[part]
    let gradient = gradients.pointer + view.offset
    if rankSums == nil { branchSums.sum(view) }
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
