import Synchronization

/// A squared amplitude |M|² as a function of the momenta, with an estimate of its rounding error.
///
/// The simplest ``AmplitudeProvider``: a formula that evaluates a run of points on one thread.
/// Momenta are (E, px, py, pz) in GeV, incoming particles first, all energies positive.
public protocol SquaredAmplitude: AmplitudeProvider {
  /// Evaluates a run of points one after the other on the calling thread.
  ///
  /// - Parameters:
  ///   - momenta: `count` × particles × 4 components, row-major.
  ///   - count: The number of points.
  ///   - values: Receives |M|²; NaN where the momenta have no amplitude.
  ///   - accuracies: Receives the estimated relative error of each value; infinite for NaN.
  func evaluate(
    _ momenta: UnsafePointer<Double>, count: Int, values: UnsafeMutablePointer<Double>,
    accuracies: UnsafeMutablePointer<Double>)
}

extension SquaredAmplitude {
  /// |M|² and its accuracy for all `momenta`, the same bits for any number of threads.
  ///
  /// Traps unless the points have as many particles as the process. Points without an amplitude
  /// (unphysical momenta) get the value NaN and the accuracy infinity; `labelled` refuses them.
  public func amplitudes(of momenta: Momenta, threads: Int = 1) -> EvaluatedAmplitudes {
    evaluated(momenta, threads, nil)
  }

  /// |M|² and its accuracy for all `momenta`; see ``AmplitudeProvider``.
  public func amplitudes(
    of momenta: Momenta, threads: Int, progress: (@Sendable (Int) -> Void)?
  ) -> EvaluatedAmplitudes {
    evaluated(momenta, threads, progress)
  }

  private func evaluated(
    _ momenta: Momenta, _ threads: Int, _ progress: (@Sendable (Int) -> Void)?
  ) -> EvaluatedAmplitudes {
    precondition(
      momenta.particles == particles,
      "momenta of \(momenta.particles) particles for an amplitude of \(particles)")
    let (count, particles) = (momenta.count, particles)
    let run = 256
    let done = Atomic(0)
    var accuracies = [Double]()
    let values = [Double](unsafeUninitializedCapacity: count) { values, valuesFilled in
      accuracies = [Double](unsafeUninitializedCapacity: count) { accuracies, filled in
        // Parts write disjoint rows of both.
        nonisolated(unsafe) let values = values.baseAddress
        nonisolated(unsafe) let accuracies = accuracies.baseAddress
        momenta.components.withUnsafeBufferPointer { components in
          nonisolated(unsafe) let components = components.baseAddress  // only read
          parallel(parts: (count + run - 1) / run, threads: threads) { part in
            guard let components, let values, let accuracies else { return }
            let first = part * run
            let length = Swift.min(run, count - first)
            evaluate(
              components + first * particles * 4, count: length, values: values + first,
              accuracies: accuracies + first)
            progress?(done.add(length, ordering: .relaxed).newValue)
          }
        }
        filled = count
      }
      valuesFilled = count
    }
    let failures = values.indices.filter { values[$0].isNaN }.map {
      EvaluatedAmplitudes.Failure(row: $0, reason: "the momenta have no amplitude")
    }
    return EvaluatedAmplitudes(values: values, accuracies: accuracies, failures: failures)
  }
}
