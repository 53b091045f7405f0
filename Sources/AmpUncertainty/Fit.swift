import Foundation

/// The configuration of a fit: everything that, with data and seed, determines the surrogate.
///
/// Fitting returns a value of another type, a ``Surrogate``: one cannot predict with what was never
/// fitted. The result is the same to the bit for any number of threads.
public struct Fit: Sendable, Codable, Equatable {
  /// The process.
  public var process: ScatteringProcess
  /// The name of the architecture, see ``Architecture/all``.
  public var architecture: String
  /// The widths of the hidden layers.
  public var hidden: [Int]
  /// The activation between layers.
  public var activation: LayerActivation
  /// The name of the features, see ``FeatureSets/all``.
  public var features: String
  /// The known factor divided out of the amplitude.
  public var target: TargetTransform.Factor
  /// The likelihood, which learns the systematic uncertainty.
  public var likelihood = AnyLikelihood(HeteroscedasticGaussian())
  /// How the uncertainty of the weights is learned, which is the statistical uncertainty.
  public var method = UncertaintyMethod.deterministic
  /// Epochs, batches, optimiser, schedule, seed.
  public var training: TrainingOptions
  /// The arithmetic of the network.
  public var precision: Precision
  /// Gauss–Newton steps between training and the refit of the head.
  public var finishing = Finishing.none
  /// Whether the head is fitted again after training, see ``HeadRefit``.
  public var refitsHead: Bool
  /// Whether σ_syst is calibrated at the end: the mean of an ensemble by
  /// ``Recalibration/ensemble(_:)`` with the validation points, all others by
  /// ``Recalibration/smooth(_:_:by:)`` with these, a single network before that by
  /// ``Recalibration/network(_:heldOut:features:seed:threads:)`` with the training points, if they
  /// are ``Recalibration/fewestForNetwork(features:)``.
  public var calibrates = false
  /// The type of each particle for Deep Sets, nil for ``DeepSets/types(particles:)``.
  public var types: [Int]?
  /// The features of a particle's embedding in Deep Sets, nil for the paper's 64.
  public var embedding: Int?
  /// The intervals of a spline grid, nil for the paper's 10.
  public var grid: Int?
  /// The polynomial order of splines, nil for the paper's 3.
  public var order: Int?
  /// The epochs after which spline grids are fitted to the values in front of their layers, 0 for
  /// before training; nil for never.
  public var gridUpdates: [Int]?
  /// The size of a Lorentz-equivariant transformer, nil for the architecture's own.
  public var lorentz: LorentzWidth?

  /// The arithmetic of a network.
  public typealias Precision = AmpNets.Precision

  /// What a fit tells while it runs.
  public enum Event {
    /// A share of an epoch is done.
    case progress(epoch: Int, fraction: Double)
    /// An epoch is done; `checkpoint()` is a full snapshot from which `Fit.run` can go on.
    case epoch(EpochRecord, isBest: Bool, checkpoint: () throws -> TensorFile)
    /// Some steps of ``Fit/finishing`` are done, the last of them with this mean squared residual;
    /// `checkpoint()` is as for an epoch.
    case finishing(step: Int, of: Int, residual: Double, checkpoint: () throws -> TensorFile)
    /// Training has ended and the head of ln σ² is fitted again.
    case refittingHead
    /// Training has ended and σ is to be calibrated.
    case calibrating
    /// σ is calibrated by these, in this order; by none where the points do not allow it.
    case calibrated([Recalibration])
    /// Training is given up, and ``Fit/run(_:validation:threads:resuming:ranks:observe:)`` will throw the
    /// ``Divergence``; the surrogate of the best epoch before, as trained, if any epoch was good, and
    /// the losses of all good epochs.
    case diverged(Divergence, best: Surrogate?, history: [EpochRecord])
  }

  /// What a fit returns.
  public struct Result: Sendable {
    /// The surrogate with the lowest validation loss, finished, its head refitted, and calibrated
    /// if asked for.
    public var surrogate: Surrogate
    /// The surrogate after the last epoch, as trained.
    public var last: Surrogate
    /// The losses of all epochs.
    public var history: [EpochRecord]
    /// The epoch of the lowest validation loss.
    public var bestEpoch: Int
    /// What finishing did; nil if there was none.
    public var finishing: FinishingRecord?

    /// The wall-clock seconds of training and finishing, earlier sittings included.
    public var seconds: Double { (history.last?.seconds ?? 0) + (finishing?.seconds ?? 0) }
  }

  /// A fit of `architecture` by `recipe`: what the caller leaves open is filled in by the recipe.
  public init(
    _ recipe: Recipe = .fast, architecture: String = "mlp",
    process: ScatteringProcess = .diphotonGluon,
    epochs: Int? = nil, seed: UInt64 = 0
  ) throws {
    self = try recipe.fit(architecture: architecture, process: process)
    if let epochs { training.epochs = epochs }
    training.seed = seed
  }

  package init(
    process: ScatteringProcess, architecture: String, hidden: [Int], activation: LayerActivation,
    features: String, target: TargetTransform.Factor, training: TrainingOptions,
    precision: Precision, refitsHead: Bool
  ) {
    self.process = process
    self.architecture = architecture
    self.hidden = hidden
    self.activation = activation
    self.features = features
    self.target = target
    self.training = training
    self.precision = precision
    self.refitsHead = refitsHead
  }

  /// Fits a surrogate to `training`, choosing the best epoch by the loss on `validation`.
  ///
  /// - Parameters:
  ///   - training: the points to learn from.
  ///   - validation: the points that choose the best epoch.
  ///   - threads: changes nothing in the result.
  ///   - checkpoint: a snapshot from an ``Event`` of the same fit on the same data; the result is
  ///     then the same as if it had never stopped.
  ///   - ranks: the processes that train together; all call this with the same arguments, get the
  ///     same result, and must take the same snapshots.
  ///   - observe: told of progress; may throw to stop.
  /// - Throws: ``AmpError`` for unusable data, options or checkpoints, ``Divergence``, or what
  ///   `observe` throws.
  public func run(
    _ training: AmplitudeTable, validation: AmplitudeTable, threads: Int = 1,
    resuming checkpoint: TensorFile? = nil, ranks: any Ranks = SingleRank(),
    observe: (Event) throws -> Void = { _ in }
  ) throws -> Result {
    try self.training.check()
    try method.base.check(ranks, shards: self.training.shards)
    switch precision {
    case .float32:
      return try run(training, validation, threads, checkpoint, ranks, observe, as: Float.self)
    case .float64:
      return try run(training, validation, threads, checkpoint, ranks, observe, as: Double.self)
    }
  }

  /// The shape of the network.
  package var options: Architecture.Options {
    Architecture.Options(
      hidden: hidden, activation: activation, outputs: likelihood.base.outputs, types: types,
      embedding: embedding, grid: grid, order: order, lorentz: lorentz)
  }

  /// The network for a number of features; throws an ``AmpError`` if the choices do not fit.
  package func network(
    features: Int, shape: Architecture.Options? = nil
  ) throws -> any Network {
    let network = try Architecture(named: architecture).build(shape ?? options, features)
    guard !refitsHead || network is any DenseHeadNetwork else {
      throw AmpError(
        "the architecture \(architecture) has no dense last layer to fit again",
        in: "--refit-head", remedy: "Leave the head as it is: --refit-head false.")
    }
    guard !refitsHead || method.canRefitHeads(with: likelihood) else {
      throw AmpError(
        "only networks that learn a Gaussian width, with fixed weights, can have it fitted again",
        in: "--refit-head", remedy: "Leave the head as it is: --refit-head false.")
    }
    guard (gridUpdates ?? []).isEmpty || method.base is Deterministic else {
      throw AmpError(
        "spline grids can follow the data of a single network only, not with \(method.name)",
        in: "--grid-updates", remedy: "Leave the grids as they are: --grid-updates none.")
    }
    try method.base.check(network)
    if finishing.epochs > 0 { try checkFinishing(of: network) }
    return network
  }

  /// `surrogate` with the calibrations that suit its method, or as it is where the points allow none.
  private func calibrated(
    _ surrogate: Surrogate, from training: AmplitudeTable, with validation: AmplitudeTable,
    _ threads: Int
  ) throws -> Surrogate {
    guard likelihood.base is HeteroscedasticGaussian else { return surrogate }
    var surrogate = surrogate
    let fewest = Recalibration.fewestForNetwork(features: surrogate.description.features.width)
    if method.base.available == 1, training.count >= fewest {
      do {
        surrogate = try surrogate.calibratingByNetwork(
          with: training, heldOut: validation, seed: self.training.seed, threads: threads)
      } catch is AmpError {
        // Pulls that are all zero or not finite: there is nothing to learn.
      }
    }
    let points = try CalibrationPoints(surrogate, validation, threads: threads)
    let isEnsemble = method.base.available.map { $0 > 1 } ?? false
    // Too few points, or none that misses.
    guard let found = try? isEnsemble ? Recalibration.ensemble(points) : .smooth(points) else {
      return surrogate
    }
    return try surrogate.recalibrated(by: found)
  }

  private static let identityKey = "fit"

  /// The same text for the same options.
  private func identity() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  private func run<S: Scalar>(
    _ training: AmplitudeTable, _ validation: AmplitudeTable, _ threads: Int,
    _ checkpoint: TensorFile?, _ ranks: any Ranks, _ observe: (Event) throws -> Void,
    as type: S.Type
  ) throws -> Result {
    guard validation.count > 0 else {
      throw AmpError(
        "there are no validation points", remedy: "Keep some points for validation, say 10 %.")
    }
    let features = try FeatureMap(
      FeatureSets.named(features), process: process, fittedTo: training.momenta, threads: threads)
    let target = try TargetTransform(target, fittedTo: training)
    func prepared(_ table: AmplitudeTable, _ name: String) throws -> TrainingSet<S> {
      let set = TrainingSet<S>(
        inputs: try features(table.momenta, threads: threads),
        targets: try target.targets(of: table))
      try set.requireFinite(width: features.width, name)
      return set
    }
    let data = try prepared(training, "training")
    let held = try prepared(validation, "validation")
    let updates = (gridUpdates ?? []).filter { $0 < max(1, self.training.epochs) }
    var grids = try FollowedGrids(options, updates: updates, resuming: checkpoint)
    var network = try network(features: features.width, shape: grids.current)
    let method = method.base
    func trainer() -> Trainer<S> {
      Trainer(
        network, objective: likelihood.base, options: self.training, method: method, ranks: ranks)
    }
    let identity = try identity()
    if let checkpoint, let other = checkpoint.metadata[Fit.identityKey], other != identity {
      throw AmpError(
        "the checkpoint was written by a fit with other options",
        remedy: "Restore the options of that fit, or start a new one.")
    }
    var state: TrainingState<S> =
      try checkpoint.map { try TrainingState(file: $0, layout: method.layout(for: network)) }
      ?? trainer().start()
    let domain = try Domain(of: training.momenta, in: features)
    func surrogate(
      _ parameters: Parameters<S>, _ options: Architecture.Options
    ) throws -> Surrogate {
      let context = FinishContext(
        network: network, likelihood: likelihood.base, data: data, threads: threads)
      let result = try Surrogate(
        Surrogate.Description(
          version: ampVersion, process: process, architecture: architecture, options: options,
          features: features, target: target, likelihood: likelihood, method: self.method,
          domain: domain),
        weights: Weights(method.finish(parameters, context).values).rounded)
      try result.requireFinite()
      return result
    }
    var end: Int?
    repeat {
      try grids.update(&network, &state, to: data)
      end = grids.end(after: state.epoch)
      state = try trainer().run(
        from: state, training: data, validation: held, threads: threads, until: end
      ) { event in
        switch event {
        case .progress(let epoch, let fraction):
          try observe(.progress(epoch: epoch, fraction: fraction))
        case .epoch(let record, let isBest, let state):
          if isBest { grids.noteBest() }
          try observe(
            .epoch(record, isBest: isBest) {
              var file = try state().file()
              file.metadata[Fit.identityKey] = identity
              try grids.write(to: &file)
              return file
            })
        case .diverged(let divergence, let best, let history):
          try observe(
            .diverged(
              divergence, best: best.flatMap { try? surrogate($0, grids.best) },
              history: history))
        }
      }
    } while state.epoch == end && state.epoch < self.training.epochs
    var best = state.bestEpoch == 0 ? state.parameters : state.best
    var record: FinishingRecord?
    if finishing.epochs > 0, let network = network as? any SequentialNetwork {
      let finisher = Finisher(
        network: network, likelihood: likelihood.base, options: finishing, data: data,
        validation: held, seed: self.training.seed, threads: threads)
      (best, record) = try finisher.run(from: best, resuming: checkpoint) {
        step, residual, write in
        try observe(
          .finishing(step: step, of: finisher.steps, residual: residual) {
            var file = try state.file()
            file.metadata[Fit.identityKey] = identity
            try grids.write(to: &file)
            try write(&file)
            return file
          })
      }
    }
    if refitsHead, let network = network as? any DenseHeadNetwork,
      let likelihood = likelihood.base as? HeteroscedasticGaussian
    {
      try observe(.refittingHead)
      best = method.refittingHeads(
        of: best, by: HeadRefit(network, likelihood), to: data, threads: threads)
    }
    var found = try surrogate(best, state.bestEpoch == 0 ? grids.current : grids.best)
    if calibrates {
      try observe(.calibrating)
      found = try calibrated(found, from: training, with: validation, threads)
      try observe(.calibrated(found.description.recalibrations))
    }
    return Result(
      surrogate: found,
      last: try surrogate(state.parameters, grids.current), history: state.history,
      bestEpoch: state.bestEpoch, finishing: record)
  }
}
