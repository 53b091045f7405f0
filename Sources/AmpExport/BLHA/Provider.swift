import AmpCore
import AmpUncertainty
import Foundation

/// A contract that is being fulfilled: a surrogate with the processes for which it answers.
final class Provider: Sendable {
  private struct Channel: Sendable {
    let process: Contract.Process
    let assignment: Assignment
  }

  private let surrogate: LoadedSurrogate
  private let channels: [Int: Channel]
  private let powers: (strong: Double, electroweak: Double)
  /// The couplings of the training amplitudes.
  let trained: Couplings

  /// Reads the model of an accepted contract; throws an ``AmpError`` for one with errors.
  init(_ contract: Contract, place: String) throws {
    if let line = contract.lines.firstIndex(where: { $0.answer?.hasPrefix("Error") ?? false }) {
      throw AmpError(
        contract.lines[line].text + " | " + (contract.lines[line].answer ?? ""), in: place,
        at: "line \(line + 1)", remedy: "Change the order and ask for a new contract.")
    }
    guard let path = contract.model.path, !contract.processes.isEmpty else {
      throw AmpError(
        "the contract has no process or no model", in: place,
        remedy: "Write Extra AmpModel and the path of a model file above the processes.")
    }
    surrogate = try LoadedSurrogate(
      try Surrogate(contentsOf: path), samples: contract.model.samples,
      gate: TrustGate(maximum: nil))
    let own = surrogate.evaluator.surrogate.description.process
    var channels: [Int: Channel] = [:]
    for process in contract.processes {
      guard let assignment = Assignment(of: process.particles, to: own) else {
        throw AmpError(
          "process \(process.label) is not that of the model", in: place,
          remedy: "Ask for a new contract.")
      }
      channels[process.label] = Channel(process: process, assignment: assignment)
    }
    self.channels = channels
    powers = (Double(contract.powers.strong ?? 0), Double(contract.powers.electroweak ?? 0))
    trained = Couplings(alphaS: contract.model.alphaS, alpha: contract.model.alpha)
  }

  /// Writes the values of process `label` for momenta (particles, 5), and returns the accuracy.
  ///
  /// Loop-induced: one value, |M|². Accord 1 knows no such type; there it is the finite part of the
  /// four values, whose poles and Born term vanish. The accuracy is σ_tot/A, at least one for a point
  /// unlike those of the training, infinite for a point without an amplitude, and −1 where the
  /// surrogate knows no uncertainty. Nil for an unknown label.
  func evaluate(
    _ label: Int, _ call: UnsafePointer<Double>, couplings: Couplings,
    to values: UnsafeMutablePointer<Double>
  ) -> Double? {
    guard let channel = channels[label] else { return nil }
    let count = 4 * surrogate.evaluator.particles
    let point = withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { momenta in
      momenta.baseAddress.flatMap { momenta in
        channel.assignment.write(call, to: momenta)
        return surrogate.withWorkspace { surrogate.predict(momenta, in: $0) }
      }
    }
    let factor =
      pow(couplings.alphaS / trained.alphaS, powers.strong)
      * pow(couplings.alpha / trained.alpha, powers.electroweak)
    let amplitude = point.map { factor * $0.0.amplitude } ?? .nan
    if channel.process.isLoopInduced {
      values[0] = amplitude
    } else {
      (values[0], values[1], values[2], values[3]) = (0, 0, amplitude, 0)
    }
    guard let (prediction, verdict) = point else { return .infinity }
    if verdict == .outside { return max(1, prediction.logTotal ?? 1) }
    return prediction.logTotal ?? -1
  }
}

/// The couplings on which an amplitude depends.
struct Couplings: Sendable, Equatable {
  /// α_s.
  var alphaS: Double
  /// α.
  var alpha: Double
}
