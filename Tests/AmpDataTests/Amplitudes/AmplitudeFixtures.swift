import AmpData
import Foundation
import TestSupport

/// Points of a fixture with reference values of |M|².
struct ReferencePoints {
  var names = [String]()
  var momenta: Momenta
  var values = [Double]()

  init(_ name: String) throws {
    let text = try String(contentsOfFile: fixture(name), encoding: .utf8)
    var components = [Double]()
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      names.append(String(fields[0]))
      components += fields[1...20].map { Double($0) ?? .nan }
      values.append(Double(fields[21]) ?? .nan)
    }
    momenta = Momenta(components, particles: 5)
  }
}

/// Numbers of the JSON fixture `name`.
func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
  try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: fixture(name))))
}

extension Momenta {
  /// The same points after `change` of every momentum, particle index given.
  func mapped(_ change: (Int, SIMD4<Double>) -> SIMD4<Double>) -> Momenta {
    var result = self
    for point in 0..<count {
      for particle in 0..<particles {
        let p = change(particle, self[point, particle])
        for c in 0..<4 { result.components[(point * particles + particle) * 4 + c] = p[c] }
      }
    }
    return result
  }

  /// The same points with the particles in another order.
  func reordered(_ order: [Int]) -> Momenta {
    var result = self
    for point in 0..<count {
      for (place, particle) in order.enumerated() {
        let p = self[point, particle]
        for c in 0..<4 { result.components[(point * particles + place) * 4 + c] = p[c] }
      }
    }
    return result
  }

  /// A point of g g → γ γ g from five momenta.
  init(_ momenta: [SIMD4<Double>]) {
    self.init(momenta.flatMap { [$0[0], $0[1], $0[2], $0[3]] }, particles: 5)
  }
}

/// The massless momentum of a direction.
func massless(_ energy: Double, _ direction: SIMD3<Double>) -> SIMD4<Double> {
  let n = direction * (energy / (direction * direction).sum().squareRoot())
  return SIMD4(energy, n[0], n[1], n[2])
}

/// `p` boosted by `velocity` (in units of c).
func boosted(_ p: SIMD4<Double>, _ velocity: SIMD3<Double>) -> SIMD4<Double> {
  let squared = (velocity * velocity).sum()
  let gamma = 1 / (1 - squared).squareRoot()
  let space = SIMD3(p[1], p[2], p[3])
  let along = (velocity * space).sum()
  let q = space + velocity * (gamma * gamma / (gamma + 1) * along + gamma * p[0])
  return SIMD4(gamma * (p[0] + along), q[0], q[1], q[2])
}
