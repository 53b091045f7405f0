/// Trains the members of an ensemble together, see ``EnsembleMethod``.
///
/// A batch is cut into the same fixed shards as for a single network, and gradients are summed over
/// the same tree: a member without repulsion and prior goes the way of a single fit to the bit. (With a
/// repulsion in function space that is zero so, too, as long as a shard is one block, see ``BlockPass``.)
/// Without repulsion, or with one in the weights, a worker takes a member through a whole step while
/// its gradients are in the cache; members that are left over are shared by all workers. A repulsion
/// in function space needs the losses of all members first: then every (member, shard) goes forward,
/// and its tape waits for the kernel. Tapes beyond ``tapeBudget`` do not wait but are made again.
///
/// Of several ranks each takes some of the members; they exchange what the repulsion needs, and all
/// weights when somebody asks for them.
///
/// Which thread does what changes nothing in the numbers. Unchecked Sendable because every worker
/// writes what belongs to its own members, shards, views and passes.
package final class EnsembleLearner<S: Scalar>: Learner, @unchecked Sendable {
  private let networkLayout: ParameterLayout
  private let ranks: any Ranks
  /// The members of this rank.
  private let mine: Range<Int>
  private let members: [PackedParameters<S>]
  private let objective: any Objective
  private let evaluator: Evaluator<S>
  /// One for each member.
  private let optimizers: [any Optimizer<S>]
  private let data: TrainingSet<S>
  private let shards: Int
  private let crew: Crew
  /// 1/(Nσ_p²), zero without a prior.
  private let priorStrength: Double
  /// β/N.
  private let repulsionStrength: Double
  private let inFunction: Repulsion<Double>?
  private let inWeights: Repulsion<S>?
  /// ℓ_i(x_b), (members, stride), for the repulsion in function space.
  private let pointLosses: AlignedBuffer<Double>
  private let stride: Int

  /// The first `waiting` belong to a (member, shard) each, the others to a worker each.
  private let passes: [BlockPass<S>]
  private let waiting: Int
  /// As many slots as there are workers and shards, `distance` apart.
  private let gradients: AlignedBuffer<S>
  private let distance: Int
  private let losses: AlignedBuffer<Double>
  /// Those of ``mine`` that workers take whole.
  private let whole: Int
  /// Members and views of the others: the most expensive to update first.
  private let duties: [(member: Int, view: ParameterView)]
  /// The step under way.
  private var batch = Batch(points: UnsafeBufferPointer(start: nil, count: 0), shards: 1)
  private var (number, rate) = (0, 0.0)

  /// The bytes that waiting tapes may have.
  package static var tapeBudget: Int { 2 << 30 }

  package init(
    _ method: some EnsembleMethod, _ trainer: Trainer<S>, parameters: Parameters<S>,
    _ data: TrainingSet<S>, threads: Int, tapeBudget: Int = tapeBudget
  ) {
    let options = trainer.options
    precondition((1...64).contains(options.shards), "\(options.shards) shards, not 1 to 64")
    let members = (0..<method.members).map {
      PackedParameters(method.network($0, from: parameters, of: trainer.network))
    }
    networkLayout = trainer.network.layout
    self.members = members
    let ranks = trainer.ranks
    self.ranks = ranks
    let mine = ranks.share(of: members.count)
    self.mine = mine
    objective = trainer.objective
    self.data = data
    shards = options.shards
    let threads = max(1, min(threads, mine.count * options.shards))
    let crew = Crew(threads: threads)
    self.crew = crew
    evaluator = Evaluator(trainer.network, members[0], crew: crew)
    let optimizers = members.map { _ -> any Optimizer<S> in
      options.optimizer.make(for: trainer.network.layout, weightDecay: options.weightDecay)
    }
    self.optimizers = optimizers
    let points = Double(max(1, data.targets.count))
    priorStrength = method.priorWidth.map { 1 / (points * $0 * $0) } ?? 0

    let batch = max(1, min(options.batch, data.targets.count))
    stride = (batch + 7) / 8 * 8
    let repulsion = method.repulsion
    repulsionStrength = (repulsion?.beta ?? 0) / points
    pointLosses = AlignedBuffer(repulsion?.space == .function ? members.count * stride : 0)
    let (pointLosses, stride) = (pointLosses, stride)
    inFunction =
      repulsion?.space == .function
      ? Repulsion(
        members.indices.map { UnsafePointer(pointLosses.pointer + $0 * stride) }, length: batch,
        ownedBy: [pointLosses], crew: crew) : nil
    inWeights =
      repulsion?.space == .weights
      ? Repulsion(
        members.map { UnsafePointer($0.weights.pointer) }, length: networkLayout.count,
        ownedBy: members, crew: crew) : nil

    let shard = (batch + shards - 1) / shards
    // A repulsion in function space weights the points of whole shards.
    let rows =
      inFunction == nil
      ? BlockPass.rows(of: shard, trainer.network, trainer.objective, members[0]) : shard
    func pass(_ reserved: Int?) -> BlockPass<S> {
      BlockPass(trainer.network, trainer.objective, members[0], rows: rows, reserved: reserved)
    }
    let bytes = inFunction == nil ? nil : pass(nil).bytes(of: rows)
    let waiting = bytes.map { min(mine.count * options.shards, tapeBudget / max(1, $0)) } ?? 0
    self.waiting = waiting
    passes = (0..<waiting + threads).map { _ in pass(bytes) }
    distance = (networkLayout.count + 31) / 16 * 16
    gradients = AlignedBuffer(threads * shards * distance)
    losses = AlignedBuffer(members.count * shards)
    whole = mine.count / threads * threads
    let views = trainer.network.layout.views
    duties = mine.dropFirst(whole).flatMap { member in views.map { (member, $0) } }.sorted {
      optimizers[$0.member].cost(of: $0.view) > optimizers[$1.member].cost(of: $1.view)
    }
  }

  package var values: [S] {
    exchangeWeights()
    return members.flatMap { $0.weights.array.prefix(networkLayout.count) }
  }

  package var state: [(name: String, buffer: AlignedBuffer<S>)] {
    optimizers.enumerated().flatMap { member, optimizer in
      optimizer.state.map { name, buffer in
        exchange(buffer, of: member)
        return (name.replacing("optimizer.", with: "optimizer.member\(member)/"), buffer)
      }
    }
  }

  /// Gives all ranks the weights of all members.
  private func exchangeWeights() {
    for (member, parameters) in members.enumerated() { exchange(parameters.weights, of: member) }
  }

  private func exchange(_ buffer: AlignedBuffer<S>, of member: Int) {
    ranks.broadcast(
      buffer.pointer, bytes: buffer.count * MemoryLayout<S>.stride,
      from: ranks.owner(of: member, among: members.count))
  }

  /// The mean over the members of their mean losses, without prior and repulsion.
  package func loss(on data: TrainingSet<S>) -> Double {
    let losses = AlignedBuffer<Double>(members.count)
    for member in mine {
      evaluator.use(members[member])
      losses.pointer[member] = objective.meanLoss(evaluator(data.inputs), data.targets)
    }
    ranks.gather(losses.pointer, items: members.count)
    return losses.array.reduce(0, +) / Double(members.count)
  }

  /// Trains on the points order[from ..< from + rows] and returns their mean loss over all members.
  ///
  /// Prior and repulsion are in the gradient but not in the loss, which can so be compared with the
  /// validation loss and with that of other methods.
  package func callAsFunction(
    _ order: [Int32], from: Int, rows: Int, number: Int, rate: Double
  ) -> Double {
    (self.number, self.rate) = (number, rate)
    order.withUnsafeBufferPointer { order in
      batch = Batch(
        points: UnsafeBufferPointer(rebasing: order[from..<from + rows]), shards: shards)
      if let inWeights {
        exchangeWeights()
        inWeights.update(count: networkLayout.count, scoring: mine)
      }
      if let inFunction { repel(inFunction) }
      train()
    }
    ranks.gather(losses.pointer, items: members.count, width: shards)
    var sum = 0.0
    for member in members.indices {
      var loss = 0.0
      for shard in 0..<shards { loss += losses.pointer[member * shards + shard] }
      sum += loss / Double(rows)
    }
    return sum / Double(members.count)
  }

  // MARK: - Phases

  /// All members forward; the scores of the kernel become weights of the points.
  ///
  /// For r_i = (ℓ_i(x_1) … ℓ_i(x_B)) the gradient of L by ℓ_i(x_b) is 1/B + (β/N) s_ib.
  private func repel(_ repulsion: Repulsion<Double>) {
    crew.run(parts: mine.count * shards, forwardPass)
    ranks.gather(pointLosses.pointer, items: members.count, width: stride)
    repulsion.update(count: batch.points.count, scoring: mine)
    let uniform = 1 / Double(batch.points.count)
    for member in mine {
      let scores = repulsion.scores.pointer + member * repulsion.stride
      for b in 0..<batch.points.count { scores[b] = uniform + repulsionStrength * scores[b] }
    }
  }

  /// Gradients, their sums and the updates.
  private func train() {
    crew.run(parts: whole, wholeMember)
    let left = mine.count - whole
    if left == 0 { return }
    crew.run(parts: left * shards, shardOfTheRest)
    crew.run(parts: duties.count, updateOfTheRest)
  }

  // The tasks of a step are kept, so that a step allocates nothing.

  /// The losses of a member on the points of a shard.
  private lazy var forwardPass: @Sendable (Int, Int) -> Void = { [unowned self] part, worker in
    // The other way round than in `train`, which so begins with what is still in the cache.
    let unit = mine.count * shards - 1 - part
    let (member, points) = (mine.lowerBound + unit / shards, batch.shard(unit % shards))
    if points.isEmpty { return }
    let pass = pass(unit, worker)
    pass.forward(points, of: data, with: members[member])
    pass.losses(to: pointLosses.pointer + member * stride + batch.start(unit % shards))
  }

  private lazy var wholeMember: @Sendable (Int, Int) -> Void = { [unowned self] part, worker in
    for shard in 0..<shards {
      differentiate(part * shards + shard, slot: worker * shards + shard, worker)
    }
    for view in networkLayout.views {
      update(view, of: mine.lowerBound + part, slots: worker)
    }
  }

  private lazy var shardOfTheRest: @Sendable (Int, Int) -> Void = { [unowned self] slot, worker in
    differentiate(whole * shards + slot, slot: slot, worker)
  }

  private lazy var updateOfTheRest: @Sendable (Int, Int) -> Void = { [unowned self] part, _ in
    let (member, view) = duties[part]
    update(view, of: member, slots: member - mine.lowerBound - whole)
  }

  /// Loss and gradient of a (member, shard) of ``mine``.
  private func differentiate(_ unit: Int, slot: Int, _ worker: Int) {
    let (member, shard) = (mine.lowerBound + unit / shards, unit % shards)
    let points = batch.shard(shard)
    let gradient = gradients.pointer + slot * distance
    let loss = losses.pointer + member * shards + shard
    let pass = pass(unit, worker)
    guard let inFunction, !points.isEmpty else {
      loss.pointee = pass.differentiate(
        points, of: data, with: members[member], weight: 1 / Double(batch.points.count),
        gradient: gradient)
      return
    }
    if unit >= waiting { pass.forward(points, of: data, with: members[member]) }
    let weights = inFunction.scores.pointer + member * inFunction.stride + batch.start(shard)
    loss.pointee = pass.backward(weights: weights, gradient: gradient)
  }

  /// Sums the gradients of a view of a member, adds prior and repulsion, and updates.
  private func update(_ view: ParameterView, of member: Int, slots: Int) {
    let gradient = gradients.pointer + slots * shards * distance + view.offset
    let weights = members[member].values(of: view)
    S.sumTree(count: view.count, parts: shards, distance: distance, gradient)
    if priorStrength > 0 { S.axpby(count: view.count, priorStrength, weights, 1, gradient) }
    if let inWeights {
      S.axpby(
        count: view.count, repulsionStrength,
        inWeights.scores.pointer + member * inWeights.stride + view.offset, 1, gradient)
    }
    optimizers[member].update(
      view, step: number, rate: rate, gradient: gradient, weights: weights)
    members[member].pack(view)
  }

  private func pass(_ unit: Int, _ worker: Int) -> BlockPass<S> {
    passes[unit < waiting ? unit : waiting + worker]
  }
}

/// The points of a step, cut into shards; unchecked Sendable because it is only read.
private struct Batch: @unchecked Sendable {
  let points: UnsafeBufferPointer<Int32>
  let shards: Int

  /// Where a shard begins; shards at the end may be empty.
  func start(_ shard: Int) -> Int {
    min(shard * ((points.count + shards - 1) / shards), points.count)
  }

  func shard(_ shard: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(rebasing: points[start(shard)..<start(shard + 1)])
  }
}
