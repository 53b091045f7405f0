/// Whatever gives |M|² for phase-space points: a formula of Amp, or a library of somebody else.
///
/// |M|² is averaged over initial and summed over final spins and colours, in GeV^(8 − 2n) for n
/// particles. A provider never guesses: a point for which it has no number it can stand by gets
/// NaN, and a reason in ``EvaluatedAmplitudes/failures``.
public protocol AmplitudeProvider: Sendable {
  /// The process, whose particles stand in the order of the momenta.
  var process: ScatteringProcess { get }

  /// Evaluates all points.
  ///
  /// Traps unless the points have as many particles as the process.
  ///
  /// - Parameters:
  ///   - momenta: The points.
  ///   - threads: The number of threads or processes, without influence on the result.
  ///   - progress: Called with the number of points finished so far, from any thread.
  /// - Throws: ``AmpError`` if the provider as a whole does not work. What is wrong with single
  ///   points is listed in the result.
  func amplitudes(
    of momenta: Momenta, threads: Int, progress: (@Sendable (Int) -> Void)?
  ) throws(AmpError) -> EvaluatedAmplitudes
}

/// Squared amplitudes of many points with what the provider says of their accuracy.
public struct EvaluatedAmplitudes: Sendable, Equatable {
  /// A point without an amplitude.
  public struct Failure: Sendable, Equatable, Codable {
    /// The row of the point, from 0.
    public var row: Int
    /// Why there is none, as a sentence without its full stop.
    public var reason: String

    /// Joins row and reason.
    public init(row: Int, reason: String) {
      self.row = row
      self.reason = reason
    }
  }

  /// |M|² of each point; NaN where there is none.
  public var values: [Double]

  /// The estimated relative error of each value; infinite without a value.
  ///
  /// NaN where the provider makes no estimate.
  public var accuracies: [Double]

  /// The points without an amplitude, by row.
  public var failures: [Failure]

  /// Joins values, accuracies and failures; traps unless there is one accuracy per value.
  public init(values: [Double], accuracies: [Double], failures: [Failure] = []) {
    precondition(
      values.count == accuracies.count, "\(values.count) values, \(accuracies.count) accuracies")
    self.values = values
    self.accuracies = accuracies
    self.failures = failures
  }
}

extension AmplitudeProvider {
  /// The number of particles of a point, incoming ones included.
  public var particles: Int { process.particles.count }

  /// Evaluates all points without telling of progress.
  ///
  /// - Throws: ``AmpError`` if the provider as a whole does not work.
  public func amplitudes(
    of momenta: Momenta, threads: Int = 1
  ) throws(AmpError) -> EvaluatedAmplitudes {
    try amplitudes(of: momenta, threads: threads, progress: nil)
  }

  /// The points with their amplitudes, provided that every one is accurate.
  ///
  /// - Parameters:
  ///   - momenta: The points.
  ///   - tolerance: The largest estimated relative error that is accepted.
  ///   - threads: The number of threads, without influence on the result.
  /// - Throws: ``AmpError`` that names the first point without an amplitude or with one of unknown
  ///   or too large an error.
  public func labelled(
    _ momenta: Momenta, tolerance: Double = 1e-8, threads: Int = 1
  ) throws(AmpError) -> AmplitudeTable {
    let evaluated = try amplitudes(of: momenta, threads: threads)
    if let row = evaluated.accuracies.firstIndex(where: { !($0 <= tolerance) }) {
      let accuracy = evaluated.accuracies[row]
      let refused = evaluated.accuracies.count { !($0 <= tolerance) }
      if let failure = evaluated.failures.first(where: { $0.row == row }) {
        throw AmpError(
          failure.reason, in: "momenta", at: "row \(row)",
          remedy: "Check that incoming particles come first, energies are positive and momenta "
            + "massless.")
      }
      throw AmpError(
        "the amplitude is only known to a relative error of \(accuracy)", in: "momenta",
        at: "row \(row)",
        remedy: "Remove this point (\(refused) such points in all) or accept a larger error than "
          + "\(tolerance): it is too soft or collinear, or its momenta are not precise.")
    }
    return AmplitudeTable(momenta: momenta, amplitudes: evaluated.values)
  }
}
