import AmpData
import Foundation
import TestSupport
import Testing

/// Soft and collinear limits of |M|² against |M(g g → γ γ)|².
struct LimitTests {
  let amplitude = DiphotonGluonAmplitude()

  /// |M(g g → γ γ)|² at one loop, from s = 2p₁p₂ and t = −2p₁p₃.
  func fourPoint(s: Double, t: Double) -> Double {
    let u = -s - t
    func square(_ re: Double, _ im: Double) -> Double { re * re + im * im }
    let log1 = log(t / u)
    let first =
      -(t * t + u * u) / (2 * s * s) * (log1 * log1 + Double.pi * Double.pi)
      - (t - u) / s * log1 - 1
    func crossed(_ t: Double, _ u: Double) -> Double {
      let l = log(-t / s)
      let a = -(t * t + s * s) / (2 * u * u)
      let b = -(t - s) / u
      // With ln(t/s) = l + iπ, ln² + π² = l² + 2iπl.
      return square(a * l * l + b * l - 1, (2 * a * l + b) * Double.pi)
    }
    let sum = 10 + 2 * (first * first + crossed(t, u) + crossed(u, t))
    let coupling = 4 * amplitude.electromagneticCoupling * amplitude.strongCoupling * 11 / 9
    return coupling * coupling * 8 / 256 * sum
  }

  /// p₃, p₅ and the transverse part of p₄ are given; the incoming gluons follow.
  func event(_ p3: SIMD4<Double>, _ p5: SIMD4<Double>, z4: Double) -> Momenta {
    let recoil = SIMD3(-p3[1] - p5[1], -p3[2] - p5[2], z4)
    let p4 = massless((recoil * recoil).sum().squareRoot(), recoil)
    let total = p3 + p4 + p5
    let (plus, minus) = ((total[0] + total[3]) / 2, (total[0] - total[3]) / 2)
    return Momenta([SIMD4(plus, 0, 0, plus), SIMD4(minus, 0, 0, -minus), p3, p4, p5])
  }

  @Test(arguments: [(1e-1, 1e-2), (1e-3, 1e-4), (1e-5, 2e-6)])
  func softGluonFactorises(energy: Double, tolerance: Double) {
    let p3 = massless(100, SIMD3(0.7, 0.3, 0.64))
    let point = event(p3, massless(energy, SIMD3(-0.6, 0.66, 0.45)), z4: -35)
    let (p1, p2, p5) = (point[0, 0], point[0, 1], point[0, 4])
    let eikonal =
      4 * Double.pi * amplitude.strongCoupling * 6 * minkowski(p1, p2)
      / (minkowski(p1, p5) * minkowski(p2, p5))
    let s = 2 * minkowski(p1, p2)
    let expected = eikonal * fourPoint(s: s, t: -2 * minkowski(p1, point[0, 2]))
    expectClose(amplitude.amplitudes(of: point).values[0], expected, relative: tolerance)
  }

  @Test(arguments: [(1e-2, 2e-3), (1e-4, 1e-6)])
  func collinearGluonFactorisesOnAverageOverItsAzimuth(angle: Double, tolerance: Double) {
    var ratio = 0.0
    for n in 0..<8 {
      let phi = Double(n) / 8 * 2 * Double.pi
      let p5 = massless(100, SIMD3(sin(angle) * cos(phi), sin(angle) * sin(phi), cos(angle)))
      let point = event(massless(60, SIMD3(-0.4, 0.88, 0.27)), p5, z4: 25)
      let (p1, p2, p3) = (point[0, 0], point[0, 1], point[0, 2])
      let x = 1 - p5[0] / p1[0]
      let splitting = 6 * (x / (1 - x) + (1 - x) / x + x * (1 - x))
      let pole = 4 * Double.pi * amplitude.strongCoupling / (x * minkowski(p1, p5))
      let born = fourPoint(s: 2 * x * minkowski(p1, p2), t: -2 * x * minkowski(p1, p3))
      ratio += amplitude.amplitudes(of: point).values[0] / (pole * splitting * born) / 8
    }
    expectClose(ratio, 1, absolute: tolerance)
  }

  @Test func collinearPhotonsHaveNoPole() throws {
    // Logarithms only: a factor 10 in the angle is at most a factor 3 in |M|².
    let points = try ReferencePoints("amplitude_photon_edges.csv")
    let result = amplitude.amplitudes(of: points.momenta)
    for first in [0, 6, 12] {
      for n in first..<first + 2 where result.accuracies[n + 1] < 1e-3 {
        let growth = result.values[n + 1] / result.values[n]
        #expect(growth > 1 && growth < 4, "\(points.names[n + 1])")
      }
    }
  }
}
