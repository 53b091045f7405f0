import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// What holds for every likelihood.
struct LikelihoodTests {
  @Test func smallCasesAreExact() throws {
    // Two Gaussians of equal weight and unit width whose means are made ±1; y = 0.
    let shift = StandardNormal.quantile(0.75)
    let two = [0, 0, shift - 1, 1 - shift, 0, 0]
    let mixture = try GaussianMixture(components: 2)
    expectClose(mixture.loss(two, [0]), 0.5 + 0.5 * log(2 * .pi), relative: 1e-15)
    #expect(mixture.cumulative(0, two) == 0.5)
    #expect(mixture.moments(two).mean == 0)
    expectClose(mixture.moments(two).systematic, 2, relative: 1e-15)
    // One Gaussian is the heteroscedastic one.
    let one = try GaussianMixture(components: 1)
    expectClose(
      one.loss([7, 0.3, -1], [0.9]), HeteroscedasticGaussian().loss([0.3, -1], [0.9]),
      relative: 1e-15)
    // ν = 3, where F has a closed form and σ² = 3 s².
    let student = StudentT()
    let three = [0, log(4.0), log(1.0 / 6)]
    expectClose(student.freedom(three), 3, relative: 1e-15)
    expectClose(student.moments(three).systematic, 12, relative: 1e-14)
    let closed = 0.5 + (0.5 + .pi / 4) / .pi  // t/√3 = 1: ½ + (1/π)(½ + atan 1)
    expectClose(student.cumulative(2 * 3.0.squareRoot(), three), closed, relative: 1e-14)
    expectClose(  // −ln of 2/(π√3 (1 + t²/3)²) at t = 0, with scale 2
      student.loss(three, [0]), log(.pi * 3.0.squareRoot() / 2) + log(2), relative: 1e-14)
    // ν = 4, α = 2, σ² = 9: σ_stat² = 9/4, and t with 4 degrees of freedom, scale² 9·5/(4·2).
    let evidential = [1, log(4.0), 0, log(9.0)]
    let stated = EvidentialGaussian().moments(evidential)
    expectClose(
      [stated.mean, stated.systematic, stated.statistical], [1, 9, 2.25], relative: 1e-15)
    let scale = (45.0 / 8).squareRoot()
    expectClose(  // the density of t₄ at 0 is 3/8
      EvidentialGaussian().loss(evidential, [1]), log(8.0 / 3 * scale), relative: 1e-14)
    #expect(SquaredError().loss([3, 1], [1, 0]) == 2.5)
    #expect(SquaredError().gradient([3, 1], [1, 0], weight: 0.5) == [1, 0.5])
    #expect(SquaredError().moments([3]) == Moments(mean: 3) && !SquaredError().learnsWidth)
  }

  @Test(arguments: likelihoodNames, 0..<64 as Range<UInt64>)
  func gradientIsTheSlopeOfTheLoss(name: String, seed: UInt64) throws {
    let likelihood = try likelihood(name)
    var random = Philox(seed: seed, purpose: .other)
    let rows = 5
    let outputs = (0..<likelihood.outputs * rows).map { _ in 1.5 * random.normal() }
    let targets = (0..<rows).map { _ in random.normal() }
    let gradient = likelihood.gradient(outputs, targets, weight: 0.25)
    for i in outputs.indices {
      func loss(_ shift: Double) -> Double {
        var outputs = outputs
        outputs[i] += shift
        return likelihood.loss(outputs, targets)
      }
      let h = 1e-5
      let slope = 0.25 * (loss(h) - loss(-h)) / (2 * h)
      expectClose(gradient[i], slope, relative: 1e-6, absolute: 2e-6, "\(name), output \(i)")
    }
  }

  @Test func componentsWithTheSameOutputsPart() throws {
    let gradient = try GaussianMixture(components: 3).gradient(
      [Double](repeating: 0, count: 9), [0.3])
    #expect(Set(gradient.prefix(3)).count == 3 && Set(gradient[3..<6]).count == 3)
  }

  /// F' = p: the slope of the probability is the density of the loss.
  @Test(arguments: densityNames, 0..<16 as Range<UInt64>)
  func probabilityIsTheIntegralOfTheDensity(name: String, seed: UInt64) throws {
    let likelihood =
      name == "evidential" ? EvidentialGaussian(strength: 0) : try likelihood(name)
    var random = Philox(seed: seed, purpose: .other)
    let outputs = (0..<likelihood.outputs).map { _ in random.normal() }
    let (y, h) = (2 * random.normal(), 1e-4)
    let slope =
      (likelihood.cumulative(y + h, outputs) - likelihood.cumulative(y - h, outputs)) / (2 * h)
    expectClose(slope, exp(-likelihood.loss(outputs, [y])), relative: 1e-5, absolute: 1e-8)
    let tails = likelihood.tails(y, outputs)
    expectClose(exp(tails.logBelow) + exp(tails.logAbove), 1, relative: 1e-13)
  }

  @Test(arguments: likelihoodNames)
  func outputsThatAreNaNHaveNoFiniteLoss(name: String) throws {
    let likelihood = try likelihood(name)
    for i in 0..<likelihood.outputs {
      var outputs = [Double](repeating: 0, count: likelihood.outputs)
      outputs[i] = .nan
      #expect(!likelihood.loss(outputs, [0]).isFinite, "\(name), output \(i)")
    }
  }

  /// Every corner of ±1000, and beyond the clamps no slope.
  @Test(arguments: likelihoodNames)
  func extremeOutputsStayFinite(name: String) throws {
    let likelihood = try likelihood(name, components: name == "mixture" ? 2 : nil)
    let width = likelihood.outputs
    for corner in 0..<1 << width {
      let outputs = (0..<width).map { corner >> $0 & 1 == 0 ? -1000.0 : 1000 }
      for y in [-5, 0, 5.0] {
        #expect(likelihood.loss(outputs, [y]).isFinite, "\(name) \(outputs)")
        let gradient = likelihood.gradient(outputs, [y])
        #expect(gradient.allSatisfy { $0.isFinite }, "\(name) \(outputs)")
        switch name {
        case "mixture": #expect(gradient[4] == 0 && gradient[5] == 0)
        case "student-t": #expect(gradient[1] == 0 && gradient[2] == 0)
        case "evidential": #expect(gradient[1...] == [0, 0, 0])
        default: break
        }
        guard likelihood.learnsWidth else { continue }
        let moments = likelihood.moments(outputs)
        #expect(moments.mean.isFinite && moments.systematic > 0 && moments.systematic.isFinite)
        #expect(likelihood.tails(y, outputs).pull.isFinite, "\(name) \(outputs)")
      }
    }
  }

  @Test(arguments: likelihoodNames)
  func filesHoldKindAndNumbers(name: String) throws {
    let kept = AnyLikelihood(try likelihood(name, components: name == "mixture" ? 5 : nil))
    let data = try JSONEncoder().encode(kept)
    #expect(String(decoding: data, as: UTF8.self).contains("\"kind\":\"\(name)\""))
    #expect(try JSONDecoder().decode(AnyLikelihood.self, from: data) == kept)
  }

  @Test func numbersOutOfRangeAreRefused() throws {
    for components in [0, -1, 65] {
      #expect(throws: AmpError.self) { try GaussianMixture(components: components) }
      let damaged = Data(#"{"kind":"mixture","components":\#(components)}"#.utf8)
      #expect(throws: AmpError.self) {
        try JSONDecoder().decode(AnyLikelihood.self, from: damaged)
      }
    }
    let damaged = Data(#"{"kind":"evidential","strength":-1}"#.utf8)
    #expect(throws: AmpError.self) { try JSONDecoder().decode(AnyLikelihood.self, from: damaged) }
  }

  @Test func namesBecomeLikelihoods() throws {
    #expect(try UncertaintyOptions().resolvedLikelihood() is HeteroscedasticGaussian)
    #expect(try likelihood("none") is SquaredError)
    #expect((try likelihood("mixture") as? GaussianMixture)?.components == 3)
    #expect((try likelihood("mixture", components: 7) as? GaussianMixture)?.components == 7)
    func message(_ name: String, _ components: Int? = nil) -> String {
      do {
        return "\(try likelihood(name, components: components))"
      } catch {
        return "\(error)"
      }
    }
    #expect(message("mixtur").hasPrefix("--likelihood: there is no likelihood \"mixtur\". Did you"))
    #expect(message("none", 3).hasPrefix("--components: none has no such option"))
    #expect(message("mixture", 0).hasPrefix("--components: a mixture of 0 Gaussians"))
  }
}
