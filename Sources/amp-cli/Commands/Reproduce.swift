import AmpCore
import AmpNets
import ArgumentParser
import Foundation

/// `amp-cli reproduce`: the figures and tables of the paper behind Amp.
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reproduce figures and tables of arXiv:2412.12069.",
    discussion: """
      Generates points, makes the fits that a figure or table needs, and draws it beside the \
      paper's numbers: index.html, summary.md, summary.json and a folder of pictures for each. \
      Fits are runs as those of amp-cli fit, each in its own folder and made once, whichever \
      figures need it; what was interrupted goes on with the same command. Names are fig1 to \
      fig15, tab1 to tab4, toy, or all. Docs/Reproduction.md says what each shows.

      Examples:
        amp-cli reproduce list
        amp-cli reproduce fig5 tab2 --scale quick --output reproduction
        amp-cli reproduce all --output reproduction
        amp-cli reproduce jobs fig5 --output reproduction
        amp-cli reproduce run mlp3-det-t75-f1 --output reproduction
        amp-cli reproduce gather all --output reproduction
        amp-cli reproduce all --scale paper --output paper --emit snakemake
      """,
    subcommands: [
      ReproduceItems.self, ReproduceList.self, ReproduceJobs.self, ReproducePoints.self,
      ReproduceRun.self, ReproduceGather.self,
    ], defaultSubcommand: ReproduceItems.self)
}

/// The options that say which reproduction it is.
struct ReproductionOptions: ParsableArguments {
  @Option(
    help: "How much to spend: quick, hour or paper.",
    completion: .list(Scale.Name.allCases.map(\.rawValue)))
  var scale = "quick"

  @Option(name: .shortAndLong, help: "The folder of points, jobs and pages.")
  var output = "reproduction"

  @Option(parsing: .unconditional, help: "The number of points instead of that of the scale.")
  var points: Int?

  @Option(parsing: .unconditional, help: "The seed of the points.")
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: "A factor for all numbers of epochs, for example 0.1 to try things out.")
  var effort: Double?

  @Option(parsing: .unconditional, help: "The highest learning rate of perceptrons.")
  var learningRate: Double?

  @Option(parsing: .unconditional, help: "The highest learning rate of Deep Sets.")
  var deepSetsRate: Double?

  @Option(help: "The members of ensembles of perceptrons.")
  var members: Int?

  @Option(help: "The networks drawn from a posterior.")
  var samples: Int?

  @Option(parsing: .unconditional, help: "σ of the prior of Bayesian weights.")
  var priorWidth: Double?

  @Option(parsing: .unconditional, help: "The part of the training points used by default.")
  var trainFraction: Double?

  /// The reproduction; throws an ``AmpError`` for values out of range.
  func reproduction() throws -> Reproduction {
    let name = try located("--scale") {
      try choose(scale, among: Scale.Name.allCases, of: "scale", by: \.rawValue)
    }
    var chosen = Scale(name)
    if let points {
      guard (1000...100_000_000).contains(points) else {
        throw AmpError(
          "a reproduction with \(points) points is not possible", in: "--points",
          remedy: "Give 1000 or more.")
      }
      chosen.points = points
    }
    if let seed { chosen.seed = seed }
    if let effort {
      guard effort > 0 && effort <= 1000 else {
        throw AmpError(
          "the effort is \(effort)", in: "--effort", remedy: "Give a positive number, such as 0.1.")
      }
      chosen.multiplyEpochs(by: effort)
    }
    if let learningRate { chosen.rate = learningRate }
    if let deepSetsRate { chosen.deepSetRate = deepSetsRate }
    if let members { chosen.members = members }
    if let samples { chosen.samples = samples }
    if let priorWidth { chosen.prior = priorWidth }
    if let trainFraction {
      guard trainFraction > 0 && trainFraction <= 1 else {
        throw AmpError(
          "the train fraction is \(trainFraction)", in: "--train-fraction",
          remedy: "Give the part of the training points to use, above 0 and up to 1.")
      }
      chosen.fraction = trainFraction
    }
    return Reproduction(chosen, in: output)
  }

  /// The options as words of a command line, the folder as an absolute path.
  func words() throws -> [String] {
    var words = ["--scale", scale, "--output", try reproduction().folder]
    func add(_ name: String, _ value: (some CustomStringConvertible)?) {
      if let value { words += [name, "\(value)"] }
    }
    add("--points", points)
    add("--seed", seed)
    add("--effort", effort)
    add("--learning-rate", learningRate)
    add("--deep-sets-rate", deepSetsRate)
    add("--members", members)
    add("--samples", samples)
    add("--prior-width", priorWidth)
    add("--train-fraction", trainFraction)
    return words
  }
}

/// `amp-cli reproduce ID…`: everything from points to pages.
struct ReproduceItems: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Fit what is missing and draw (the default).",
    discussion: """
      Example:
        amp-cli reproduce make fig5 --output reproduction
      """)

  @Argument(
    help: "Figures and tables: fig1 to fig15, tab1 to tab4, toy, or all.",
    completion: .list(ReproductionItem.all.map(\.id) + ["all"]))
  var items: [String]

  @OptionGroup var options: ReproductionOptions

  @Option(
    help: "Write a script for snakemake, slurm or htcondor instead of running the jobs.",
    completion: .list(JobScript.System.allCases.map(\.rawValue)))
  var emit: String?

  @Option(
    help: "Write the numbers of summary.json to this file too; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let json = JSONOutput(json)
    try json.check()
    let reproduction = try options.reproduction()
    let items = try Reproduction.items(items)
    let jobs = reproduction.jobs(of: items)
    if let emit { return try write(emit, reproduction, jobs) }
    for job in jobs.jobs { _ = try jobs.state(of: job) }
    try reproduction.prepare(common)
    try jobs.run(common)
    try reproduction.gather(items).show(json)
    Progress(quiet: common.quiet).line("Wrote \(reproduction.folder)/index.html.")
  }

  private func write(_ name: String, _ reproduction: Reproduction, _ jobs: JobList) throws {
    let program = [Bundle.main.executablePath ?? "amp-cli", "reproduce"]
    let words = try options.words()
    let script = JobScript(
      prepare: program + ["points"] + words, prepared: reproduction.points,
      run: program + ["run", "--quiet"] + words, gather: program + ["gather"] + items + words,
      gathered: reproduction.folder + "/index.html", list: jobs, lastFile: Judgement.fileName,
      threads: common.threads)
    try script.write(for: name, to: reproduction.folder)
  }
}

/// `amp-cli reproduce list`.
struct ReproduceList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List figures and tables, and the fits of each.",
    discussion: """
      Example:
        amp-cli reproduce list --scale hour
      """)

  @OptionGroup var options: ReproductionOptions

  @Option(help: "Write the list as a JSON object to this file; - for standard output.")
  var json: String?

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  /// A figure or table, as `--json` writes it.
  private struct Item: Encodable {
    var id: String
    var fits: Int
    var title: String
  }

  func run() throws {
    let json = JSONOutput(json)
    try json.check()
    let reproduction = try options.reproduction()
    let items = ReproductionItem.all.map {
      Item(id: $0.id, fits: reproduction.jobs(of: [$0]).jobs.count, title: $0.title)
    }
    json.show(FitTables.aligned(items.map { [$0.id, "\($0.fits) fits", $0.title] }))
    try json.write(["items": items])
  }
}

/// `amp-cli reproduce jobs ID…`.
struct ReproduceJobs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "List the fits of figures and tables, and which are done.",
    discussion: """
      Example:
        amp-cli reproduce jobs fig5 --output reproduction
      """)

  @Argument(
    help: "Figures and tables: fig1 to fig15, tab1 to tab4, toy, or all.",
    completion: .list(ReproductionItem.all.map(\.id) + ["all"]))
  var items: [String]

  @OptionGroup var options: ReproductionOptions

  @Option(help: "Write the list as a JSON object to this file; - for standard output.")
  var json: String?

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  /// A job, as `--json` writes it.
  private struct Line: Encodable {
    var name: String
    var state: String
  }

  func run() throws {
    let json = JSONOutput(json)
    try json.check()
    let jobs = try options.reproduction().jobs(of: Reproduction.items(items))
    let lines = try jobs.jobs.map { Line(name: $0.name, state: try jobs.state(of: $0).rawValue) }
    json.show(lines.map { $0.state + "\t" + $0.name }.joined(separator: "\n"))
    try json.write(["jobs": lines])
  }
}

/// `amp-cli reproduce points`.
struct ReproducePoints: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "points", abstract: "Generate the points that all jobs share.",
    discussion: """
      Example:
        amp-cli reproduce points --output reproduction
      """)

  @OptionGroup var options: ReproductionOptions
  @OptionGroup var common: CommonOptions

  func run() throws { try options.reproduction().prepare(common) }
}

/// `amp-cli reproduce run JOB`.
struct ReproduceRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Make one fit, or go on with it.",
    discussion: """
      Example:
        amp-cli reproduce run mlp3-det-t75-f1 --output reproduction
      """)

  @Argument(help: "The job, by its name in amp-cli reproduce jobs.")
  var job: String

  @OptionGroup var options: ReproductionOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let reproduction = try options.reproduction()
    let all = reproduction.jobs(of: ReproductionItem.all)
    let jobs = JobList([try all.job(named: job)], in: all.folder)
    if try jobs.state(of: jobs.jobs[0]) == .done {
      return Progress(quiet: common.quiet).line("\(job) is done.")
    }
    try reproduction.prepare(common)
    try jobs.run(common)
  }
}

/// `amp-cli reproduce gather ID…`.
struct ReproduceGather: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gather", abstract: "Draw figures and tables from the fits that are done.",
    discussion: """
      Example:
        amp-cli reproduce gather all --output reproduction
      """)

  @Argument(
    help: "Figures and tables: fig1 to fig15, tab1 to tab4, toy, or all.",
    completion: .list(ReproductionItem.all.map(\.id) + ["all"]))
  var items: [String]

  @OptionGroup var options: ReproductionOptions

  @Option(
    help: "Write the numbers of summary.json to this file too; - for standard output.")
  var json: String?

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  func run() throws {
    let json = JSONOutput(json)
    try json.check()
    try options.reproduction().gather(Reproduction.items(items)).show(json)
  }
}
