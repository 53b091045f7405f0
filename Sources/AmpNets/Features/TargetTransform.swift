import Foundation

/// What the network learns: y = (ln A + ln r(p) − mean)/scale with a known factor r(p).
public struct TargetTransform: Sendable, Codable, Equatable {
  /// The known factor r(p) by which the amplitude is multiplied before the logarithm.
  public enum Factor: String, Sendable, Codable, CaseIterable {
    /// r = 1 GeV^(2n−8): the logarithm of the amplitude as it is.
    case logarithm = "ln"
    /// r = s₁₂^(n−4): a dimensionless amplitude.
    case dimensionless = "dimensionless"
    /// r = s₁₂^(n−5) · s₁ₙ s₂ₙ/s₁₂: dimensionless, with the eikonal factor of the last particle as
    /// a soft gluon divided out.
    case eikonal = "eikonal"
  }

  /// The factor divided out.
  public let factor: Factor
  /// The mean of ln(A·r) over the training points.
  public let mean: Double
  /// The standard deviation of ln(A·r) over the training points, one if they are all equal.
  public let scale: Double

  /// Fits mean and standard deviation on labelled points; throws if there are none.
  public init(_ factor: Factor, fittedTo table: AmplitudeTable) throws {
    guard table.count > 0 else {
      throw AmpError("there are no points to fit to", remedy: "Give at least one training point.")
    }
    let unit = TargetTransform(factor: factor, mean: 0, scale: 1)
    let (mean, deviation) = try moments(of: unit.targets(of: table), width: 1)
    self.init(factor: factor, mean: mean[0], scale: deviation[0] > 0 ? deviation[0] : 1)
  }

  private init(factor: Factor, mean: Double, scale: Double) {
    self.factor = factor
    self.mean = mean
    self.scale = scale
  }

  /// Whether its numbers make sense, for what was read from a file.
  package var isSound: Bool { mean.isFinite && scale > 0 && scale.isFinite }

  /// The standardised targets y of all points; throws where an amplitude is not positive.
  public func targets(of table: AmplitudeTable) throws -> [Double] {
    let logFactors = logFactors(of: table.momenta)
    return try table.amplitudes.enumerated().map { row, amplitude in
      guard amplitude > 0, amplitude.isFinite else {
        throw AmpError(
          "the amplitude is \(amplitude)", at: "row \(row)",
          remedy: "Amplitudes must be positive and finite: remove the row.")
      }
      return (log(amplitude) + logFactors[row] - mean) / scale
    }
  }

  /// ln A of all points, for standardised outputs y of the network.
  public func logAmplitudes(_ y: [Double], at momenta: Momenta) -> [Double] {
    zip(y, logFactors(of: momenta)).map { $0 * scale + mean - $1 }
  }

  /// ln r(p) of all points.
  public func logFactors(of momenta: Momenta) -> [Double] {
    let n = momenta.particles
    if factor == .logarithm { return [Double](repeating: 0, count: momenta.count) }
    return momenta.components.withUnsafeBufferPointer { components in
      guard let base = components.baseAddress else { return [] }
      return (0..<momenta.count).map { logFactor(at: base + $0 * 4 * n, particles: n) }
    }
  }

  /// ln r(p) of one point, momenta (particles, 4).
  package func logFactor(at p: UnsafePointer<Double>, particles n: Int) -> Double {
    if factor == .logarithm { return 0 }
    let energy = logInvariant(p, 0, 1)
    if factor == .dimensionless { return Double(n - 4) * energy }
    return Double(n - 6) * energy + logInvariant(p, 0, n - 1) + logInvariant(p, 1, n - 1)
  }
}
