import AmpUncertainty
import Foundation
import Testing

/// Points from which there is little or nothing to learn.
enum DegenerateData: String, CaseIterable, CustomTestStringConvertible {
  case constantAmplitudes = "the same amplitude everywhere"
  case onePoint = "one point"
  case twoPoints = "two points"
  case samePoint = "one point many times"
  case samePointOtherAmplitudes = "one point with many amplitudes"
  case hugeRange = "amplitudes from 1e-300 to 1e300"
  case oneFarOut = "one amplitude far from the others"
  case oneValidationPoint = "one validation point"

  var testDescription: String { rawValue }

  /// The points for training, fewer than those of a batch.
  var training: AmplitudeTable {
    let many = anyMomenta(64, seed: 1)
    switch self {
    case .constantAmplitudes: return table(many) { _ in 3e-4 }
    case .onePoint: return table(many.rows([0])) { _ in 3e-4 }
    case .twoPoints: return table(many.rows([0, 1])) { $0 == 0 ? 1e-4 : 1e-3 }
    case .samePoint: return table(many.rows([Int](repeating: 0, count: 64))) { _ in 3e-4 }
    case .samePointOtherAmplitudes:
      return table(many.rows([Int](repeating: 0, count: 64))) { pow(10, Double($0 % 8 - 8)) }
    case .hugeRange: return table(many) { pow(10, Double($0) / 63 * 600 - 300) }
    case .oneFarOut: return table(many) { $0 == 5 ? 1e30 : 1e-4 }
    case .oneValidationPoint: return table(many) { 1e-4 * (1 + Double($0 % 5)) }
    }
  }

  /// The points that choose the best epoch.
  var validation: AmplitudeTable {
    self == .oneValidationPoint ? training.rows([3]) : training
  }

  /// The one amplitude that all points have; nil if they differ.
  var amplitude: Double? { Set(training.amplitudes).count == 1 ? training.amplitudes[0] : nil }

  private func table(_ momenta: Momenta, _ amplitude: (Int) -> Double) -> AmplitudeTable {
    AmplitudeTable(momenta: momenta, amplitudes: (0..<momenta.count).map(amplitude))
  }
}

/// A fit of a small network with the uncertainty called `name`, by default of many small steps.
func smallFit(
  _ name: String, epochs: Int = 150, rate: Double = 1e-2, optimizer: OptimizerChoice = .adam,
  precision: Fit.Precision = .float32
) throws -> Fit {
  var fit = try Fit(.paper, architecture: "mlp", epochs: epochs, seed: 3)
  var options = UncertaintyOptions()
  if ["ensemble", "repulsive"].contains(name) { options.members = 3 }
  fit.hidden = [8, 8]
  (fit.likelihood, fit.method) = try UncertaintyChoice(named: name).resolve(
    options, hidden: fit.hidden)
  fit.training.rate = rate
  fit.training.optimizer = optimizer
  fit.precision = precision
  return fit
}

/// Expects that `surrogate` predicts finite numbers everywhere, and can be written and read.
func expectSound(_ surrogate: Surrogate, _ label: String) throws {
  let momenta = anyMomenta(40, seed: 9)
  let prediction = try surrogate.predict(momenta)
  func expect(_ values: [Double]?, _ name: String, _ condition: (Double) -> Bool) {
    let isSound = values?.allSatisfy { $0.isFinite && condition($0) } ?? true
    #expect(isSound, "\(label): \(name)")
  }
  expect(prediction.logMean, "ln A") { _ in true }
  expect(prediction.logSystematic, "σ_syst") { $0 > 0 }
  expect(prediction.logStatistical, "σ_stat") { $0 >= 0 }
  let read = try Surrogate(file: surrogate.file(), place: "model")
  #expect(try read.predict(momenta).logMean == prediction.logMean, "\(label)")
}
