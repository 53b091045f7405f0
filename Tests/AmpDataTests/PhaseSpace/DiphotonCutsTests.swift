import AmpData
import Foundation
import TestSupport
import Testing

struct DiphotonCutsTests {
  /// Two photons and a jet from (p_T, η, φ); the incoming gluons do not matter.
  private func event(
    _ first: (Double, Double, Double), _ second: (Double, Double, Double),
    _ jet: (Double, Double, Double)
  ) -> Momenta {
    var momenta: [SIMD4<Double>] = [[1, 0, 0, 1], [1, 0, 0, -1]]
    for (pt, eta, phi) in [first, second, jet] {
      let unit: SIMD4<Double> = [cosh(eta), cos(phi), sin(phi), sinh(eta)]
      momenta.append(pt * unit)
    }
    return Momenta(momenta)
  }

  private func accepted(
    _ first: (Double, Double, Double) = (50, 0, 0),
    _ second: (Double, Double, Double) = (40, 1, 2), _ jet: (Double, Double, Double) = (30, 2, 4)
  ) -> Bool {
    DiphotonCuts().accept(event(first, second, jet), point: 0)
  }

  @Test func everyCutCutsWhereItSays() {
    #expect(accepted())
    #expect(accepted((40.01, 0, 0), (30.01, 1, 2), (20.01, 2, 4)))
    #expect(!accepted((39.99, 0, 0), (30.01, 1, 2)))
    #expect(!accepted((50, 0, 0), (29.99, 1, 2)))
    #expect(accepted((30.01, 0, 0), (40.01, 1, 2)))
    #expect(!accepted((50, 0, 0), (40, 1, 2), (19.99, 2, 4)))
    #expect(accepted((50, 2.36, 0)) && !accepted((50, 2.38, 0)))
    #expect(accepted((50, 0, 0), (40, -2.36, 2)) && !accepted((50, 0, 0), (40, -2.38, 2)))
    #expect(accepted((50, 0, 0), (40, 1, 2), (30, -4.99, 4)))
    #expect(!accepted((50, 0, 0), (40, 1, 2), (30, -5.01, 4)))
    #expect(accepted((50, 1, 0), (40, 1.41, 0)) && !accepted((50, 1, 0), (40, 1.39, 0)))
    // Distances wrap at φ = π.
    #expect(!accepted((50, 0, 3.1), (40, 1, 0), (30, 0, -3.1)))
    #expect(accepted((50, 0, 2.9), (40, 1, 0), (30, 0, -2.9)))
    #expect(!accepted((50, 0, 0), (40, 1, 2), (30, 1.3, 2.2)))
  }

  @Test func smallestEnergyIsThatOfATransverseTriangle() {
    var cuts = DiphotonCuts()
    #expect(cuts.minimumEnergy == 90)
    cuts.leadingPhoton = 100
    #expect(cuts.minimumEnergy == 200)
  }
}
