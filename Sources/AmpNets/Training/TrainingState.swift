/// One epoch in the history of a training.
public struct EpochRecord: Sendable, Codable, Equatable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The learning rate of its last step.
  public var rate: Double
  /// The mean loss over the training points, each taken when its batch was trained.
  public var training: Double
  /// The mean loss over the validation points after the epoch.
  public var validation: Double
  /// The wall-clock seconds of training so far, earlier sittings included.
  public var seconds: Double
}

/// All that a training needs to go on as if it had never stopped.
public struct TrainingState<S: Scalar>: Sendable {
  /// The parameters after ``epoch`` epochs.
  public var parameters: Parameters<S>
  /// The parameters with the lowest validation loss so far.
  public var best: Parameters<S>
  /// The lowest validation loss so far.
  public var bestLoss: Double
  /// The epoch that reached it.
  public var bestEpoch: Int
  /// The finished epochs.
  public var epoch: Int
  /// The finished steps.
  public var step: Int
  /// The optimiser's moments and bases, by name.
  public var optimizer: [String: [S]]
  /// All finished epochs.
  public var history: [EpochRecord]
  /// The validation loss before the first step; nil if nobody looked.
  public var untrainedLoss: Double?

  package init(
    parameters: Parameters<S>, best: Parameters<S>, bestLoss: Double, bestEpoch: Int, epoch: Int,
    step: Int, optimizer: [String: [S]], history: [EpochRecord], untrainedLoss: Double? = nil
  ) {
    self.parameters = parameters
    self.best = best
    self.bestLoss = bestLoss
    self.bestEpoch = bestEpoch
    self.epoch = epoch
    self.step = step
    self.optimizer = optimizer
    self.history = history
    self.untrainedLoss = untrainedLoss
  }
}

/// What training tells while it runs.
public enum TrainingEvent<S: Scalar> {
  /// A share of the epoch's steps is done.
  case progress(epoch: Int, fraction: Double)
  /// An epoch is done; `state()` is a full snapshot, taken only when asked for.
  case epoch(EpochRecord, isBest: Bool, state: () -> TrainingState<S>)
  /// Training is given up; the parameters of the best epoch before, if any was good, and all good
  /// epochs.
  case diverged(Divergence, best: Parameters<S>?, history: [EpochRecord])
}
