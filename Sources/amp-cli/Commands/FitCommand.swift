import AmpCore
import AmpData
import AmpNets
import AmpUncertainty
import ArgumentParser
import Foundation

/// `amp-cli fit`: trains a surrogate.
struct FitCommand: SharedCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a network that predicts amplitude and uncertainty.",
    discussion: """
      Reads labelled points, keeps a part for validation and test, trains, and writes a run \
      folder: config.yaml (complete configuration, version, SHA-256 of the data), history.jsonl, \
      best.safetensors, last.safetensors, metrics.json (on the test points). An interrupted run \
      goes on with --resume and ends with the same bits.

      Examples:
        amp-cli fit points.npz --output run
        amp-cli fit points.npz --architecture mlp-i --recipe paper --output paper
        amp-cli fit points.npz --epochs 600 --finishing-epochs 60 --output hour
        amp-cli fit points.npz --architecture kan --grid 20 --grid-updates 0,5 --output kan
        amp-cli fit amplitudes.hdf5 --dataset aag --output aag
        amp-cli fit --config run/config.yaml --seed 2 --output run2
        amp-cli fit --resume run
        amp-cli fit points.npz --output run --json - --quiet
        mpirun -n 4 amp-cli fit points.npz --threads 1 --output run
      """)

  @Argument(help: "The labelled points, of any format that amp-cli convert reads.")
  var data: String?

  @OptionGroup var dataset: DatasetArgument

  @Option(name: .shortAndLong, help: "The run folder to make.")
  var output: String?

  @Option(help: "A YAML file with any of the options below; options win.")
  var config: String?

  @Option(help: "The folder of an interrupted run to go on with; needs nothing else.")
  var resume: String?

  @Option(
    help: "Write the numbers of metrics.json as an object to this file too; - for standard output.")
  var json: String?

  @OptionGroup(title: "Fit") var options: FitOptions
  @OptionGroup(title: "General") var common: CommonOptions

  func run() throws {
    if World.ranks.isFirst { try JSONOutput(json).check() }
    if let resume {
      guard output == nil, data == nil, dataset.name == nil, config == nil,
        try options.configuration() == RunConfiguration()
      else {
        throw AmpError(
          "a resumed run has its data, options and folder already", in: "--resume",
          remedy: "Give --resume alone: amp-cli fit --resume \(resume).")
      }
      let folder = try RunFolder(opening: resume)
      if folder.isFinished {
        if World.ranks.isFirst { try JSONOutput(json).write(text: folder.numbers()) }
        return Progress(quiet: common.quiet).line("\(resume) is finished: nothing to resume.")
      }
      return try goOn(in: folder)
    }
    guard let output else {
      throw AmpError(
        "there is no run folder to write", in: "--output",
        remedy: "Give one: amp-cli fit points.npz --output run.")
    }
    if World.ranks.isFirst { try RunFolder.check(output) }
    var configuration = try options.configuration()
    configuration.data = data.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    configuration.dataset = dataset.name
    if let config {
      var given = try RunConfiguration(contentsOf: config)
      given.version = nil
      if configuration.data != nil { (given.dataSHA256, given.dataset) = (nil, nil) }
      if let name = configuration.uncertainty, name != given.uncertainty {
        // Of another uncertainty the file holds options that this one does not have.
        given.uncertaintyOptions = try UncertaintyChoice(named: name).known(
          of: given.uncertaintyOptions)
      }
      configuration = try configuration.filled(from: given)
    }
    try begin(configuration, in: output)
  }

  /// Goes on with an interrupted run.
  func goOn(in folder: RunFolder) throws {
    if World.ranks.isFirst { try folder.removeLeftovers() }
    try train(RunConfiguration(contentsOf: folder.configuration), in: folder)
  }

  /// Makes the run folder `output` and trains.
  func begin(_ given: RunConfiguration, in output: String) throws {
    var configuration = try given.resolved()
    _ = try configuration.fit()
    guard let path = configuration.data else {
      throw AmpError(
        "there is no data", remedy: "Give a file of points: amp-cli fit points.npz --output run.")
    }
    try check(&configuration, path)
    let points = try RunData(configuration)
    for note in points.notes { progress().line(note + ".") }
    let ranks = World.ranks
    if ranks.isFirst { _ = try RunFolder(creating: output, configuration) }
    _ = ranks.agree(on: true)  // the folder is there
    let folder = try RunFolder(opening: output)
    do {
      try train(configuration, in: folder, points)
    } catch {
      // Without a checkpoint there is nothing to go on from, without a surrogate nothing to use.
      let files = [folder.checkpoint, folder.best]
      if ranks.isFirst, !files.contains(where: FileManager.default.fileExists(atPath:)) {
        try? FileManager.default.removeItem(atPath: output)
      }
      throw error
    }
  }

  /// Rank 0 alone talks.
  private func progress() -> Progress {
    Progress(quiet: common.quiet || !World.ranks.isFirst)
  }

  /// Notes the digest of the data, or compares it with the one that is noted.
  private func check(_ configuration: inout RunConfiguration, _ path: String) throws {
    let digest = try SHA256.hex(ofFile: path)
    if let expected = configuration.dataSHA256, expected != digest {
      throw AmpError(
        "the data has changed: its SHA-256 is not the one of the configuration", in: path,
        remedy: "Restore the file, or remove data-sha256 from the configuration.")
    }
    configuration.dataSHA256 = digest
  }

  private func train(
    _ given: RunConfiguration, in folder: RunFolder, _ points: RunData? = nil
  ) throws {
    var configuration = given
    let fit = try configuration.fit()
    if points == nil, let path = configuration.data { try check(&configuration, path) }
    let data = try points ?? RunData(configuration)
    let progress = progress()
    let ranks = World.ranks
    let training = data.table.rows(data.split.training)
    progress.line(
      "fit: \(fit.architecture) (\(fit.features), \(fit.target.rawValue) target, "
        + "\(fit.activation.name), \(fit.training.optimizer.rawValue), "
        + "\(fit.precision.rawValue)) on \(grouped(training.count)) points, "
        + "\(fit.training.epochs) epochs"
        + (fit.finishing.epochs > 0 ? ", then \(fit.finishing.epochs) of Gauss–Newton steps" : ""))
    var checkpoint: TensorFile?
    if FileManager.default.fileExists(atPath: folder.checkpoint) {
      checkpoint = try TensorFile(contentsOf: folder.checkpoint)
    }
    let interruption = Interruption {
      if !ranks.isFirst { return }
      say("fit: finishing the epoch; interrupt again to stop at once, without a checkpoint")
    }
    let result: Fit.Result
    do {
      result = try run(
        fit, training, data, checkpoint, in: folder, progress, interruption, ranks,
        configuration.trainingPoints)
    } catch let stop as Interruption.Stop {
      if ranks.isFirst { say("fit: stopped. Go on with: amp-cli fit --resume \(folder.path)") }
      throw ExitCode(stop.exitCode)
    }
    if let finishing = result.finishing, !finishing.isBetter {
      progress.line(
        "fit: the \(finishing.steps) Gauss–Newton steps did not help on the validation points; "
          + "the trained network is kept.")
    }
    if ranks.isFirst {
      try folder.write(result.history)
      try result.last.trained(on: configuration.trainingPoints).write(to: folder.last)
      try result.surrogate.trained(on: configuration.trainingPoints).write(to: folder.best)
    }
    let metrics = try RunMetrics(
      result, on: data, threads: common.threads, ranks: ranks, trainingPoints: training.count,
      batch: fit.training.batch)
    guard ranks.isFirst else { return }
    let numbers = try metrics.json()
    try RunFolder.write(numbers, to: folder.metrics)
    try JSONOutput(json).write(text: numbers)
    let report = metrics.report
    let summary = [
      ("median |Δ|", report.medianAbsDelta), ("median σ_syst/A", report.medianRelativeSystematic),
      ("pull width", report.pullSystematic?.std),
    ].compactMap { name, value in value.map { "\(name) \(short($0))" } }
    progress.line(
      "fit: \(result.history.count) epochs in \(duration(metrics.seconds)), best "
        + "\(result.bestEpoch). On \(grouped(report.points)) test points: "
        + summary.joined(separator: ", ") + ". Wrote \(folder.path).")
    if let outside = metrics.outsideGrid {
      progress.line("fit: " + RunMetrics.text(outsideGrid: outside))
    }
  }

  /// Trains, tells of it, and writes checkpoints.
  private func run(
    _ fit: Fit, _ training: AmplitudeTable, _ data: RunData, _ checkpoint: TensorFile?,
    in folder: RunFolder, _ progress: Progress, _ interruption: Interruption, _ ranks: any Ranks,
    _ trainingPoints: Surrogate.TrainingPoints?
  ) throws -> Fit.Result {
    var records: [EpochRecord] = []
    var lastCheckpoint = progress.seconds
    func keep(_ snapshot: () throws -> TensorFile) throws {
      // A snapshot is the work of all ranks, so that rank 0 decides for all.
      let signal = ranks.agree(on: interruption.stop?.signal ?? 0)
      if signal != 0
        || ranks.agree(on: progress.seconds - lastCheckpoint >= common.checkpointSeconds)
      {
        lastCheckpoint = progress.seconds
        let state = try snapshot()
        if ranks.isFirst { try state.write(to: folder.checkpoint) }
      }
      if signal != 0 { throw Interruption.Stop(signal: signal) }
    }
    return try fit.run(
      training, validation: data.table.rows(data.split.validation), threads: common.threads,
      resuming: checkpoint, ranks: ranks
    ) { event in
      switch event {
      case .progress(let epoch, let fraction):
        let done = (Double(epoch - 1) + fraction) / Double(fit.training.epochs)
        progress.update(
          "fit: epoch \(epoch) of \(fit.training.epochs)" + loss(records.last)
            + progress.remaining(done))
      case .epoch(let record, _, let snapshot):
        records.append(record)
        progress.update(
          "fit: epoch \(record.epoch) of \(fit.training.epochs)" + loss(record)
            + progress.remaining(Double(record.epoch) / Double(fit.training.epochs)))
        try keep(snapshot)
      case .finishing(let step, let steps, let residual, let snapshot):
        progress.update(
          "fit: finishing step \(step) of \(steps), residual "
            + String(format: "%.2e", residual.squareRoot()))
        try keep(snapshot)
      case .refittingHead:
        progress.line("fit: refitting the head of ln σ²")
      case .calibrating:
        progress.line("fit: calibrating σ")
      case .calibrated(let records):
        let methods = records.map(\.method.rawValue).joined(separator: " and ")
        progress.line(
          records.isEmpty
            ? "fit: σ stays as it is, there are too few points to calibrate with"
            : "fit: σ is calibrated by \(methods)")
      case .diverged(let divergence, let best, let history):
        guard ranks.isFirst, let best, let epoch = divergence.bestEpoch else { return }
        try folder.write(history)
        try best.trained(on: trainingPoints).write(to: folder.best)
        say("fit: kept the surrogate of epoch \(epoch), the best one, in \(folder.best)")
      }
    }
  }

  private func loss(_ record: EpochRecord?) -> String {
    guard let record else { return "" }
    return ", loss \(String(format: "%.4f", record.training)), validation "
      + String(format: "%.4f", record.validation)
  }
}
