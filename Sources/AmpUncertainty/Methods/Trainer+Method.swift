extension Trainer {
  /// Joins network, loss and choices with what is trained: one network, several, or a posterior.
  ///
  /// Traps unless the outputs of the network fit the loss.
  public init(
    _ network: any Network, objective: any Objective, options: TrainingOptions,
    method: UncertaintyMethod
  ) {
    self.init(network, objective: objective, options: options, method: method.base)
  }
}
