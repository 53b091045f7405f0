import AmpCore
import AmpData

/// Evaluates the exact amplitude of a process that Amp itself knows, as what a surrogate is held to.
///
/// `pdg` are the PDG identifiers of the `particles` particles in the order of the momenta: 21 21 22 22
/// 21, or four to eight gluons. `momenta` (points, particles, 4) are those of amp_evaluate; the order of
/// identical particles does not matter. `amplitude` receives |M|² in GeV^(8 − 2 particles) with
/// α_s = 0.118 and α = 1/137.035999084, averaged over initial and summed over final spins and colours,
/// without a factor for identical particles; `accuracy` (may be NULL) its estimated relative error. A
/// point that has no amplitude gets NaN and infinity, and the others are evaluated all the same.
@c(amp_exact) public func exact(
  _ pdg: UnsafePointer<CInt>?, _ particles: Int, _ points: Int, _ momenta: UnsafePointer<Double>?,
  _ amplitude: UnsafeMutablePointer<Double>?, _ accuracy: UnsafeMutablePointer<Double>?,
  _ message: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> CInt {
  guard let pdg, points >= 0, (4...8).contains(particles) else {
    return failure(
      .argument, "pdg is NULL, or there are no \(points) points of \(particles) particles",
      message, capacity)
  }
  guard points == 0 || (momenta != nil && amplitude != nil) else {
    return failure(.argument, "momenta or amplitude is NULL", message, capacity)
  }
  let formula: any SquaredAmplitude
  do {
    formula = try Registry.shared.amplitude(of: (0..<particles).map { Int(pdg[$0]) })
  } catch {
    return failure(.argument, "\(error)", message, capacity)
  }
  copy("", to: message, capacity: capacity)
  guard points > 0, let momenta, let amplitude else { return Status.ok.rawValue }
  var firstInvalid: Int?
  for i in 0..<points {
    var estimate = Double.infinity
    let point = momenta + i * 4 * particles
    if (0..<4 * particles).allSatisfy({ point[$0].isFinite }) {
      formula.evaluate(point, count: 1, values: amplitude + i, accuracies: &estimate)
    } else {
      amplitude[i] = .nan
    }
    accuracy?[i] = estimate
    if amplitude[i].isNaN && firstInvalid == nil { firstInvalid = i }
  }
  guard let firstInvalid else { return Status.ok.rawValue }
  return failure(
    .point, "point \(firstInvalid), the first being 0, has no finite momenta or no amplitude",
    message, capacity)
}
