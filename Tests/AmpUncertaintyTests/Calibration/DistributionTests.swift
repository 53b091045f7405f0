import AmpCore
import AmpUncertainty
import Foundation
import TestSupport
import Testing

struct StandardNormalTests {
  @Test func quantilesAreThoseOfSciPy() throws {
    for pair in try Reference.load().ppf {
      expectClose(
        StandardNormal.quantile(pair[0]), pair[1], relative: 1e-14, absolute: 1e-16, "\(pair[0])")
    }
  }

  @Test func probabilitiesAreThoseOfSciPy() throws {
    for pair in try Reference.load().cdf {
      expectClose(StandardNormal.cumulative(pair[0]), pair[1], relative: 2e-13, "\(pair[0])")
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func quantileInvertsTheProbability(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let p = rng.uniform()
    expectClose(StandardNormal.cumulative(StandardNormal.quantile(p)), p, relative: 1e-13)
    expectClose(StandardNormal.central(StandardNormal.centralQuantile(p)), p, relative: 1e-13)
  }

  @Test func endsAreInfiniteAndBeyondIsNothing() {
    #expect(StandardNormal.quantile(0) == -.infinity && StandardNormal.quantile(1) == .infinity)
    #expect(StandardNormal.quantile(-0.1).isNaN && StandardNormal.quantile(.nan).isNaN)
    #expect(StandardNormal.centralQuantile(0) == 0)
    #expect(StandardNormal.centralQuantile(1) == .infinity)
    #expect(StandardNormal.centralQuantile(1.1).isNaN)
  }

  @Test func densityIsTheDerivativeOfTheProbability() {
    for t in [-3.0, -0.7, 0, 1.1, 2.5] {
      let h = 1e-5
      let slope = (StandardNormal.cumulative(t + h) - StandardNormal.cumulative(t - h)) / (2 * h)
      expectClose(StandardNormal.density(t), slope, absolute: 1e-10)
    }
  }
}

struct PullDistributionTests {
  @Test func momentsAndTestsAreThoseOfSciPy() throws {
    for sample in try Reference.load().samples {
      let pulls = PullDistribution(of: sample.values.shuffled())
      expectClose(pulls.mean, sample.mean, absolute: 1e-12, sample.name)
      expectClose(pulls.width, sample.std, relative: 1e-12, sample.name)
      expectClose(pulls.median, sample.median, absolute: 1e-15, sample.name)
      expectClose(pulls.kolmogorovSmirnov.statistic, sample.ks, relative: 1e-12, sample.name)
      expectClose(
        pulls.kolmogorovSmirnov.pValue, sample.ksP, absolute: 0.003, sample.name)
      expectClose(pulls.coverage.map(\.observed), sample.coverage, absolute: 1e-15, sample.name)
      if let chi2 = sample.chi2 {
        #expect(pulls.chiSquare.degreesOfFreedom == chi2.ndf, "\(sample.name)")
        expectClose(pulls.chiSquare.value, chi2.value, relative: 1e-11, sample.name)
        expectClose(pulls.chiSquare.pValue, chi2.p, relative: 1e-9, sample.name)
      } else {
        #expect(pulls.chiSquare.reduced.isNaN && pulls.chiSquare.degreesOfFreedom == 0)
      }
    }
  }

  @Test func kolmogorovsLawIsThatOfSciPy() throws {
    for row in try Reference.load().kstwoSf {
      expectClose(
        KolmogorovSmirnov.survival(row[1], count: Int(row[0])), row[2],
        absolute: row[0] < 100 ? 0.003 : 3e-4, "n = \(row[0]), D = \(row[1])")
    }
    #expect(KolmogorovSmirnov.survival(0.75, count: 1) == 0.5)
    #expect(KolmogorovSmirnov.survival(0, count: 7) == 1)
    #expect(KolmogorovSmirnov.survival(1, count: 7) == 0)
  }

  @Test func chiSquareLawIsThatOfSciPy() throws {
    for row in try Reference.load().chi2Sf {
      expectClose(
        ChiSquare.survival(row[1], degreesOfFreedom: Int(row[0])), row[2], relative: 1e-11,
        "ν = \(row[0]), χ² = \(row[1])")
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func gaussianPullsLookCalibrated(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let n = 4000
    let pulls = PullDistribution(of: (0..<n).map { _ in rng.normal() })
    // Five standard deviations each.
    expectClose(pulls.mean, 0, absolute: 5 * pulls.meanError)
    expectClose(pulls.width, 1, absolute: 5 * pulls.widthError)
    for coverage in pulls.coverage {
      expectClose(coverage.observed, coverage.expected, absolute: 5 * coverage.error)
    }
    expectClose(pulls.coverage[0].expected, 0.6826894921370859, relative: 1e-14)
    #expect(pulls.kolmogorovSmirnov.pValue > 1e-5 && pulls.chiSquare.pValue > 1e-5)
    expectClose(pulls.chiSquare.reduced, 1, absolute: 1.2)
  }

  @Test func pValuesOfGaussianPullsAreUniform() {
    var rng = Philox(seed: 5, purpose: .other)
    var ks: [Double] = []
    var chi: [Double] = []
    for _ in 0..<800 {
      let pulls = PullDistribution(of: (0..<200).map { _ in rng.normal() })
      ks.append(StandardNormal.quantile(min(pulls.kolmogorovSmirnov.pValue, 1 - 1e-12)))
      chi.append(StandardNormal.quantile(pulls.chiSquare.pValue))
    }
    #expect(KolmogorovSmirnov(sorted: ks.sorted()).pValue > 0.001)
    #expect(KolmogorovSmirnov(sorted: chi.sorted()).pValue > 0.001)
  }

  @Test func wrongWidthsAreFound() {
    var rng = Philox(seed: 1, purpose: .other)
    let pulls = PullDistribution(of: (0..<20_000).map { _ in 1.1 * rng.normal() })
    #expect(pulls.kolmogorovSmirnov.pValue < 1e-3 && pulls.chiSquare.pValue < 1e-6)
  }

  @Test func pullsThatAreNotFiniteAreNotCovered() {
    let pulls = PullDistribution(of: [0, 0.5, .infinity, .nan])
    #expect(pulls.count == 2 && pulls.notFinite == 2)
    #expect(pulls.mean == 0.25)
    #expect(pulls.coverage.map(\.observed) == [0.5, 0.5, 0.5])
  }

  @Test func smallSamplesHaveTheirDocumentedValues() {
    let none = PullDistribution(of: [])
    #expect(none.count == 0 && none.mean.isNaN && none.width.isNaN && none.median.isNaN)
    #expect(none.kolmogorovSmirnov.statistic.isNaN && none.chiSquare.value.isNaN)
    #expect(none.coverage.allSatisfy { $0.observed.isNaN && $0.error.isNaN })
    let one = PullDistribution(of: [1.5])
    #expect(one.mean == 1.5 && one.width.isNaN && one.widthError.isNaN)
    #expect(one.coverage.map(\.observed) == [0, 1, 1])
    let same = PullDistribution(of: [Double](repeating: 2, count: 50))
    #expect(same.width == 0 && same.mean == 2 && same.kolmogorovSmirnov.pValue < 1e-10)
  }
}
