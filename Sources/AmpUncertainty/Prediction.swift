import Foundation

/// Predicted amplitudes of many points, with systematic and statistical uncertainties.
///
/// Networks learn ln A, so the numbers are kept there: the mean of ln A and the two standard
/// deviations in units of ln A. In the space of amplitudes (arXiv:2412.12069)
///
///     A_NN = exp(mean of ln A),   σ_A = σ_ln · A_NN   (first order),   σ_A / A_NN = σ_ln
///     σ_total² = σ_systematic² + σ_statistical²       (Eq. 10)
///
/// A method that does not know an uncertainty has nil for it, not zeros: an ensemble without a
/// learned variance has no systematic one, a single deterministic network no statistical one.
public struct Prediction: Sendable, Equatable {
  /// The mean of ln A, one per point.
  public var logMean: [Double]

  /// The systematic standard deviation of ln A; nil if the method has none.
  public var logSystematic: [Double]?

  /// The statistical standard deviation of ln A; nil if the method has none.
  public var logStatistical: [Double]?

  /// What every network says by itself, where a prediction was asked to keep it.
  public var members: [Member]?

  /// The prediction of one network of several.
  public struct Member: Sendable, Equatable {
    /// Ā_i in ln A, one per point.
    public var logMean: [Double]
    /// σ_syst of ln A as this network learned it; nil if it learned none.
    public var logSystematic: [Double]?

    /// Joins means and widths of the points.
    public init(logMean: [Double], logSystematic: [Double]? = nil) {
      self.logMean = logMean
      self.logSystematic = logSystematic
    }
  }

  /// Joins means and uncertainties; traps unless there is one of each per point.
  public init(logMean: [Double], logSystematic: [Double]?, logStatistical: [Double]? = nil) {
    precondition(
      (logSystematic?.count ?? logMean.count) == logMean.count
        && (logStatistical?.count ?? logMean.count) == logMean.count,
      "\(logMean.count) means but \(logSystematic?.count ?? logMean.count) systematic and "
        + "\(logStatistical?.count ?? logMean.count) statistical uncertainties")
    self.logMean = logMean
    self.logSystematic = logSystematic
    self.logStatistical = logStatistical
  }

  /// The number of points.
  public var count: Int { logMean.count }

  /// The total standard deviation of ln A, √(σ_syst² + σ_stat²); nil if the method has neither.
  public var logTotal: [Double]? {
    guard let systematic = logSystematic else { return logStatistical }
    guard let statistical = logStatistical else { return systematic }
    return zip(systematic, statistical).map { hypot($0, $1) }
  }

  /// The points in `rows`, in that order.
  public func rows(_ rows: some Collection<Int>) -> Prediction {
    func chosen(_ values: [Double]) -> [Double] { rows.map { values[$0] } }
    var result = Prediction(
      logMean: chosen(logMean), logSystematic: logSystematic.map(chosen),
      logStatistical: logStatistical.map(chosen))
    result.members = members.map {
      $0.map {
        Member(logMean: chosen($0.logMean), logSystematic: $0.logSystematic.map(chosen))
      }
    }
    return result
  }
}

// MARK: - In the space of amplitudes

extension Prediction {
  /// The predicted amplitudes exp(mean of ln A), in the unit of the training amplitudes.
  public var amplitude: [Double] { logMean.map { exp($0) } }

  /// The systematic uncertainty of A, in its unit.
  public var systematic: [Double]? { logSystematic.map(scaled) }

  /// The statistical uncertainty of A, in its unit.
  public var statistical: [Double]? { logStatistical.map(scaled) }

  /// The total uncertainty of A, in its unit.
  public var total: [Double]? { logTotal.map(scaled) }

  /// The systematic uncertainty of A over A.
  public var relativeSystematic: [Double]? { logSystematic }

  /// The statistical uncertainty of A over A.
  public var relativeStatistical: [Double]? { logStatistical }

  /// The total uncertainty of A over A.
  public var relativeTotal: [Double]? { logTotal }

  /// The deviations Δ = (A_NN − A) / A from `amplitudes`.
  ///
  /// Formed as expm1 of the difference of logarithms, so that small ones keep their digits. Where
  /// A is not positive there is no ln A: there Δ follows from the amplitudes themselves, and is
  /// not finite for A = 0.
  public func deviations(from amplitudes: [Double]) -> [Double] {
    precondition(
      amplitudes.count == count, "\(count) predictions but \(amplitudes.count) amplitudes")
    return zip(logMean, amplitudes).map { mean, amplitude in
      amplitude > 0 ? expm1(mean - log(amplitude)) : (exp(mean) - amplitude) / amplitude
    }
  }

  private func scaled(_ uncertainty: [Double]) -> [Double] {
    zip(uncertainty, logMean).map { $0 * exp($1) }
  }
}
