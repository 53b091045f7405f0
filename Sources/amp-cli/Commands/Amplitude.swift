import AmpCore
import AmpData
import ArgumentParser

/// `amp-cli amplitude`: labels given points with |M|².
struct Amplitude: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Label phase-space points with the |M|² of a formula or of a library.",
    discussion: """
      Reads momenta of any format that amp-cli convert reads, events too, of which those of the \
      process are taken; evaluates |M|² in GeV^(8 − 2n) and its estimated relative accuracy. Amp \
      itself has g g → γ γ g (gg_aag) and gluon trees (gg_gg to gg_gggggg, from six gluons on their \
      MHV part). Any library that speaks the Binoth Les Houches accord is loaded with --provider; it \
      runs in processes of its own.

      A point without an amplitude, or with one beyond the tolerance, is an error; with --flag it \
      gets NaN. What a library has computed is written in any case, with NaN at such points.

      Examples:
        amp-cli amplitude momenta.npy --output labelled.npz
        amp-cli amplitude momenta.npy --process gg_gggg --output labelled.npz
        amp-cli amplitude momenta.npy --provider libnjet2.so --contract contract.lh --output a.npz
      """)

  @Argument(help: "The file with the momenta.")
  var file: String

  @OptionGroup var dataset: DatasetArgument

  @Option(
    name: .shortAndLong,
    help: """
      The file to write. In an .npz, arrays momenta, amplitudes, accuracies and process; otherwise \
      momenta and amplitudes.
      """)
  var output: String

  @Option(
    help: "The process; by default gg_aag, or the only one of the contract.")
  var process: String?

  @Option(
    parsing: .unconditional,
    help: """
      The largest estimated relative error that is accepted. (default: 1e-8, 1e-3 for a library)
      """)
  var tolerance: Double?

  @Flag(help: "Keep points without a good amplitude, with NaN.")
  var flag = false

  @Option(help: "Write the rows without a good amplitude and the reasons to this CSV file.")
  var failures: String?

  @Flag(help: "Let particles have masses.")
  var massive = false

  @Option(
    help: "Write the numbers of the summary as a JSON object to this file; - for standard output.")
  var json: String?

  @OptionGroup(title: "Library") var library: ProviderOptions
  @OptionGroup(title: "General") var common: CommonOptions

  /// What `--json` writes.
  private struct Numbers: Encodable {
    let process: String
    let points: Int
    /// Points without a good amplitude.
    let failures: Int
    let unknownAccuracies: Int
    let seconds: Double
    let output: String

    enum CodingKeys: String, CodingKey {
      case process, points, failures, seconds, output
      case unknownAccuracies = "unknown_accuracies"
    }
  }

  func run() throws {
    try PointFormats.standard.checkWritable(output)
    if let failures { try AtomicFile.check(failures) }
    try JSONOutput(json).check()
    let process = try process.map { name in
      try located("--process") { try ScatteringProcess(named: name) }
    }
    var builtIn: (any AmplitudeProvider)?
    if library.provider == nil {
      try library.checkWithoutProvider()
      builtIn = try located("--process") {
        try BuiltInAmplitudes.amplitude(of: process ?? .diphotonGluon)
      }
    }
    if let builtIn {
      let momenta = try read(of: builtIn.process)
      return try label(momenta, by: builtIn, tolerance: tolerance ?? 1e-8, keepsAll: flag)
    }
    guard let path = library.provider else { return }
    try library.withProvider(path, process: process) { provider in
      let momenta = try read(of: provider.process)
      try label(momenta, by: provider, tolerance: tolerance ?? 1e-3, keepsAll: true)
    }
  }

  private func read(of process: ScatteringProcess) throws -> Momenta {
    var checks = PointChecks()
    if massive { checks.massShell = nil }
    let (momenta, report) = try Momenta.read(
      file, formats: .known, badRows: .stop,
      options: .events(of: process, dataset: dataset.name, checks: checks))
    if !common.quiet { for note in report.notes { say("amplitude: \(note).") } }
    return momenta
  }

  private func label(
    _ momenta: Momenta, by provider: any AmplitudeProvider, tolerance: Double, keepsAll: Bool
  ) throws {
    guard momenta.particles == provider.particles else {
      let hint =
        momenta.particles < 100
        ? ", or name the process with --process, for example "
          + ScatteringProcess.gluons(momenta.particles).name : ""
      throw AmpError(
        "the points have \(momenta.particles) particles, \(provider.process) has "
          + "\(provider.particles)", in: file,
        remedy: "Give momenta of shape (N, \(provider.particles), 4)" + hint + ".")
    }
    let ranks = World.ranks
    let progress = ThreadSafeProgress(
      of: "amplitude", total: momenta.count, quiet: common.quiet || !ranks.isFirst)
    var evaluated = try shared(provider, among: ranks).amplitudes(
      of: momenta, threads: common.threads
    ) { progress.report($0) }
    evaluated.refuse(beyond: tolerance)
    let bad = evaluated.failures
    if let first = bad.first, !keepsAll {
      throw complaint(first, bad.count, of: momenta.count, remedy: remedy)
    }
    guard ranks.isFirst else { return }
    try write(momenta, evaluated, of: provider.process)
    if let failures { try write(bad, to: failures) }
    let unknown = evaluated.accuracies.count { $0.isNaN }
    progress.finish(
      "\(grouped(momenta.count)) points of \(provider.process) in \(short(progress.seconds)) s; "
        + "\(grouped(bad.count)) without a good amplitude"
        + (unknown > 0 ? "; \(grouped(unknown)) whose accuracy the library does not say" : "")
        + ". Wrote \(output).")
    try JSONOutput(json).write(
      Numbers(
        process: provider.process.name, points: momenta.count, failures: bad.count,
        unknownAccuracies: unknown, seconds: progress.seconds, output: output))
    guard let first = bad.first else { return }
    if flag {
      for failure in bad.prefix(5) where !common.quiet {
        say("amplitude: row \(failure.row): \(failure.reason)")
      }
      if bad.count > 5, failures == nil, !common.quiet {
        say("amplitude: … and \(bad.count - 5) more; --failures FILE.csv lists all")
      }
      return
    }
    throw complaint(
      first, bad.count, of: momenta.count,
      remedy: "They are NaN in \(output); --failures FILE.csv lists them, --flag accepts them.")
  }

  private func shared<Provider: AmplitudeProvider>(
    _ provider: Provider, among ranks: any Ranks
  ) -> any AmplitudeProvider {
    ranks.count == 1 ? provider : SharedProvider(provider, among: ranks)
  }

  private var remedy: String {
    "Remove the points, raise --tolerance, or give --flag to mark them with NaN."
  }

  private func complaint(
    _ first: EvaluatedAmplitudes.Failure, _ count: Int, of total: Int, remedy: String
  ) -> AmpError {
    AmpError(
      "\(first.reason); \(count) of \(total) points have no good amplitude", in: file,
      at: "row \(first.row)", remedy: remedy)
  }

  private func write(
    _ momenta: Momenta, _ evaluated: EvaluatedAmplitudes, of process: ScatteringProcess
  ) throws {
    guard output.hasSuffix(".npz") else {
      return try AmplitudeTable(momenta: momenta, amplitudes: evaluated.values).write(
        to: output, process: process)
    }
    try NumpyArchive.write(
      [
        (
          "momenta",
          StoredArray(momenta.components, shape: [momenta.count, momenta.particles, 4])
        ),
        ("amplitudes", StoredArray(evaluated.values)),
        ("accuracies", StoredArray(evaluated.accuracies)),
        ("process", StoredArray(process: process)),
      ], to: output)
  }

  private func write(_ failures: [EvaluatedAmplitudes.Failure], to path: String) throws {
    try AtomicFile.write(to: path) { file in
      try file.write("row,reason\n")
      for failure in failures {
        try file.write(
          "\(failure.row),\"\(failure.reason.replacing("\"", with: "\"\""))\"\n")
      }
    }
  }
}

extension EvaluatedAmplitudes {
  /// Turns values whose estimated error is beyond `tolerance` into failures.
  fileprivate mutating func refuse(beyond tolerance: Double) {
    // Not "not within": an error that is not known is NaN, and no reason to refuse.
    for row in values.indices where accuracies[row] > tolerance && values[row].isFinite {
      failures.append(
        Failure(
          row: row,
          reason: "the amplitude is only accurate to \(short(accuracies[row])), beyond the "
            + "tolerance \(short(tolerance))"))
      values[row] = .nan
    }
    failures.sort { $0.row < $1.row }
  }
}
