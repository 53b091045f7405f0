import AmpCore
import AmpData
import AmpNets
import ArgumentParser
import Foundation

/// `amp-cli generate`: labelled points of g g → γ γ g.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generate phase-space points of g g → γ γ g with the exact |M|².",
    discussion: """
      Points are flat in phase space (RAMBO) with parton momenta that follow the gluon densities, \
      inside the cuts, in the laboratory frame; photons are ordered by p_T. |M|² is averaged over \
      initial and summed over final spins and colours, in GeV⁻². The same seed gives the same \
      bytes for any number of threads.

      Example:
        amp-cli generate --points 300000 --seed 1 --output points.npz
      """)

  @Option(parsing: .unconditional, help: "The number of points inside the cuts.")
  var points: Int

  @Option(parsing: .unconditional, help: "The seed.")
  var seed: UInt64 = 0

  @Option(
    name: .shortAndLong,
    help: "The file to write: .npz, .npy, .csv, .txt, .hepmc3 or .lhe; text also with .gz.")
  var output: String

  @Option(parsing: .unconditional, help: "The hadronic centre-of-mass energy in GeV.")
  var sqrtS = 1000.0

  @Option(help: "The gluon density: ct18 or nnpdf31.")
  var pdf = "ct18"

  @Option(parsing: .unconditional, help: "Smallest p_T of the leading photon in GeV.")
  var ptGamma1 = DiphotonCuts().leadingPhoton

  @Option(parsing: .unconditional, help: "Smallest p_T of the subleading photon in GeV.")
  var ptGamma2 = DiphotonCuts().subleadingPhoton

  @Option(parsing: .unconditional, help: "Largest |η| of a photon.")
  var etaGamma = DiphotonCuts().photonPseudorapidity

  @Option(parsing: .unconditional, help: "Smallest p_T of the gluon in GeV.")
  var ptJet = DiphotonCuts().jet

  @Option(parsing: .unconditional, help: "Largest |η| of the gluon.")
  var etaJet = DiphotonCuts().jetPseudorapidity

  @Option(parsing: .unconditional, help: "Smallest ΔR of the photons.")
  var drGammaGamma = DiphotonCuts().photonSeparation

  @Option(parsing: .unconditional, help: "Smallest ΔR of a photon and the gluon.")
  var drGammaJet = DiphotonCuts().photonJetSeparation

  @Option(
    parsing: .unconditional,
    help: "Relative Gaussian noise on the amplitudes, for example 0.05 for 5 %.")
  var noise = 0.0

  @Option(
    parsing: .unconditional,
    help: "The relative accuracy below which a point is replaced by another.")
  var tolerance = 1e-8

  @OptionGroup var common: CommonOptions

  func run() throws {
    var generator = DiphotonGenerator()
    generator.collisionEnergy = sqrtS
    generator.density = try located("--pdf") {
      try choose(pdf, among: Generate.densities, of: "gluon density", by: \.name).density
    }
    generator.cuts.leadingPhoton = ptGamma1
    generator.cuts.subleadingPhoton = ptGamma2
    generator.cuts.photonPseudorapidity = etaGamma
    generator.cuts.jet = ptJet
    generator.cuts.jetPseudorapidity = etaJet
    generator.cuts.photonSeparation = drGammaGamma
    generator.cuts.photonJetSeparation = drGammaJet
    generator.tolerance = tolerance
    try PointFormats.checkWritable(output)
    guard noise >= 0 && noise <= 1 else {
      throw AmpError(
        "a relative noise of \(noise) is not between 0 and 1", in: "--noise",
        remedy: "Give the width as a fraction of the amplitude, for example 0.05 for 5 %.")
    }

    let memory = Double(points) * 21 * 8
    guard memory < Double(ProcessInfo.processInfo.physicalMemory) else {
      throw AmpError(
        "\(grouped(points)) points take \(short(memory / 1e9)) GB, more than there is",
        in: "--points", remedy: "Generate several files with different seeds.")
    }

    let progress = ThreadSafeProgress(total: points, quiet: common.quiet)
    let sample: GeneratedSample
    do {
      sample = try generator.generate(
        points: points, seed: seed, threads: common.threads
      ) { progress.report($0) }
    } catch var error {
      error.place = error.place.map { Generate.options[$0] ?? $0 }
      throw error
    }
    var table = sample.table
    if noise > 0 { table = try table.smeared(by: noise, seed: seed) }
    try table.write(to: output, process: .diphotonGluon)

    let statistics = sample.statistics
    let seconds = progress.seconds
    progress.finish(
      "\(grouped(points)) points in \(short(seconds)) s (\(grouped(Int(Double(points) / seconds))) "
        + "per second); \(short(100 * statistics.acceptance)) % inside the cuts; "
        + "\(statistics.inaccurate) replaced for accuracy; σ = \(short(statistics.crossSection)) ± "
        + "\(short(statistics.crossSectionError)) pb. Wrote \(output).")
  }

  private static let densities = [
    (name: "ct18", density: GluonDensity.ct18), (name: "nnpdf31", density: .nnpdf31),
  ]

  /// What the generator calls its options, and what they are called here.
  private static let options = [
    "points": "--points", "collision energy": "--sqrt-s", "density": "--pdf",
    "tolerance": "--tolerance",
  ]
}

/// Progress that worker threads report.
///
/// Unchecked Sendable because a lock guards the line.
private final class ThreadSafeProgress: @unchecked Sendable {
  private let progress: Progress
  private let total: Int
  private let lock = NSLock()

  init(total: Int, quiet: Bool) {
    progress = Progress(quiet: quiet)
    self.total = total
  }

  var seconds: Double { progress.seconds }

  func report(_ done: Int) {
    lock.withLock {
      let fraction = Double(done) / Double(max(1, total))
      progress.update(
        "generate: \(grouped(done)) of \(grouped(total)) points"
          + progress.remaining(fraction))
    }
  }

  func finish(_ text: String) { lock.withLock { progress.line(text) } }
}
