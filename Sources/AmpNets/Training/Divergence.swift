import Foundation

/// Why a training could not go on.
///
/// A training is given up when a loss, a weight or a number of the optimiser is no longer finite, or
/// when the loss has exploded: both its mean over an epoch and the validation loss after it are above
/// 100 + 10 |loss before training| in ten epochs, or half of all epochs, in a row. A single jump is no
/// explosion, since many trainings recover from one.
public struct Divergence: Error, Equatable, CustomStringConvertible {
  /// What was seen.
  public enum Sign: Sendable, Equatable {
    /// The loss is not finite.
    case loss
    /// The loss is finite, but weights or the optimiser's moments are not.
    case weights
    /// The loss stays far above that of the untrained network.
    case explosion(loss: Double, untrained: Double)
  }

  /// What was seen.
  public let sign: Sign
  /// The epoch in which it was seen.
  public let epoch: Int
  /// The learning rate at that time.
  public let rate: Double
  /// The epoch with the lowest validation loss until then; nil if none was any good.
  public let bestEpoch: Int?

  /// What to tell the user.
  public var description: String {
    let place = "in epoch \(epoch) at learning rate \(String(format: "%.3g", rate))"
    let remedy = "Try a lower learning rate, a schedule with warm-up, or float64."
    switch sign {
    case .loss: return "the loss is not finite \(place). \(remedy)"
    case .weights:
      return "weights or moments of the optimiser are not finite \(place). \(remedy)"
    case .explosion(let loss, let untrained):
      return "the loss has exploded: it is \(String(format: "%.3g", loss)) \(place) and was "
        + "\(String(format: "%.3g", untrained)) before training. \(remedy)"
    }
  }

  /// The loss above which an epoch counts as exploded.
  static func limit(untrained: Double) -> Double { 100 + 10 * abs(untrained) }

  /// Whether the last of `history` say that a training of `epochs` epochs has exploded.
  static func isExplosion(_ history: [EpochRecord], untrained: Double, epochs: Int) -> Bool {
    let row = max(1, min(10, epochs / 2))
    let limit = limit(untrained: untrained)
    return history.count >= row
      && history.suffix(row).allSatisfy { min($0.training, $0.validation) > limit }
  }
}

/// Whether all numbers are finite.
package func areFinite<S: Scalar>(_ values: UnsafeBufferPointer<S>) -> Bool {
  // Concrete loops, which are compiled for their type.
  if let values = values as? UnsafeBufferPointer<Float> { return values.allSatisfy(\.isFinite) }
  if let values = values as? UnsafeBufferPointer<Double> { return values.allSatisfy(\.isFinite) }
  return values.allSatisfy(\.isFinite)
}
