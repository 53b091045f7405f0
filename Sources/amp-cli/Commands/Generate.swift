import AmpCore
import AmpData
import AmpNets
import ArgumentParser
import Foundation

/// `amp-cli generate`: labelled points of g g → γ γ g or of gluons.
struct Generate: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generate phase-space points of g g → γ γ g, or of gluons, with |M|².",
    discussion: """
      Points are flat in phase space (RAMBO) with parton momenta that follow the gluon densities, \
      inside the cuts, in the laboratory frame; photons, or all outgoing gluons, are ordered by \
      p_T. |M|² is averaged over initial and summed over final spins and colours, in \
      GeV^(8 − 2n) for n particles. The same seed gives the same bytes for any number of threads.

      Processes are gg_aag, the exact one-loop g g → γ γ g, and gg_gg to gg_gggggg, gluon trees \
      that are exact for four and five gluons and the MHV part for more.

      Examples:
        amp-cli generate --points 300000 --seed 1 --output points.npz
        amp-cli generate --points 600000 --enrich 20 --seed 2 --output training.npz
        amp-cli generate --process gg_gggg --points 100000 --pt-jet 40 --output gluons.npz
        amp-cli generate --points 20000 --output more.npz --json - --quiet
      """)

  @Option(help: "The process: gg_aag, or gg_ and two to six outgoing g.")
  var process = ScatteringProcess.diphotonGluon.name

  @Option(parsing: .unconditional, help: "The number of points inside the cuts.")
  var points: Int

  @Option(parsing: .unconditional, help: "The seed.")
  var seed: UInt64 = 0

  @Option(
    name: .shortAndLong,
    help: "The file to write: .npz, .npy, .csv, .txt, .hepmc3 or .lhe; text also with .gz.")
  var output: String

  @OptionGroup var generation: GeneratorOptions

  @Option(
    parsing: .unconditional,
    help: "Relative Gaussian noise on the amplitudes, for example 0.05 for 5 %.")
  var noise = 0.0

  @Option(
    parsing: .unconditional,
    help: """
      Up to so many times as many points in soft and collinear corners and at high energy, for \
      training, for example 20.
      """)
  var enrich: Double?

  @Option(
    help: "Write the numbers of the summary as a JSON object to this file; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  /// What `--json` writes.
  private struct Numbers: Encodable {
    let process: String
    let points: Int
    let seed: UInt64
    let seconds: Double
    /// The part of phase space inside the cuts.
    let acceptance: Double
    let replacedForAccuracy: Int
    /// In pb.
    let crossSection: Double?
    let crossSectionError: Double?
    let output: String

    enum CodingKeys: String, CodingKey {
      case process, points, seed, seconds, acceptance, output
      case replacedForAccuracy = "replaced_for_accuracy"
      case crossSection = "cross_section"
      case crossSectionError = "cross_section_error"
    }
  }

  func run() throws {
    let process = try located("--process") { try ScatteringProcess(named: self.process) }
    let generate = try generator(of: process)
    try PointFormats.standard.checkWritable(output)
    let json = JSONOutput(json)
    try json.check()
    guard noise >= 0 && noise <= 1 else {
      throw AmpError(
        "a relative noise of \(noise) is not between 0 and 1", in: "--noise",
        remedy: "Give the width as a fraction of the amplitude, for example 0.05 for 5 %.")
    }

    let memory = Double(points) * Double(4 * process.particles.count + 1) * 8
    guard memory < Double(ProcessInfo.processInfo.physicalMemory) else {
      throw AmpError(
        "\(grouped(points)) points take \(short(memory / 1e9)) GB, more than there is",
        in: "--points", remedy: "Generate several files with different seeds.")
    }

    let progress = ThreadSafeProgress(
      of: "generate", total: points, quiet: common.quiet || !World.ranks.isFirst)
    let sample: GeneratedSample
    do {
      sample = try generate { progress.report($0) }
    } catch var error as AmpError {
      error.place = error.place.map { GeneratorOptions.names[$0] ?? $0 }
      throw error
    }
    guard World.ranks.isFirst else { return }
    var table = sample.table
    if noise > 0 { table = try table.smeared(by: noise, seed: seed) }
    try table.write(to: output, process: process)

    let statistics = sample.statistics
    let seconds = progress.seconds
    progress.finish(
      "\(grouped(points)) points in \(short(seconds)) s (\(grouped(Int(Double(points) / seconds))) "
        + "per second); \(short(100 * statistics.acceptance)) % inside the cuts; "
        + "\(statistics.inaccurate) replaced for accuracy; σ = \(short(statistics.crossSection)) ± "
        + "\(short(statistics.crossSectionError)) pb. Wrote \(output).")
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    try json.write(
      Numbers(
        process: process.name, points: points, seed: seed, seconds: seconds,
        acceptance: statistics.acceptance, replacedForAccuracy: statistics.inaccurate,
        crossSection: finite(statistics.crossSection),
        crossSectionError: finite(statistics.crossSectionError),
        output: output))
  }

  /// The generator of `process`, ready to run; throws an ``AmpError`` if there is none.
  private func generator(
    of process: ScatteringProcess
  ) throws -> (@escaping @Sendable (Int) -> Void) throws -> GeneratedSample {
    let (points, seed, threads, ranks) = (points, seed, common.threads, World.ranks)
    let enrichment = enrich.map(Enrichment.init(largest:))
    if process == .diphotonGluon {
      var generator = try generation.diphoton()
      generator.enrichment = enrichment
      return { [generator] progress in
        try generator.generate(
          points: points, seed: seed, threads: threads, ranks: ranks, progress: progress)
      }
    }
    var generator = try generation.gluons(of: process)
    generator.enrichment = enrichment
    return { [generator] progress in
      try generator.generate(
        points: points, seed: seed, threads: threads, ranks: ranks, progress: progress)
    }
  }
}
