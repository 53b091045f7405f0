import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Pulls z = Φ⁻¹(F(y)).
struct ProbabilityPullTests {
  /// Values drawn by the definition of each density, not by its tails.
  private func draws(_ name: String, count: Int, seed: UInt64) -> (
    outputs: [Double], values: [Double]
  ) {
    var random = Philox(seed: seed, purpose: .other)
    func chiSquare(_ freedom: Int) -> Double {
      (0..<freedom).reduce(0) { sum, _ in
        let z = random.normal()
        return sum + z * z
      }
    }
    switch name {
    case "mixture":
      let shift = StandardNormal.quantile(5.0 / 6)
      let outputs = [log(0.2), log(0.5), log(0.3), -1 + shift, 0, 2 - shift, -2, 0, -4]
      return (
        outputs,
        (0..<count).map { _ in
          let u = random.uniform()
          let k = u < 0.2 ? 0 : u < 0.7 ? 1 : 2
          return [-1, 0, 2][k] + exp(0.5 * outputs[6 + k]) * random.normal()
        }
      )
    case "student-t":  // ν = 5
      return (
        [1, 0.6, log(0.5)],
        (0..<count).map { _ in
          1 + exp(0.3) * random.normal() / (chiSquare(5) / 5).squareRoot()
        }
      )
    case "evidential":  // ν = 2, α = 3.5, σ² = 0.5: a variance, then a mean, then y
      return (
        [-1, log(2), log(2.5), log(0.5)],
        (0..<count).map { _ in
          let variance = 0.5 * 2.5 / (0.5 * chiSquare(7))
          let mean = -1 + (variance / 2).squareRoot() * random.normal()
          return mean + variance.squareRoot() * random.normal()
        }
      )
    default: return ([2, -1], (0..<count).map { _ in 2 + exp(-0.5) * random.normal() })
    }
  }

  @Test(arguments: densityNames, 0..<8 as Range<UInt64>)
  func pullsOfDrawnValuesAreUnitGaussian(name: String, seed: UInt64) throws {
    let likelihood = try likelihood(name)
    let (outputs, values) = draws(name, count: 4000, seed: seed)
    let pulls = PullDistribution(of: values.map { likelihood.tails($0, outputs).pull })
    #expect(pulls.kolmogorovSmirnov.pValue > 1e-4, "\(pulls.kolmogorovSmirnov)")
    expectClose(pulls.width, 1, absolute: 5 * pulls.widthError)
    #expect(pulls.notFinite == 0)
    // Of values drawn from something wider they are not.
    let mean = likelihood.moments(outputs).mean
    let wrong = values.map { likelihood.tails(mean + 1.15 * ($0 - mean), outputs).pull }
    #expect(PullDistribution(of: wrong).kolmogorovSmirnov.pValue < 1e-2)
  }

  @Test(arguments: densityNames)
  func pullsRiseAndStayFiniteFarOutside(name: String) throws {
    let likelihood = try likelihood(name)
    let outputs = (0..<likelihood.outputs).map { 0.1 * Double($0) }
    var last = -Double.infinity
    for y in [
      -1e100, -1e12, -1e6, -4e4, -300, -39, -8, -1, 0, 1, 8, 39, 300, 4e4, 1e6, 1e12, 1e100,
    ] {
      let z = likelihood.tails(y, outputs).pull
      #expect(z.isFinite && z > last, "\(name) at \(y): \(z) after \(last)")
      last = z
    }
    #expect(likelihood.tails(.infinity, outputs).pull == .infinity)
    #expect(likelihood.tails(-.infinity, outputs).pull == -.infinity)
    #expect(likelihood.tails(.nan, outputs).pull.isNaN)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func pullOfAGaussianIsItsOwn(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (mean, logVariance) = (random.normal(), 3 * random.normal())
    let z = exp(4 * random.normal()) * (random.uniform() < 0.5 ? -1 : 1)
    let y = mean + z * exp(0.5 * logVariance)
    let tails = HeteroscedasticGaussian().tails(y, [mean, logVariance])
    let rounding = 1e-15 * (abs(mean) + abs(y)) * exp(-0.5 * logVariance)
    expectClose(tails.pull, z, relative: 1e-12, absolute: 4 * rounding + 1e-15)
  }
}
