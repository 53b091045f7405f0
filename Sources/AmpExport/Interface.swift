import AmpCore
import AmpUncertainty
import Foundation

// The C interface: a surrogate is loaded once and then evaluated from any number of threads.
// Functions return a status and, where they can fail for many reasons, write a sentence to
// `message`, a buffer of `capacity` bytes (may be NULL).

/// What a function of the C interface returns.
@c(amp_status) public enum Status: CInt {
  /// Everything is as asked.
  case ok = 0
  /// A pointer is NULL, a size is negative or does not fit the model, or a process is not known.
  case argument = 1
  /// There is no surrogate of that number.
  case handle = 2
  /// The model file cannot be read, or is no surrogate of this version.
  case model = 3
  /// At least one point has momenta that are not finite, or no amplitude.
  case point = 4
}

/// What to think of the prediction for one point.
@c(amp_verdict) public enum PointVerdict: CInt {
  /// Like the training points, and its relative uncertainty is not above the threshold.
  case trusted = 0
  /// The relative total uncertainty is above the threshold: evaluate the exact amplitude.
  case uncertain = 1
  /// Unlike the training points: evaluate the exact amplitude.
  case outside = 2
  /// Nothing is known to judge it by.
  case unknown = 3
  /// The momenta are not finite, or have no amplitude: the results are NaN.
  case invalid = 4

  init(_ verdict: Verdict?) {
    self =
      switch verdict {
      case .trusted: .trusted
      case .uncertain: .uncertain
      case .outside: .outside
      case .unknown: .unknown
      case nil: .invalid
      }
  }
}

/// The version of this interface: it rises when a program must be compiled anew.
@c(amp_interface_version) public func interfaceVersion() -> CInt { 1 }

/// Writes the version of Amp, for example 0.1.0, to `version`, a buffer of `capacity` bytes.
@c(amp_version) public func version(_ version: UnsafeMutablePointer<CChar>?, _ capacity: Int) {
  copy(ampVersion, to: version, capacity: capacity)
}

/// Loads a model file that amp-cli wrote (.safetensors), and writes its number to `surrogate`.
///
/// `max_uncertainty` is the relative total uncertainty above which a point is not trusted, 0 for no
/// threshold. `samples` is the number of networks to average over, 0 for the model's own choice.
@c(amp_load) public func load(
  _ path: UnsafePointer<CChar>?, _ maxUncertainty: Double, _ samples: Int,
  _ surrogate: UnsafeMutablePointer<Int32>?, _ message: UnsafeMutablePointer<CChar>?,
  _ capacity: Int
) -> CInt {
  surrogate?.pointee = 0
  guard let surrogate, let path = text(path) else {
    return failure(.argument, "path or surrogate is NULL", message, capacity)
  }
  guard maxUncertainty >= 0, samples >= 0 else {
    return failure(
      .argument, "max_uncertainty \(maxUncertainty) and samples \(samples) must be 0 or more",
      message, capacity)
  }
  do {
    let gate = TrustGate(maximum: maxUncertainty > 0 ? maxUncertainty : nil)
    surrogate.pointee = try Registry.shared.add(
      try LoadedSurrogate(
        try Surrogate(contentsOf: path), samples: samples > 0 ? samples : nil, gate: gate))
    copy("", to: message, capacity: capacity)
    return Status.ok.rawValue
  } catch {
    return failure(.model, "\(error)", message, capacity)
  }
}

/// Gives a surrogate back; its number is not used again.
@c(amp_unload) public func unload(_ surrogate: Int32) -> CInt {
  (Registry.shared.remove(surrogate) ? Status.ok : .handle).rawValue
}

/// The number of particles of a point, incoming ones included; 0 for an unknown surrogate.
@c(amp_particles) public func particles(_ surrogate: Int32) -> CInt {
  CInt(Registry.shared[surrogate]?.evaluator.particles ?? 0)
}

/// Writes the PDG identifiers of the particles to `pdg`, incoming ones first.
///
/// `count` is the room in `pdg`, which must be enough.
@c(amp_process) public func process(
  _ surrogate: Int32, _ pdg: UnsafeMutablePointer<CInt>?, _ count: Int
) -> CInt {
  guard let loaded = Registry.shared[surrogate] else { return Status.handle.rawValue }
  let particles = loaded.evaluator.surrogate.description.process.particles
  guard let pdg, count >= particles.count else { return Status.argument.rawValue }
  for (i, id) in particles.enumerated() { pdg[i] = CInt(truncatingIfNeeded: id) }
  return Status.ok.rawValue
}

/// Evaluates one point.
///
/// `momenta` are (E, px, py, pz) in GeV of all particles in the order of the process, all energies
/// positive. `result` receives three numbers: the amplitude, its systematic and its statistical
/// uncertainty, NaN for one that the surrogate does not know. `verdict` (may be NULL) receives an
/// amp_verdict. The same numbers for any number of threads.
@c(amp_evaluate_point) public func evaluatePoint(
  _ surrogate: Int32, _ momenta: UnsafePointer<Double>?, _ result: UnsafeMutablePointer<Double>?,
  _ verdict: UnsafeMutablePointer<CInt>?
) -> CInt {
  guard let loaded = Registry.shared[surrogate] else { return Status.handle.rawValue }
  guard let momenta, let result else { return Status.argument.rawValue }
  return loaded.withWorkspace { workspace in
    let point = loaded.predict(momenta, in: workspace)
    let values = Values(point?.0)
    (result[0], result[1], result[2]) = (values.amplitude, values.systematic, values.statistical)
    verdict?.pointee = PointVerdict(point?.1).rawValue
    return (point == nil ? Status.point : .ok).rawValue
  }
}

/// Evaluates `points` points of `particles` particles, momenta (points, particles, 4), row by row.
///
/// Every array but `amplitude` may be NULL; each has one element per point. A point that has no
/// amplitude gets NaN and the verdict amp_verdict invalid, and the others are evaluated all the same.
@c(amp_evaluate) public func evaluate(
  _ surrogate: Int32, _ points: Int, _ particles: Int, _ momenta: UnsafePointer<Double>?,
  _ amplitude: UnsafeMutablePointer<Double>?, _ systematic: UnsafeMutablePointer<Double>?,
  _ statistical: UnsafeMutablePointer<Double>?, _ verdict: UnsafeMutablePointer<CInt>?,
  _ message: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> CInt {
  guard let loaded = Registry.shared[surrogate] else {
    return failure(.handle, "there is no surrogate number \(surrogate)", message, capacity)
  }
  let expected = loaded.evaluator.particles
  guard points >= 0, particles == expected else {
    return failure(
      .argument,
      "\(points) points of \(particles) particles, the surrogate is for \(expected) particles",
      message, capacity)
  }
  guard points == 0 || (momenta != nil && amplitude != nil) else {
    return failure(.argument, "momenta or amplitude is NULL", message, capacity)
  }
  copy("", to: message, capacity: capacity)
  guard points > 0, let momenta, let amplitude else { return Status.ok.rawValue }
  var firstInvalid: Int?
  loaded.withWorkspace { workspace in
    for i in 0..<points {
      let point = loaded.predict(momenta + i * 4 * particles, in: workspace)
      let values = Values(point?.0)
      amplitude[i] = values.amplitude
      systematic?[i] = values.systematic
      statistical?[i] = values.statistical
      verdict?[i] = PointVerdict(point?.1).rawValue
      if point == nil && firstInvalid == nil { firstInvalid = i }
    }
  }
  guard let firstInvalid else { return Status.ok.rawValue }
  return failure(
    .point, "point \(firstInvalid), the first being 0, has no finite momenta or no amplitude",
    message, capacity)
}

/// The three numbers of a point, NaN for what is not known.
private struct Values {
  let amplitude: Double
  let systematic: Double
  let statistical: Double

  init(_ point: PointPrediction?) {
    let value = point?.amplitude ?? .nan
    amplitude = value
    systematic = (point?.logSystematic).map { $0 * value } ?? .nan
    statistical = (point?.logStatistical).map { $0 * value } ?? .nan
  }
}

/// Writes the message and returns the status.
func failure(
  _ status: Status, _ problem: String, _ message: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> CInt {
  copy(problem, to: message, capacity: capacity)
  return status.rawValue
}
