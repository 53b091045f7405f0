/// What training minimises: a loss of network outputs and target, averaged over points.
///
/// Everything is Double, whatever the precision of the network: the outputs of a block of points
/// are widened first (the squared pull of a good fit is a small difference over a small σ).
public protocol Objective: Sendable {
  /// The number of network outputs that the loss reads.
  var outputs: Int { get }

  /// Factors for the initial weights of the head, one per output.
  var initialHeadScales: [Double] { get }

  /// The sum of the losses of `rows` points; writes weight · ∂loss/∂outputs unless `gradient` is nil.
  ///
  /// - Parameters:
  ///   - outputs: (rows, outputs), row-major.
  ///   - targets: (rows).
  ///   - rows: the number of points.
  ///   - weight: what the gradient is multiplied by.
  ///   - gradient: (rows, outputs), row-major.
  func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double
}

extension Objective {
  /// Initial weights as the network draws them.
  public var initialHeadScales: [Double] { [Double](repeating: 1, count: outputs) }

  /// The mean loss of outputs (points, outputs), summed in the order of the points.
  package func meanLoss(_ outputs: [Double], _ targets: [Double]) -> Double {
    outputs.withUnsafeBufferPointer { outputs in
      targets.withUnsafeBufferPointer { targets in
        guard let outputs = outputs.baseAddress, let values = targets.baseAddress else { return 0 }
        return loss(
          outputs: outputs, targets: values, rows: targets.count, weight: 1, gradient: nil)
          / Double(targets.count)
      }
    }
  }
}
