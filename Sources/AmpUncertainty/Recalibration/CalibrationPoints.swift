import Foundation

/// Predictions of labelled points that took no part in training, and how far they miss.
///
///     t(x) = (mean of ln A − ln A_train(x)) / σ(x)          arXiv:2412.12069, Eq. 33, in ln A
///
/// with σ_syst, or σ_stat for surrogates that learn no σ_syst. Labels are of training type: with
/// the noise that those of the training points have.
public struct CalibrationPoints: Sendable {
  /// What is predicted, with its members if there are any.
  public let prediction: Prediction
  /// The momenta of the points.
  public let momenta: Momenta
  /// Which uncertainty the pulls are in units of.
  public let uncertainty: Recalibration.Uncertainty
  /// One pull per point; infinite or NaN for σ = 0 and where ln A does not exist.
  public let pulls: [Double]

  /// Predicts the points of `table`.
  ///
  /// Throws an ``AmpError`` if there are none, if they are of another process, or if the surrogate
  /// states no uncertainty.
  public init(_ surrogate: Surrogate, _ table: AmplitudeTable, threads: Int = 1) throws {
    try self.init(
      surrogate.predict(
        table.momenta, threads: threads, keepingMembers: surrogate.samples > 1),
      at: table.momenta, against: table.amplitudes)
  }

  /// Compares a prediction with amplitudes; traps unless there is one per point.
  public init(
    _ prediction: Prediction, at momenta: Momenta, against amplitudes: [Double]
  ) throws(AmpError) {
    precondition(
      momenta.count == prediction.count && amplitudes.count == prediction.count,
      "\(prediction.count) predictions, \(momenta.count) points, \(amplitudes.count) amplitudes")
    guard prediction.count > 0 else {
      throw AmpError(
        "there are no points to calibrate with",
        remedy: "Give labelled points that took no part in training.")
    }
    guard let sigma = prediction.logSystematic ?? prediction.logStatistical else {
      throw AmpError(
        "the surrogate states no uncertainty, so there is nothing to calibrate",
        remedy: "Train with a likelihood or a method that learns one.")
    }
    self.prediction = prediction
    self.momenta = momenta
    uncertainty = prediction.logSystematic != nil ? .systematic : .statistical
    pulls = amplitudes.indices.map { i in
      (prediction.logMean[i] - log(amplitudes[i])) / (sigma[i] >= 0 ? sigma[i] : .nan)
    }
  }

  /// The number of points.
  public var count: Int { pulls.count }

  /// The largest part of Σt² that a single point has: near 1/n unless one lies far out.
  public var largestShare: Double {
    let squares = pulls.map { $0 * $0 }
    return (squares.max() ?? 0) / squares.reduce(0, +)
  }

  /// The fewest points that one factor can be taken from: its error is then 22 %, 1/√(2n).
  public static let fewest = 10

  /// Equally populated bins of `variable`; one bin is the whole of it.
  func bins(_ count: Int, by variable: CalibrationVariable) -> CalibrationBins {
    CalibrationBins(variable, count: count, dividing: variable(prediction, momenta))
  }

  /// √⟨t²⟩ of some pulls.
  ///
  /// Throws if they are fewer than ``fewest``, without a number, or all zero.
  func rms(_ pulls: [Double]) throws(AmpError) -> Double {
    guard pulls.count >= CalibrationPoints.fewest else {
      throw AmpError(
        "\(pulls.count) points are too few for a factor, its error would be "
          + "\(Int(100 / (2 * Double(max(1, pulls.count))).squareRoot())) %",
        remedy: "Give at least \(CalibrationPoints.fewest) points for every bin.")
    }
    let mean = pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count)
    guard mean.isFinite else {
      throw AmpError(
        "\(pulls.count { !$0.isFinite }) of \(pulls.count) pulls are not finite: σ is zero there, "
          + "or the amplitude is not positive",
        remedy: "Leave these points out, or calibrate with the conformal scale, which allows them.")
    }
    guard mean > 0 else {
      throw AmpError(
        "all \(pulls.count) predictions agree exactly with their labels, so there is no error to "
          + "calibrate with",
        remedy: "Give labels that the surrogate did not write itself.")
    }
    return mean.squareRoot()
  }
}
