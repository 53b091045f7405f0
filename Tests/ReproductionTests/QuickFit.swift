import AmpData
import AmpUncertainty
import Foundation

/// Points, fits and predictions of the reproduction in seconds; seeds are fixed, so that the same
/// numbers come out everywhere.
enum QuickFit {
  /// Points of g g → γ γ g.
  private static let points = Result {
    try DiphotonGenerator().generate(points: 60_000, seed: 1, threads: threads).table
  }

  static let threads = max(2, ProcessInfo.processInfo.activeProcessorCount)

  /// A surrogate and what it says on test points.
  struct Outcome {
    let surrogate: Surrogate
    let prediction: Prediction
    let validation: AmplitudeTable
    /// The test points with the noise of the training, and their true amplitudes.
    let test: AmplitudeTable
    let truth: [Double]

    /// The median of σ_syst / A.
    var systematic: Double { SortedSample(prediction.relativeSystematic ?? []).median }

    /// The median of |Δ|.
    var accuracy: Double { Accuracy(prediction, against: truth).all.median }

    /// How the systematic pulls are distributed.
    func pulls() throws -> PullDistribution {
      try SystematicPull(prediction, against: test.amplitudes).distribution
    }
  }

  /// Fits with relative `noise` on the amplitudes of the first `count` points, split 70/10/20.
  static func run(_ fit: Fit, noise: Double = 0, points count: Int = 20_000) throws -> Outcome {
    let clean = try points.get().rows(Array(0..<count))
    let noisy = try clean.smeared(by: noise, seed: 2)
    let split = try Split(count: clean.count, training: 0.7, validation: 0.1, test: 0.2, seed: 1)
    let validation = noisy.rows(split.validation)
    let surrogate = try fit.run(
      noisy.rows(split.training), validation: validation, threads: threads
    ).surrogate
    let test = noisy.rows(split.test)
    let prediction = try surrogate.predict(
      test.momenta, threads: threads, keepingMembers: surrogate.samples > 1)
    return Outcome(
      surrogate: surrogate, prediction: prediction, validation: validation, test: test,
      truth: split.test.map { clean.amplitudes[$0] })
  }
}
