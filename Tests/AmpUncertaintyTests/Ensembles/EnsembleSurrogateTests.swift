import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// From points to a model file and back.
@Suite struct EnsembleSurrogateTests {
  /// Massless momenta without a meaning, and ln A = a sum of logarithms of energies.
  private static func table(_ count: Int, seed: UInt64) -> AmplitudeTable {
    var random = Philox(seed: seed, purpose: .other)
    var (momenta, amplitudes) = ([Double](), [Double]())
    for _ in 0..<count {
      var logarithm = 0.0
      for _ in 0..<5 {
        let p = (0..<3).map { _ in 50 * random.normal() }
        let energy = p.reduce(0) { $0 + $1 * $1 }.squareRoot()
        momenta += [energy] + p
        logarithm += log(energy)
      }
      amplitudes.append(exp(0.3 * logarithm + 0.05 * random.normal()))
    }
    return AmplitudeTable(
      momenta: Momenta(momenta, particles: 5), amplitudes: amplitudes)
  }

  private static func fit(
    _ method: UncertaintyMethod, refitsHead: Bool = true
  ) throws -> Fit.Result {
    var fit = try Fit(.paper, architecture: "mlp", epochs: 3, seed: 2)
    fit.hidden = [8]
    fit.training.batch = 64
    fit.method = method
    fit.refitsHead = refitsHead
    return try fit.run(
      table(600, seed: 1), validation: table(200, seed: 2), threads: 2)
  }

  @Test(arguments: [
    UncertaintyMethod.ensemble(members: 3), .repulsive(members: 3),
    .repulsive(members: 3, beta: 2, in: .weights, priorWidth: nil),
  ])
  func modelFilesHoldAllMembers(method: UncertaintyMethod) throws {
    let surrogate = try EnsembleSurrogateTests.fit(method).surrogate
    #expect(surrogate.layout.views.map(\.name).contains("member2/layer0.weight"))
    #expect(surrogate.samples == 3)
    try withScratchFolder { folder in
      let path = folder + "/model.safetensors"
      try surrogate.write(to: path)
      let read = try Surrogate(contentsOf: path)
      #expect(read == surrogate)
      #expect(read.description.method == method)
      let points = EnsembleSurrogateTests.table(50, seed: 3).momenta
      let (a, b) = (try surrogate.predict(points), try read.predict(points, threads: 3))
      #expect(a.logMean == b.logMean && a.logStatistical == b.logStatistical)
    }
  }

  /// σ_stat² = Σ (mean_s − mean)²/(M − 1), σ_syst² = Σ σ_s²/M.
  @Test func statisticalVarianceIsTheUnbiasedOneOfTheMembers() throws {
    let surrogate = try EnsembleSurrogateTests.fit(.ensemble(members: 3)).surrogate
    let points = EnsembleSurrogateTests.table(40, seed: 3).momenta
    let prediction = try surrogate.predict(points, keepingMembers: true)
    let members = try #require(prediction.members)
    let statistical = try #require(prediction.logStatistical)
    let systematic = try #require(prediction.logSystematic)
    #expect(members.count == 3)
    for i in 0..<40 {
      let means = members.map { $0.logMean[i] }
      let mean = means.reduce(0, +) / 3
      expectClose(prediction.logMean[i], mean, relative: 1e-12)
      let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2
      expectClose(statistical[i], variance.squareRoot(), relative: 1e-9)
      #expect(statistical[i] > 0)
      let squares = try members.map { pow(try #require($0.logSystematic)[i], 2) }
      expectClose(systematic[i], (squares.reduce(0, +) / 3).squareRoot(), relative: 1e-12)
    }
    #expect(throws: AmpError.self) { try surrogate.predict(points, samples: 4) }
  }

  /// Every member gets the head that it would get by itself.
  @Test func headsAreRefittedMemberByMember() {
    let method = Ensemble(members: 3)
    let trainer = ensembleTrainer(method, as: Double.self)
    let data = normalPoints(310, seed: 1, as: Double.self)
    let start = trainer.start().parameters
    let network = MLP(inputs: 4, hidden: [12, 8], outputs: 2, activation: .gelu)
    let refit = HeadRefit(network, HeteroscedasticGaussian())
    let together = method.refittingHeads(of: start, by: refit, to: data, threads: 2)
    #expect(together.layout == start.layout)
    for member in 0..<3 {
      let alone = refit.refit(trainer.initialParameters(member: UInt32(member)), to: data)
      #expect(method.network(member, from: together, of: network) == alone)
      #expect(alone != trainer.initialParameters(member: UInt32(member)))
    }
    #expect(
      UncertaintyMethod.repulsive().canRefitHeads(with: AnyLikelihood(HeteroscedasticGaussian())))
  }

  // MARK: - Options

  @Test func optionsChooseTheMethod() throws {
    var options = UncertaintyOptions()
    func method(_ name: String) throws -> UncertaintyMethod {
      try UncertaintyChoice(named: name).resolve(options, hidden: [8]).1
    }
    let (plain, repulsive) = (try method("ensemble"), try method("repulsive"))
    #expect(plain == .ensemble() && repulsive == .repulsive())
    (options.members, options.priorWidth) = (5, 0.5)
    #expect(try method("ensemble") == .ensemble(members: 5, priorWidth: 0.5))
    (options.beta, options.repulsion) = (2, "weights")
    #expect(
      try method("repulsive") == .repulsive(members: 5, beta: 2, in: .weights, priorWidth: 0.5))
    #expect(throws: AmpError.self) { _ = try method("ensemble") }
  }

  @Test func impossibleOptionsAreRefusedByName() throws {
    func place(_ change: (inout UncertaintyOptions) -> Void) -> String? {
      var options = UncertaintyOptions()
      change(&options)
      do {
        _ = try UncertaintyChoice(named: "repulsive").resolve(options, hidden: [8])
        return nil
      } catch { return (error as? AmpError)?.place }
    }
    #expect(place { $0.members = 0 } == "--members")
    #expect(place { $0.beta = -1 } == "--beta")
    #expect(place { $0.beta = .nan } == "--beta")
    #expect(place { $0.priorWidth = 0 } == "--prior-width")
    #expect(place { $0.repulsion = "funktion" } == "--repulsion")
    #expect(place { $0.likelihood = "gaussian" } == "--likelihood")
    #expect(place { $0.samples = 3 } == "--samples")
  }
}
