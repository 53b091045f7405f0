import AmpCore
import AmpData
import AmpHDF5
import AmpUncertainty
import ArgumentParser
import Foundation

/// `amp-cli histograms`: cross section and distributions of a surrogate with all their uncertainties.
struct Histograms: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cross section and histograms of a surrogate, with propagated uncertainties.",
    discussion: """
      Points drawn by the options of amp-cli generate give the cross section in pb and dσ/dx of \
      m(γγ), every p_T and ΔR; points of a file give the same distributions of ⟨|M|²⟩. Each bin has \
      the Monte Carlo error, the systematic uncertainty if all errors had one direction (correlated) \
      and if they were independent, and the statistical one as the spread over the networks.

      The folder gets histograms.svg and one picture per observable, with the exact amplitude and \
      the ratio to it; histograms.json; and histograms.yoda for YODA 2 and Rivet. --events tests \
      unweighted events against the exact histograms by χ².

      Examples:
        amp-cli histograms run --points 200000 --seed 3 --output histograms
        amp-cli histograms run --data points.npz --output histograms
        amp-cli histograms run --points 1000000 --events events.lhe.gz --output histograms
      """)

  @Argument(help: "A run folder or a model file (.safetensors).")
  var model: String

  @Option(parsing: .unconditional, help: "The points to draw, in whole blocks of 1024.")
  var points: Int?

  @Option(help: "Points, of any format that amp-cli convert reads, instead of --points.")
  var data: String?

  @OptionGroup var dataset: DatasetArgument

  @Option(name: .shortAndLong, help: "The folder to write.")
  var output: String

  @Option(help: "Events of the same energy and cuts to compare by χ², with their weights.")
  var events: String?

  @Option(parsing: .unconditional, help: "The seed of drawn points.")
  var seed: UInt64 = 0

  @Option(parsing: .unconditional, help: "The bins of each histogram.")
  var bins = 30

  @Flag(help: "Leave the exact amplitude out.")
  var withoutExact = false

  @OptionGroup var generation: GeneratorOptions

  @Option(
    parsing: .unconditional, help: "Networks to predict with; by default as many as the model says."
  )
  var samples: Int?

  @Option(
    help: "Write the numbers of histograms.json to this file too; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  /// Points that are held at the same time.
  private static let atOnce = 1 << 16

  func run() throws {
    guard (points == nil) != (data == nil) else {
      throw AmpError(
        "points are either drawn or read", in: "--points",
        remedy: "Write --points 200000, or --data points.npz.")
    }
    guard (2...1000).contains(bins) else {
      throw AmpError("\(bins) bins are not possible", in: "--bins", remedy: "Give 2 to 1000.")
    }
    if let points, !(1...Int(UInt32.max) / 2).contains(points) {
      throw AmpError(
        "\(points) points cannot be drawn", in: "--points", remedy: "Ask for 1 to 2e9.")
    }
    if events != nil && withoutExact {
      throw AmpError(
        "events are compared with the exact amplitude", in: "--events",
        remedy: "Leave --without-exact out.")
    }
    let json = JSONOutput(json)
    try json.check()
    let progress = Progress(quiet: common.quiet)
    let surrogate = try Model(model).surrogate
    let process = surrogate.description.process
    var book = HistogramBook(process: process, bins: bins, drawn: points != nil)
    do {
      if let points {
        try draw(points, surrogate, into: &book, progress)
      } else if let data {
        try read(data, surrogate, into: &book, progress)
      }
    } catch var error as AmpError {
      error.place = error.place.map { GeneratorOptions.names[$0] ?? $0 }
      throw error
    }
    if let events { try compare(events, process, with: &book, progress) }
    try FileManager.default.createDirectory(
      atPath: output, withIntermediateDirectories: true)
    let name = splitPath(output).name
    try HistogramFigures(book).write(to: output, title: "\(process), \(model)")
    try RunFolder.write(book.json(), to: output + "/histograms.json")
    try book.yoda().write(to: output + "/histograms.yoda")
    json.show(book.terminal)
    try json.write(text: book.json())
    progress.line(
      "\(grouped(book.points)) points in \(short(progress.seconds)) s. Wrote \(name).")
  }

  /// Draws points, batch by batch.
  private func draw(
    _ points: Int, _ surrogate: Surrogate, into book: inout HistogramBook, _ progress: Progress
  ) throws {
    let phaseSpace = try generation.phaseSpace(of: surrogate.description.process)
    let size = FlatPhaseSpace.blockSize
    let blocks = (points + size - 1) / size
    for first in stride(from: 0, to: blocks, by: Histograms.atOnce / size) {
      let range = first..<min(blocks, first + Histograms.atOnce / size)
      // Another stream than those of generated points and of events.
      let drawn = try phaseSpace.points(
        blocks: range, seed: seed, member: 3, threads: common.threads)
      var exact: [Double]?
      if !withoutExact {
        let evaluated = phaseSpace.amplitude.amplitudes(
          of: drawn.momenta, threads: common.threads)
        exact = zip(evaluated.values, evaluated.accuracies).map {
          $1 <= phaseSpace.tolerance ? $0 : 0
        }
      }
      let prediction = try predict(drawn.momenta, surrogate)
      book.add(
        drawn.momenta, weights: drawn.weights, prediction, exact: exact, trials: drawn.trials)
      let done = Double(range.upperBound) / Double(blocks)
      progress.update(
        "histograms: \(grouped(range.upperBound * size)) of \(grouped(blocks * size)) points"
          + (done < 1 ? progress.remaining(done) : ""))
    }
  }

  /// Reads points, batch by batch.
  private func read(
    _ path: String, _ surrogate: Surrogate, into book: inout HistogramBook, _ progress: Progress
  ) throws {
    var stream = try PointStream(
      path, formats: .known,
      options: .events(of: surrogate.description.process, dataset: dataset.name))
    while let batch = try stream.next() {
      let records = batch.kept
      guard let momenta = records.momenta, records.count > 0 else { continue }
      guard momenta.particles == surrogate.description.process.particles.count else {
        throw AmpError(
          "the points have \(momenta.particles) particles, the process of the model "
            + "\(surrogate.description.process.particles.count)", in: path,
          remedy: "Give points of \(surrogate.description.process).")
      }
      book.add(
        momenta, weights: [Double](repeating: 1, count: records.count),
        try predict(momenta, surrogate), exact: withoutExact ? nil : records.amplitudes,
        trials: records.count)
      progress.update("histograms: \(grouped(book.points)) points")
    }
    for note in stream.report.notes { progress.line(note + ".") }
    if stream.report.bad > 0 { say("Warning: \(stream.report.bad) bad rows were left out.") }
    guard book.points > 0 else {
      throw AmpError("all rows are bad", in: path, remedy: "Look with amp-cli inspect.")
    }
  }

  private func predict(_ momenta: Momenta, _ surrogate: Surrogate) throws -> Prediction {
    try located(model) {
      try surrogate.predict(
        momenta, threads: common.threads, samples: samples,
        keepingMembers: (samples ?? surrogate.samples) > 1)
    }
  }

  private func compare(
    _ path: String, _ process: ScatteringProcess, with book: inout HistogramBook,
    _ progress: Progress
  ) throws {
    guard book.hasExact else {
      throw AmpError(
        "there are no exact amplitudes to compare with", in: "--events",
        remedy: "Give --data with amplitudes, or --points.")
    }
    let (records, report) = try PointFormats.standard.inspected(
      path, options: .events(of: process, dataset: nil))
    if let error = report.firstError(in: path) { throw error }
    for note in report.notes { progress.line(note + ".") }
    guard let momenta = records.momenta, momenta.particles == process.particles.count else {
      throw AmpError(
        "the events are not those of \(process)", in: path, remedy: "Give events of this process.")
    }
    book.compare(momenta, weights: records.weights)
  }
}
