import AmpNets
import Foundation

/// g g → γ γ g at √s = 12 GeV: the outgoing momenta are a right triangle of sides 3, 4, 5.
let triangle = Momenta(
  [
    6, 0, 0, 6, 6, 0, 0, -6,
    3, 3, 0, 0, 4, 0, 4, 0, 5, -3, -4, 0,
  ], particles: 5)

/// s₁₂, s₁₃, … s₄₅ of ``triangle`` in GeV².
let triangleInvariants: [Double] = [144, 36, 48, 60, 36, 48, 60, 24, 48, 72]

/// A point of massless momenta: two along z and three that balance them (RAMBO).
func randomPoint(_ random: inout Philox) -> [SIMD4<Double>] {
  let energy = 100 + 900 * random.uniform()
  var outgoing = (0..<3).map { _ -> SIMD4<Double> in
    let (cosine, angle) = (1.8 * random.uniform() - 0.9, 2 * Double.pi * random.uniform())
    let (e, sine) = (0.5 + random.uniform(), (1 - cosine * cosine).squareRoot())
    return e * SIMD4(1, sine * cos(angle), sine * sin(angle), cosine)
  }
  let sum = outgoing.reduce(SIMD4(), +)
  let mass = minkowski(sum, sum).squareRoot()
  let atRest = boost(SIMD4(0, -sum[1] / sum[0], -sum[2] / sum[0], -sum[3] / sum[0]))
  outgoing = outgoing.map { energy / mass * atRest($0) }
  return [SIMD4(energy / 2, 0, 0, energy / 2), SIMD4(energy / 2, 0, 0, -energy / 2)] + outgoing
}

/// Many random points.
func randomMomenta(_ count: Int, _ random: inout Philox) -> Momenta {
  Momenta((0..<count).flatMap { _ in flat(randomPoint(&random)) }, particles: 5)
}

/// The components of momenta, one after the other.
func flat(_ point: [SIMD4<Double>]) -> [Double] {
  point.flatMap { p in (0..<4).map { p[$0] } }
}

/// The boost by the velocity (β_x, β_y, β_z) in the last three places.
func boost(_ beta: SIMD4<Double>) -> (SIMD4<Double>) -> SIMD4<Double> {
  let square = (beta * beta).sum()
  let gamma = 1 / (1 - square).squareRoot()
  return { p in
    let along = (beta * p).sum()
    let factor = square > 0 ? (gamma - 1) * along / square + gamma * p[0] : 0
    var q = p + factor * beta
    q[0] = gamma * (p[0] + along)
    return q
  }
}

/// The rotation by Euler angles.
func rotation(_ a: Double, _ b: Double, _ c: Double) -> (SIMD4<Double>) -> SIMD4<Double> {
  func turn(_ p: SIMD4<Double>, _ i: Int, _ j: Int, _ angle: Double) -> SIMD4<Double> {
    var q = p
    q[i] = cos(angle) * p[i] - sin(angle) * p[j]
    q[j] = sin(angle) * p[i] + cos(angle) * p[j]
    return q
  }
  return { turn(turn(turn($0, 1, 2, a), 3, 1, b), 1, 2, c) }
}
