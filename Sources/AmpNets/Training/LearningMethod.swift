/// What is trained: one network, several at once, or a distribution over weights.
///
/// A method says which parameters there are and makes the ``Learner`` that trains them;
/// ``Trainer`` drives it through batches and epochs.
package protocol LearningMethod: Sendable {
  /// The names and shapes of everything that is trained.
  func layout(for network: any Network) -> ParameterLayout

  /// The parameters before the first step.
  func initialParameters<S: Scalar>(of trainer: Trainer<S>) -> Parameters<S>

  /// What trains `parameters` on `data`, on `threads` threads.
  func learner<S: Scalar>(
    for trainer: Trainer<S>, from parameters: Parameters<S>, on data: TrainingSet<S>, threads: Int
  ) -> any Learner<S>
}

/// Holds what is trained, makes steps, and judges the result.
package protocol Learner<S>: AnyObject {
  associatedtype S: Scalar

  /// All trained parameters.
  var values: [S] { get }

  /// Everything else that must survive a restart, by names that begin with `optimizer.`.
  var state: [(name: String, buffer: AlignedBuffer<S>)] { get }

  /// Trains on the points order[from ..< from + rows] and returns their mean loss.
  ///
  /// `number` counts the steps from 1. The result must not depend on the number of threads.
  func callAsFunction(
    _ order: [Int32], from: Int, rows: Int, number: Int, rate: Double
  ) -> Double

  /// The mean loss on `data` with the parameters as they are.
  func loss(on data: TrainingSet<S>) -> Double
}

extension Learner {
  /// Whether all parameters and all of the state are finite.
  var isFinite: Bool {
    values.withUnsafeBufferPointer(areFinite)
      && state.allSatisfy {
        areFinite(UnsafeBufferPointer(start: $0.buffer.pointer, count: $0.buffer.count))
      }
  }

  /// Takes over the state of an earlier run; throws an ``AmpError`` if it is of another size.
  func restore(_ saved: [String: [S]]) throws {
    for (name, buffer) in state {
      guard let values = saved[name] else { continue }
      guard values.count == buffer.count else {
        throw AmpError(
          "tensor '\(name)' of the checkpoint has \(values.count) elements, not \(buffer.count)",
          remedy: "Resume the run that wrote the checkpoint, or start a new one.")
      }
      buffer.fill(with: values)
    }
  }

  /// `state` with parameters and optimiser as they are.
  func snapshot(of state: TrainingState<S>) -> TrainingState<S> {
    var state = state
    state.parameters.values = values
    state.optimizer = Dictionary(
      uniqueKeysWithValues: self.state.map { ($0.name, $0.buffer.array) })
    return state
  }
}

/// One network, trained by itself.
package struct SingleNetwork: LearningMethod {
  package init() {}

  package func layout(for network: any Network) -> ParameterLayout { network.layout }

  package func initialParameters<S: Scalar>(of trainer: Trainer<S>) -> Parameters<S> {
    trainer.initialParameters()
  }

  package func learner<S: Scalar>(
    for trainer: Trainer<S>, from parameters: Parameters<S>, on data: TrainingSet<S>, threads: Int
  ) -> any Learner<S> {
    TrainingStep(trainer, parameters: parameters, data, threads: threads)
  }
}
