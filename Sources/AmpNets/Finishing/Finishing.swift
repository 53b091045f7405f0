/// Gauss–Newton steps after training, which bring the mean to where gradient descent does not get.
///
/// A step takes a batch of B points with residuals r = (y − μ)·w and the Jacobian J of μ·w over all
/// parameters θ of the mean, and solves for the change that explains them (arXiv:2401.10190):
///
///     (JJᵀ + λ) c = r − β Jφ,    φ ← βφ + Jᵀc,    θ ← θ + η (1 − t/T) φ
///
/// with λ = ``damping`` times the mean diagonal of JJᵀ. The weights w are 1/σ of the trained
/// network within limits, and do not change. Where σ was trained with the mean, it has to be fitted again
/// afterwards.
public struct Finishing: Sendable, Codable, Equatable {
  /// The passes over the training points; 0 for none.
  public var epochs: Int
  /// The points of a step.
  public var batch: Int
  /// η, the rate of the first step; it falls linearly to zero.
  public var rate: Double
  /// β.
  public var momentum: Double
  /// λ in units of the mean diagonal of JJᵀ.
  public var damping: Double
  /// The largest weight of a residual in units of the mean weight.
  public var largestWeight: Double
  /// The smallest, so that corners on which training gave up, with a large σ, still count.
  public var smallestWeight: Double

  /// Collects the choices; traps on values outside their ranges.
  public init(
    epochs: Int, batch: Int = 1024, rate: Double = 0.5, momentum: Double = 0.9,
    damping: Double = 1e-6, largestWeight: Double = 4, smallestWeight: Double = 0.1
  ) {
    precondition(
      epochs >= 0 && batch > 0 && rate > 0 && (0..<1).contains(momentum) && damping >= 0
        && largestWeight >= 1 && (0...1).contains(smallestWeight),
      "\(epochs) finishing epochs of batches of \(batch)")
    self.epochs = epochs
    self.batch = batch
    self.rate = rate
    self.momentum = momentum
    self.damping = damping
    self.largestWeight = largestWeight
    self.smallestWeight = smallestWeight
  }

  /// No finishing.
  public static let none = Finishing(epochs: 0)

  /// The steps for so many training points.
  package func steps(points: Int) -> Int { epochs * (points / max(1, min(batch, points))) }

  /// 1/deviation in units of its mean, between ``smallestWeight`` and ``largestWeight``.
  package func weights(_ deviations: [Double]) -> [Double] {
    let inverse = deviations.map { 1 / $0 }
    let mean = inverse.reduce(0, +) / Double(max(1, inverse.count))
    guard mean.isFinite, mean > 0 else { return deviations.map { _ in 1 } }
    return inverse.map { max(smallestWeight, min($0 / mean, largestWeight)) }
  }
}
