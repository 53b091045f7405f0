/// Turns gradients into new weights, one parameter matrix at a time.
///
/// Within a step different matrices may be updated by different threads. To add an optimiser,
/// conform to this protocol in a file of its own and add one case to ``OptimizerChoice``.
package protocol Optimizer<S>: AnyObject, Sendable {
  /// The precision of weights and state.
  associatedtype S: Scalar

  /// Updates the weights of `view` with its gradient, both (rows, columns).
  ///
  /// - Parameters:
  ///   - step: the number of the step, from 1.
  ///   - rate: the learning rate.
  func update(
    _ view: ParameterView, step: Int, rate: Double, gradient: UnsafePointer<S>,
    weights: UnsafeMutablePointer<S>)

  /// Everything that must survive a restart, by name.
  var state: [(name: String, buffer: AlignedBuffer<S>)] { get }

  /// A rough cost of updating `view`, by which views are shared out to threads.
  func cost(of view: ParameterView) -> Int
}

/// The optimisers by the names that options and files use.
public enum OptimizerChoice: String, Sendable, Codable, CaseIterable {
  /// Adam (arXiv:1412.6980), β = (0.9, 0.999).
  case adam
  /// Adam with decoupled weight decay (arXiv:1711.05101).
  case adamw
  /// Adam in the eigenbasis of Shampoo's factors (arXiv:2409.11321), β = (0.95, 0.95).
  case soap

  /// The optimiser for parameters of `layout`.
  package func make<S: Scalar>(
    for layout: ParameterLayout, weightDecay: Double, as type: S.Type = S.self
  ) -> any Optimizer<S> {
    switch self {
    case .adam, .adamw: Adam<S>(layout, weightDecay: weightDecay)
    case .soap: SOAP<S>(layout, weightDecay: weightDecay)
    }
  }

  /// The peak learning rate that works best for the networks here.
  public var usualRate: Double { self == .soap ? 3e-3 : 1e-3 }
}
