import AmpCore
import AmpData
import AmpUncertainty
import ArgumentParser
import Foundation

/// `amp-cli unweight`: events distributed as |M|², accepted by a surrogate first.
struct Unweight: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make unweighted events, accepted by a surrogate first and by the exact |M|² last.",
    discussion: """
      Points of flat phase space × gluon densities, as amp-cli generate draws them, are accepted \
      with the surrogate's weight over its maximum; only for those that survive is the exact |M|² \
      evaluated, and the ratio of both decides (arXiv:2109.11964). Events are distributed as the \
      exact |M|², however good the surrogate is. In each stage the maximum is such \
      that weights above it carry about the share --overflow of the cross section; such events keep \
      a weight above one.

      Give the energy and the cuts with which the training points were made: with more than 1 % of \
      the points unlike them the command stops. In .lhe and .hepmc3 the mean weight is the cross \
      section in pb, at leading order with fixed couplings, for protons of --sqrt-s. Other formats \
      hold no weights. The same seed gives the same events for \
      any number of threads, none of them a point of amp-cli generate.

      Examples:
        amp-cli unweight run --points 1000000 --seed 1 --output events.lhe.gz
        amp-cli unweight run --events 100000 --seed 1 --output events.hepmc3 --json unweight.json
        amp-cli unweight run --points 1000000 --exact --output exact.lhe.gz
      """)

  @Argument(help: "A run folder or a model file (.safetensors).")
  var model: String

  @Option(
    parsing: .unconditional, help: "The points in phase space, in whole blocks of 1024.")
  var points: Int?

  @Option(parsing: .unconditional, help: "The events to make, instead of --points.")
  var events: Int?

  @Option(parsing: .unconditional, help: "The seed.")
  var seed: UInt64 = 0

  @Option(
    name: .shortAndLong,
    help: "The file to write: .lhe or .hepmc3, also with .gz; or a format of points.")
  var output: String

  @OptionGroup var generation: GeneratorOptions

  @Option(
    parsing: .unconditional,
    help: "The share of the cross section that weights above one are to carry in each stage.")
  var overflow = 1e-3

  @Option(parsing: .unconditional, help: "The points that find the maxima.")
  var pilot = 131_072

  @Flag(help: "Leave the surrogate out: the exact |M|² accepts alone.")
  var exact = false

  @Option(
    parsing: .unconditional,
    help: "The seconds that an exact amplitude takes, for the gain (default: as measured).")
  var exactCost: Double?

  @Flag(help: "Go on if points are unlike the training points.")
  var ignoreDomain = false

  @Option(
    parsing: .unconditional, help: "Networks to predict with; by default as many as the model says."
  )
  var samples: Int?

  @Option(help: "Write the numbers as a JSON object to this file; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let goal = try goal()
    if let exactCost, !(exactCost > 0 && exactCost.isFinite) {
      throw AmpError(
        "\(exactCost) is not positive", in: "--exact-cost", remedy: "Give a positive number.")
    }
    let memory = Double(events ?? 0) * 200
    guard memory < Double(ProcessInfo.processInfo.physicalMemory) else {
      throw AmpError(
        "\(grouped(events ?? 0)) events take \(short(memory / 1e9)) GB, more than there is",
        in: "--events", remedy: "Make several files with different seeds.")
    }
    try PointFormats.standard.checkWritable(output)
    try AtomicFile.check(output)
    let json = JSONOutput(json)
    try json.check()
    let surrogate = try Model(model).surrogate
    let process = surrogate.description.process
    var unweighting = Unweighting(try generation.phaseSpace(of: process))
    (unweighting.overflow, unweighting.pilotPoints) = (overflow, pilot)
    (unweighting.seed, unweighting.threads) = (seed, common.threads)

    let progress = Progress(quiet: common.quiet)
    let predicted = DomainWatch(
      surrogate, model: model, samples: samples, threads: common.threads, ignores: ignoreDomain)
    let sample: UnweightedSample
    do {
      sample = try unweighting.run(
        goal, surrogate: exact ? nil : { try predicted.amplitudes(of: $0) }
      ) { points, events in
        let done = goal.fraction(points, events)
        progress.update(
          "unweight: \(grouped(points)) points, \(grouped(events)) events"
            + (done < 1 ? progress.remaining(done) : ""))
      }
    } catch var error as AmpError {
      error.place = error.place.map { $0 == "surrogate" ? model : GeneratorOptions.names[$0] ?? $0 }
      throw error
    }
    guard sample.table.count > 0 else {
      throw AmpError(
        "none of the points became an event", in: "--points", remedy: "Draw more points.")
    }
    try write(sample, process)
    let statistics = sample.statistics
    let report = UnweightReport(
      statistics, outside: exact ? nil : predicted.outsideFraction, exactAlone: exact,
      exactCost: exactCost)
    json.show(report.terminal)
    try json.write(text: report.json())
    if let outside = predicted.outsideFraction, !exact, outside > 1e-3 {
      say("Warning: \(FitTables.percent(outside)) of the points are unlike the training points.")
    }
    progress.line(
      "\(grouped(sample.table.count)) events in \(short(progress.seconds)) s. Wrote \(output).")
  }

  private func goal() throws -> Unweighting.Goal {
    switch (points, events) {
    case (let points?, nil): return .points(points)
    case (nil, let events?): return .events(events)
    default:
      throw AmpError(
        "either the number of points or that of events is to be given", in: "--points",
        remedy: "Write --points 1000000, or --events 100000.")
    }
  }

  private func write(_ sample: UnweightedSample, _ process: ScatteringProcess) throws {
    let weights = sample.weightsInPicobarn
    var layout = PointLayout(
      particles: process.particles.count, hasAmplitudes: true, count: sample.table.count,
      process: process)
    layout.crossSection = CrossSection(
      value: sample.statistics.crossSection, error: sample.statistics.crossSectionError,
      largestWeight: weights.max() ?? 0, beamEnergy: generation.sqrtS / 2)
    var records = PointRecords(momenta: sample.table.momenta, amplitudes: sample.table.amplitudes)
    records.weights = weights
    var writer = try PointFormats.standard.named(output).writer(output, layout)
    try writer.append(records)
    try writer.commit()
  }
}

extension Unweighting.Goal {
  /// The part of the work that is done.
  fileprivate func fraction(_ points: Int, _ events: Int) -> Double {
    switch self {
    case .points(let all): Double(points) / Double(all)
    case .events(let all): Double(events) / Double(all)
    }
  }
}

/// Predicts amplitudes and counts the points that are unlike the training points.
private final class DomainWatch {
  private let surrogate: Surrogate
  private let model: String
  private let samples: Int?
  private let threads: Int
  private let ignores: Bool
  private var (points, outside) = (0, 0)

  /// The most of the points that may be unlike the training points.
  private static let allowed = 0.01

  init(_ surrogate: Surrogate, model: String, samples: Int?, threads: Int, ignores: Bool) {
    (self.surrogate, self.model, self.samples) = (surrogate, model, samples)
    (self.threads, self.ignores) = (threads, ignores)
  }

  /// The part of the points so far; nil if the model has no domain.
  var outsideFraction: Double? {
    surrogate.description.domain == nil || points == 0 ? nil : Double(outside) / Double(points)
  }

  func amplitudes(of momenta: Momenta) throws -> [Double] {
    let prediction = try located(model) {
      try surrogate.predict(momenta, threads: threads, samples: samples)
    }
    let verdicts = try surrogate.verdicts(
      on: prediction, at: momenta, by: TrustGate(maximum: nil), threads: threads)
    points += momenta.count
    outside += verdicts.count { $0 == .outside }
    // A few standard deviations more, for the first points.
    let limit = DomainWatch.allowed + 3 * (DomainWatch.allowed / Double(points)).squareRoot()
    if let part = outsideFraction, part > limit, !ignores {
      throw AmpError(
        "\(FitTables.percent(part)) of the points are unlike those that the surrogate was trained on",
        in: model,
        remedy: "Give --sqrt-s, --pdf and cuts as in training, or add --ignore-domain: events stay "
          + "right, but are made slowly.")
    }
    return prediction.amplitude
  }
}
