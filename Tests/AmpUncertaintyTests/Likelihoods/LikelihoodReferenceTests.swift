import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Losses, slopes, moments and probabilities against PyTorch, SciPy and mpmath.
struct LikelihoodReferenceTests {
  @Test func lossesSlopesAndMomentsAreThoseOfTorchAndSciPy() throws {
    let cases = try LikelihoodReference.load().cases
    #expect(Set(cases.map(\.kind)) == Set(likelihoodNames).subtracting(["heteroscedastic"]))
    for (index, one) in cases.enumerated() {
      let components = one.kind == "mixture" ? one.outputs.count / 3 : nil
      let likelihood = try likelihood(one.kind, components: components)
      let label = "\(one.kind), case \(index)"
      #expect(likelihood.outputs == one.outputs.count)
      expectClose(
        likelihood.loss(one.outputs, [one.target]), one.loss, relative: 1e-12, absolute: 1e-12,
        label)
      expectClose(
        likelihood.gradient(one.outputs, [one.target]), one.gradient, relative: 1e-11,
        absolute: 1e-11, label + ", gradient")
      let moments = likelihood.moments(one.outputs)
      expectClose(
        [moments.mean, moments.systematic, moments.statistical], one.moments, relative: 1e-12,
        absolute: 1e-13, label + ", moments")
      let cumulative = likelihood.cumulative(one.target, one.outputs)
      if let reference = one.cumulative {
        expectClose(cumulative, reference, relative: 1e-12, label + ", F")
      } else {
        #expect(cumulative.isNaN)
      }
    }
  }

  @Test func tailsOfStudentsTAreThoseOfMpmath() throws {
    for row in try LikelihoodReference.load().studentTails {
      let (nu, z, logAbove, logBelow) = (row[0], row[1], row[2], row[3])
      let label = "ν = \(nu), z = \(z)"
      let tails = StudentDistribution.tails(z, freedom: nu)
      expectClose(tails.logAbove, logAbove, relative: 1e-11, label)
      expectClose(tails.logBelow, logBelow, relative: 1e-11, label)
      let mirrored = StudentDistribution.tails(-z, freedom: nu)
      #expect(mirrored == Tails(logBelow: tails.logAbove, logAbove: tails.logBelow) || z == 0)
    }
  }

  @Test func stepsOfTheGammaFunctionAreThoseOfMpmath() throws {
    for row in try LikelihoodReference.load().halfSteps {
      let step = StudentDistribution.halfStep(row[0])
      expectClose(step.value, row[1], relative: 1e-14, absolute: 1e-15, "value at \(row[0])")
      expectClose(step.slope, row[2], relative: 1e-14, "slope at \(row[0])")
    }
  }

  @Test func logarithmsOfTheGaussianAreThoseOfMpmath() throws {
    for row in try LikelihoodReference.load().normalLogCdf {
      expectClose(StandardNormal.logCumulative(row[0]), row[1], relative: 1e-13, "at \(row[0])")
      if row[0] <= 0 {
        expectClose(
          StandardNormal.quantile(logarithm: row[1]), row[0], relative: 1e-13, absolute: 1e-16,
          "inverse at \(row[0])")
      }
    }
    #expect(StandardNormal.logCumulative(-.infinity) == -.infinity)
    #expect(StandardNormal.quantile(logarithm: -.infinity) == -.infinity)
    #expect(StandardNormal.quantile(logarithm: .nan).isNaN)
  }
}
