/// A squared amplitude |M|² as a function of the momenta, with an estimate of its rounding error.
///
/// |M|² is averaged over initial and summed over final spins and colours, in GeV^(8 − 2n) for n
/// particles. Momenta are (E, px, py, pz) in GeV, incoming particles first, all energies positive.
public protocol SquaredAmplitude: Sendable {
  /// The number of particles of a point, incoming ones included.
  var particles: Int { get }

  /// Evaluates a run of points one after the other on the calling thread.
  ///
  /// - Parameters:
  ///   - momenta: `count` × ``particles`` × 4 components, row-major.
  ///   - values: Receives |M|²; NaN where the momenta have no amplitude.
  ///   - accuracies: Receives the estimated relative error of each value; infinite for NaN.
  func evaluate(
    _ momenta: UnsafePointer<Double>, count: Int, values: UnsafeMutablePointer<Double>,
    accuracies: UnsafeMutablePointer<Double>)
}

/// Squared amplitudes of many points and their estimated relative numerical errors.
public struct EvaluatedAmplitudes: Sendable, Equatable {
  /// |M|² of each point; NaN where the momenta have no amplitude.
  public var values: [Double]

  /// The estimated relative error of each value; infinite where the value is NaN.
  public var accuracies: [Double]
}

extension SquaredAmplitude {
  /// |M|² and its accuracy for all `momenta`, the same bits for any number of threads.
  ///
  /// Traps unless the points have as many particles as the process. Points without an amplitude
  /// (unphysical momenta) get the value NaN and the accuracy infinity; `labelled` refuses them.
  public func amplitudes(of momenta: Momenta, threads: Int = 1) -> EvaluatedAmplitudes {
    precondition(
      momenta.particles == particles,
      "momenta of \(momenta.particles) particles for an amplitude of \(particles)")
    let count = momenta.count
    let run = 256
    var accuracies = [Double]()
    let values = [Double](unsafeUninitializedCapacity: count) { values, valuesFilled in
      accuracies = [Double](unsafeUninitializedCapacity: count) { accuracies, filled in
        nonisolated(unsafe) let values = values.baseAddress
        nonisolated(unsafe) let accuracies = accuracies.baseAddress
        momenta.components.withUnsafeBufferPointer { components in
          nonisolated(unsafe) let components = components.baseAddress
          parallel(parts: (count + run - 1) / run, threads: threads) { part in
            guard let components, let values, let accuracies else { return }
            let first = part * run
            evaluate(
              components + first * particles * 4, count: Swift.min(run, count - first),
              values: values + first, accuracies: accuracies + first)
          }
        }
        filled = count
      }
      valuesFilled = count
    }
    return EvaluatedAmplitudes(values: values, accuracies: accuracies)
  }

  /// The points with their amplitudes, provided that every one is accurate.
  ///
  /// - Parameters:
  ///   - momenta: The points.
  ///   - tolerance: The largest estimated relative error that is accepted.
  ///   - threads: The number of threads, without influence on the result.
  /// - Throws: ``AmpError`` that names the first point whose momenta are unphysical or for which
  ///   double precision does not suffice.
  public func labelled(
    _ momenta: Momenta, tolerance: Double = 1e-8, threads: Int = 1
  ) throws(AmpError) -> AmplitudeTable {
    let evaluated = amplitudes(of: momenta, threads: threads)
    if let row = evaluated.accuracies.firstIndex(where: { !($0 <= tolerance) }) {
      let accuracy = evaluated.accuracies[row]
      let refused = evaluated.accuracies.count { !($0 <= tolerance) }
      throw AmpError(
        accuracy.isFinite
          ? "the amplitude is only known to a relative error of \(accuracy)"
          : "the momenta have no amplitude", in: "momenta", at: "row \(row)",
        remedy: accuracy.isFinite
          ? "Remove this point (\(refused) such points in all) or accept a larger error than "
            + "\(tolerance): it is too soft or collinear, or its momenta are not precise."
          : "Check that incoming particles come first, energies are positive and momenta massless.")
    }
    return AmplitudeTable(momenta: momenta, amplitudes: evaluated.values)
  }
}
