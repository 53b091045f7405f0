/// A network that is nothing but dense layers one after the other: the Gram matrix of its Jacobian
/// follows from the inputs and sensitivities of its layers, see `SampleJacobian`.
public protocol SequentialNetwork: DenseHeadNetwork {
  /// The layers before the head, first to last.
  var layers: [DenseLayer] { get }
}

extension SequentialNetwork {
  /// Whether all parameters are weights and biases, so that ``Finishing`` can train them.
  public var hasFixedActivations: Bool { layers.allSatisfy { $0.fixedActivation != nil } }
}

extension DenseLayer {
  /// The activation, if it has no parameters.
  var fixedActivation: Activation? {
    if case .fixed(let activation) = activation { return activation }
    return nil
  }
}
