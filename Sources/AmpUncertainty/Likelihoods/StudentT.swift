import Foundation

/// Student's t: a location, a width, and tails as heavy as the data ask for.
///
/// Three outputs per point: the location μ, λ = ln s² of the scale, and ln((ν − 2)/6) of the degrees
/// of freedom ν, so that a network starts at ν = 8. With z = (y − μ)/s the loss is
///
///     ½ λ + (ν+1)/2 · ln(1 + z²/ν) − ln Γ((ν+1)/2) + ln Γ(ν/2) + ½ ln(νπ)
///
/// evaluated in Double. λ is clamped to [−30, 11] and ln(ν − 2) to [−3, 10], that is ν from 2.05,
/// above 2 so that the variance σ² = s² ν/(ν − 2) exists, to 22 028; outside there is no gradient.
public struct StudentT: Likelihood {
  /// The name in options and files.
  public static let name = "student-t"

  /// The range to which ln s² is clamped.
  public let logScaleRange: ClosedRange<Double>

  /// The range to which ln(ν − 2) is clamped.
  package static let freedomRange = -3.0...10

  /// ln(ν − 2) for an output of zero.
  package static let freedomStart = log(6.0)

  /// Creates the likelihood; the default range of ln s² suits both precisions.
  public init(logScaleRange: ClosedRange<Double> = -30...11) {
    self.logScaleRange = logScaleRange
  }

  /// μ, ln s² and ln((ν − 2)/6).
  public var outputs: Int { 3 }

  /// The width is learned.
  public var learnsWidth: Bool { true }

  /// Scale and degrees of freedom start nearly the same for all points.
  public var initialHeadScales: [Double] { [1, 0.1, 0.1] }

  /// The sum of the negative log-likelihoods of `rows` points, see ``Objective``.
  public func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      let point = outputs + 3 * row
      let (logScale, freedom) = (clamped(point[1], to: logScaleRange), freedom(point))
      let loss = StudentDistribution.loss(
        residual: point[0] - targets[row], logScale: logScale, freedom: freedom)
      sum += loss.value
      if let slope = gradient.map({ $0 + 3 * row }) {
        slope[0] = weight * loss.byResidual
        slope[1] = logScale == point[1] ? weight * loss.byLogScale : 0
        let isFree = StudentT.freedomRange.contains(point[2] + StudentT.freedomStart)
        slope[2] = isFree ? weight * loss.byFreedom * (freedom - 2) : 0
      }
    }
    return sum
  }

  /// ν for the outputs of one point, clamped as in the loss.
  public func freedom(_ outputs: UnsafePointer<Double>) -> Double {
    2 + exp(clamped(outputs[2] + StudentT.freedomStart, to: StudentT.freedomRange))
  }

  /// μ and s² ν/(ν − 2).
  public func moments(_ outputs: UnsafePointer<Double>) -> Moments {
    let freedom = freedom(outputs)
    let square = exp(clamped(outputs[1], to: logScaleRange))
    return Moments(mean: outputs[0], systematic: square * freedom / (freedom - 2))
  }

  /// The tails of Student's t at (y − μ)/s.
  public func tails(_ y: Double, _ outputs: UnsafePointer<Double>) -> Tails {
    let scale = exp(0.5 * clamped(outputs[1], to: logScaleRange))
    return StudentDistribution.tails((y - outputs[0]) / scale, freedom: freedom(outputs))
  }
}

extension UncertaintyChoice {
  /// Tails as heavy as the data ask for.
  public static let studentT = UncertaintyChoice(
    name: StudentT.name, summary: "one network that learns mean, width and heavy tails"
  ) { _, _ in (StudentT(), Deterministic()) }
}
