import AmpCore
import AmpData
import AmpUncertainty
import ArgumentParser
import Foundation

/// `amp-cli gate`: what is won and lost by trusting a surrogate up to a threshold.
struct Gate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See what trusting a surrogate up to a threshold wins and costs.",
    discussion: """
      A point is trusted if its relative total uncertainty is not above the threshold and if it is \
      like the training points: each feature in their range, and not farther from their centre \
      than any of them. The exact amplitude, which is that of the data, stands in for all others.

      Of a run's own data its test points are used. The bias of the cross section is that of the \
      sum of all amplitudes, for points spread evenly over phase space as amp-cli generate makes \
      them. Trusted points that are off by more than five times their total uncertainty are counted, \
      with the number that a Gaussian lets expect, 5.7e-7 per point, and the probability of so \
      many; amp-cli calibrate --method tail brings them down. The speed-up compares with evaluating the exact amplitude everywhere; without \
      --exact-cost, only its limit for an amplitude that costs much more than the surrogate.

      Examples:
        amp-cli gate run --data points.npz --max-uncertainty 0.01
        amp-cli gate run --data points.npz --max-uncertainty 1e-4 --exact-cost 0.2 --json gate.json
        amp-cli gate run/tail.safetensors --data points.npz --max-uncertainty 0.01
      """)

  @Argument(help: "A run folder or a model file (.safetensors).")
  var model: String

  @Option(help: "Labelled points, of any format that amp-cli convert reads.")
  var data: String

  @OptionGroup var dataset: DatasetArgument

  @Option(
    parsing: .unconditional, help: "The largest relative total uncertainty of a trusted point.")
  var maxUncertainty: Double

  @Option(parsing: .unconditional, help: "The seconds that the exact amplitude takes for a point.")
  var exactCost: Double?

  @Flag(help: "Trust points that are unlike the training points, too.")
  var ignoreDomain = false

  @Option(
    parsing: .unconditional, help: "Networks to predict with; by default as many as the model says."
  )
  var samples: Int?

  @Option(help: "Write the numbers as a JSON object to this file; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    for (name, value) in [("--max-uncertainty", maxUncertainty), ("--exact-cost", exactCost ?? 1)]
    where !(value > 0 && value.isFinite) {
      throw AmpError("\(value) is not positive", in: name, remedy: "Give a positive number.")
    }
    let json = JSONOutput(json)
    try json.check()
    let progress = Progress(quiet: common.quiet)
    let model = try Model(model)
    let points = try JudgedPoints(model, data: data, dataset: dataset.name)
    for note in points.notes { progress.line(note + ".") }
    let momenta = points.table.momenta
    let surrogate = model.surrogate
    if surrogate.description.domain == nil && !ignoreDomain {
      say(
        "Warning: the model does not say where its training points lie; only --max-uncertainty acts."
      )
    }
    var gate = TrustGate(maximum: maxUncertainty)
    gate.checksDomain = !ignoreDomain
    let prediction = try model.predict(
      momenta, of: data, threads: common.threads, samples: samples)
    guard prediction.logTotal != nil else {
      throw AmpError(
        "the surrogate knows no uncertainty, so no point can be trusted", in: self.model,
        remedy: "Train it with one: amp-cli fit --uncertainty heteroscedastic.")
    }
    let report = GateReport(
      prediction, truth: points.truth,
      verdicts: try surrogate.verdicts(
        on: prediction, at: momenta, by: gate, threads: common.threads),
      maximum: maxUncertainty, exactCost: exactCost,
      surrogateCost: try located(self.model) {
        try GateReport.cost(of: surrogate, samples, momenta)
      })
    json.show("\(self.model): points trusted up to σ_tot/A = \(short(maxUncertainty))")
    json.show("of \(points.description)\n")
    json.show(report.terminal)
    try json.write(report)
    if let path = json.path, !json.isStandardOutput { progress.line("Wrote \(path).") }
  }
}
