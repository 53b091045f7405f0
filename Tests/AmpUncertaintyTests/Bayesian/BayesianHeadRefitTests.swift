import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// σ_syst of a Bayesian network, fitted to the error of the mean over its networks.
@Suite struct BayesianHeadRefitTests {
  private let network = MLP(inputs: 4, hidden: [12, 8], outputs: 2, activation: .gelu)
  private let likelihood = HeteroscedasticGaussian()

  /// A posterior whose networks differ by far more than noise of width 0.01 on the data.
  private func example(_ method: Bayesian) -> (Parameters<Double>, TrainingSet<Double>) {
    let trainer = Trainer<Double>(
      network, objective: likelihood, options: TrainingOptions(epochs: 0, seed: 5),
      method: method)
    var posterior = trainer.start().parameters
    for i in network.layout.count..<posterior.values.count { posterior.values[i] = -5 }
    var random = Philox(seed: 8, purpose: .other)
    let inputs = (0..<4 * 6000).map { _ in random.normal() }
    let means = moments(method, posterior, inputs).means
    let targets = means.indices.map { i in
      means[i] + 0.01 * exp(0.4 * inputs[4 * i]) * random.normal()
    }
    return (posterior, TrainingSet(inputs: inputs, targets: targets))
  }

  private func moments(
    _ method: Bayesian, _ posterior: Parameters<Double>, _ inputs: [Double]
  ) -> (means: [Double], variances: [Double]) {
    var (means, variances) = ([Double](), [Double]())
    for sample in 0..<method.samples {
      let drawn = method.network(sample, from: posterior, of: network)
      let outputs = Evaluator(network, PackedParameters(drawn), threads: 1)(inputs)
      if means.isEmpty { (means, variances) = (inputs.map { _ in 0 }, inputs.map { _ in 0 }) }
      for i in 0..<inputs.count / 4 {
        means[i] += outputs[2 * i] / Double(method.samples)
        variances[i] += exp(outputs[2 * i + 1]) / Double(method.samples)
      }
    }
    let count = inputs.count / 4
    return (Array(means.prefix(count)), Array(variances.prefix(count)))
  }

  @Test(arguments: [1, 7], [false, true])
  func systematicUncertaintyIsTheErrorOfTheMean(samples: Int, refitsMean: Bool) throws {
    let method = Bayesian(samples: samples)
    let (posterior, data) = example(method)
    var refit = HeadRefit(network, likelihood)
    refit.refitsMean = refitsMean
    let refitted = method.refittingHeads(of: posterior, by: refit, to: data, threads: 2)
    let (before, after) = (
      moments(method, posterior, data.inputs), moments(method, refitted, data.inputs)
    )
    #expect((after.means == before.means) == !refitsMean)
    let pulls = data.targets.indices.map {
      (after.means[$0] - data.targets[$0]) / after.variances[$0].squareRoot()
    }
    expectClose(pulls.reduce(0) { $0 + $1 * $1 } / 6000, 1, absolute: 1e-9)
    // It follows the noise, 0.01 exp(0.4 x₀): the largest tenth has several times the σ of the least.
    let order = data.targets.indices.sorted { data.inputs[4 * $0] < data.inputs[4 * $1] }
    for part in [order.prefix(2000), order.suffix(2000)] {
      let width = PullDistribution(of: part.map { pulls[$0] }).width
      expectClose(width, 1, absolute: 0.15)
    }
  }

  /// A shift that all networks share is taken out.
  @Test func meanIsFittedToTheErrorOfTheMean() throws {
    let method = Bayesian(samples: 5)
    var (posterior, data) = example(method)
    data = TrainingSet(inputs: data.inputs, targets: data.targets.map { $0 + 0.3 })
    let refitted = method.refittingHeads(
      of: posterior, by: HeadRefit(network, likelihood), to: data, threads: 2)
    let (means, _) = moments(method, refitted, data.inputs)
    let shift = zip(means, data.targets).reduce(0) { $0 + $1.0 - $1.1 } / 6000
    expectClose(shift, 0, absolute: 1e-3)
  }

  /// Only the row of ln σ² changes, and the numbers do not depend on the threads.
  @Test func refitLeavesAllElseAsItIs() throws {
    let method = Bayesian(samples: 3)
    let (posterior, data) = example(method)
    var refit = HeadRefit(network, likelihood)
    refit.refitsMean = false
    let one = method.refittingHeads(of: posterior, by: refit, to: data, threads: 1)
    #expect(one == method.refittingHeads(of: posterior, by: refit, to: data, threads: 3))
    let changed = Set(posterior.values.indices.filter { one.values[$0] != posterior.values[$0] })
    #expect(changed == Set(network.head.positions(output: 1)))
    let none = TrainingSet<Double>(inputs: [], targets: [])
    #expect(method.refittingHeads(of: posterior, by: refit, to: none, threads: 1) == posterior)
  }

  /// With certain weights every network is the same, and the refit that of the single network.
  @Test func withoutWidthItIsTheRefitOfOneNetwork() throws {
    let method = Bayesian(samples: 4)
    var (posterior, data) = example(method)
    for i in network.layout.count..<posterior.values.count { posterior.values[i] = -200 }
    data = TrainingSet(inputs: data.inputs, targets: data.targets.map { $0 + 0.1 })
    var refit = HeadRefit(network, likelihood)
    refit.refitsMean = false
    let together = method.refittingHeads(of: posterior, by: refit, to: data, threads: 1)
    let middle = try #require(method.meanNetwork(from: posterior, of: network))
    let alone = refit.refit(middle, to: data)
    expectClose(
      Array(together.values.prefix(network.layout.count)), alone.values, relative: 1e-4,
      absolute: 1e-5)
  }

  @Test func heteroscedasticPosteriorsCanBeRefitted() throws {
    let gaussian = AnyLikelihood(likelihood)
    #expect(UncertaintyMethod.bayesian().canRefitHeads(with: gaussian))
    #expect(!UncertaintyMethod.bayesian().canRefitHeads(with: AnyLikelihood(SquaredError())))
  }
}
