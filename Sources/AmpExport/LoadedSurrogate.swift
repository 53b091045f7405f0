import AmpUncertainty
import Foundation
import Synchronization

/// A surrogate in memory, with workspaces for as many calls as are under way at the same time.
///
/// A call takes a workspace that lies idle, or makes one; afterwards it gives it back. So there are
/// as many as there ever were calls at the same time, and a call allocates nothing once they exist.
final class LoadedSurrogate: Sendable {
  let evaluator: PointEvaluator
  let gate: TrustGate
  private let idle = Mutex<[PointEvaluator.Workspace]>([])

  /// The largest number of workspaces that are kept.
  private static let kept = 1024

  init(_ surrogate: Surrogate, samples: Int? = nil, gate: TrustGate) throws {
    evaluator = try PointEvaluator(surrogate, samples: samples)
    self.gate = gate
    idle.withLock {
      $0.reserveCapacity(LoadedSurrogate.kept)
      $0.append(evaluator.workspace())
    }
  }

  /// Calls `body` with a workspace of its own.
  func withWorkspace<Result>(_ body: (PointEvaluator.Workspace) -> Result) -> Result {
    let workspace = idle.withLock { $0.popLast() } ?? evaluator.workspace()
    defer {
      idle.withLock { if $0.count < LoadedSurrogate.kept { $0.append(workspace) } }
    }
    return body(workspace)
  }

  /// The prediction for momenta (particles, 4), and what to think of it.
  ///
  /// Nil for momenta that are not finite or that have no finite amplitude.
  func predict(
    _ momenta: UnsafePointer<Double>, in workspace: PointEvaluator.Workspace
  ) -> (PointPrediction, Verdict)? {
    for i in 0..<4 * evaluator.particles where !momenta[i].isFinite { return nil }
    let prediction = evaluator(momenta, in: workspace)
    guard prediction.amplitude.isFinite else { return nil }
    return (prediction, gate.verdict(on: prediction))
  }
}
