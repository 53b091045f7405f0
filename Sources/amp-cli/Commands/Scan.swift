import AmpCore
import AmpNets
import ArgumentParser
import Foundation

/// `amp-cli scan`: fits for all combinations of some options.
struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit for all combinations of values of some options.",
    discussion: """
      The file holds options of amp-cli fit, one per line, and under "scan" a list of values for \
      each that is scanned; the path of the data is relative to the file. Every combination is a \
      run in a folder of its own below --output; what is finished is not done again, and what was \
      interrupted goes on. In the end there are table.md, table.csv and table.json. With --emit \
      nothing is fitted, but a script written for a batch system.

      Example of a file:
        data: points.npz
        epochs: 20
        scan: {architecture: [mlp, mlp-i], noise: [0, 0.02, 0.1]}

      Examples:
        amp-cli scan scan.yaml --output scan
        amp-cli scan scan.yaml --output scan --only architecture-mlp-noise-0
        amp-cli scan scan.yaml --output scan --emit slurm
      """)

  @Argument(help: "The YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(name: .shortAndLong, help: "The folder of the runs.")
  var output: String

  @Option(help: "Make the run of this name alone.")
  var only: String?

  @Option(
    help: "Write a script for snakemake, slurm or htcondor instead.",
    completion: .list(JobScript.System.allCases.map(\.rawValue)))
  var emit: String?

  @Option(help: "Write the table as a JSON object to this file; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    if json != nil, only != nil || emit != nil {
      throw AmpError(
        "there is a table only when all runs are made", in: "--json",
        remedy: "Leave it out here, and write: amp-cli gather \(output) --json FILE.")
    }
    let json = JSONOutput(json)
    try json.check()
    let grid = try ScanGrid(contentsOf: file)
    let folder = URL(fileURLWithPath: output).standardizedFileURL.path
    var jobs = JobList(grid.jobs, in: folder)
    if let only {
      jobs = JobList([try located("--only") { try jobs.job(named: only) }], in: folder)
    }
    for job in jobs.jobs { _ = try jobs.state(of: job) }
    if let emit { return try write(emit, jobs) }
    try jobs.run(common)
    if only == nil { try RunTable(of: folder).write(to: folder, json) }
  }

  private func write(_ name: String, _ jobs: JobList) throws {
    let program = [Bundle.main.executablePath ?? "amp-cli"]
    let path = URL(fileURLWithPath: file).standardizedFileURL.path
    let script = JobScript(
      prepare: nil, prepared: path,
      run: program + ["scan", path, "--output", jobs.folder, "--quiet"], jobOption: "--only",
      gather: program + ["gather", jobs.folder], gathered: jobs.folder + "/table.csv", list: jobs,
      lastFile: "metrics.json", threads: common.threads)
    try script.write(for: name, to: jobs.folder)
  }
}

/// `amp-cli gather`: the numbers of many runs in one table.
struct Gather: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Collect the numbers of all runs in a folder into one table.",
    discussion: """
      Writes table.md, table.csv and table.json into the folder: for each finished run the options \
      in which the runs differ, and the numbers of its metrics.json.

      Examples:
        amp-cli gather runs
        amp-cli gather runs --json - --quiet
      """)

  @Argument(help: "The folder that holds the run folders.", completion: .directory)
  var folder: String

  @Option(help: "Write the table as a JSON object to this file; - for standard output.")
  var json: String?

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  func run() throws {
    let json = JSONOutput(json)
    try json.check()
    let path = URL(fileURLWithPath: folder).standardizedFileURL.path
    try RunTable(of: path).write(to: path, json)
  }
}

extension RunTable {
  /// Writes the table into a folder and as `--json` says, and shows it with what is not finished.
  fileprivate func write(to folder: String, _ json: JSONOutput) throws {
    try RunFolder.write(markdown, to: folder + "/table.md")
    try RunFolder.write(csv, to: folder + "/table.csv")
    try RunFolder.write(try self.json(), to: folder + "/table.json")
    let missing = unfinished.isEmpty ? "" : "\nnot finished: " + unfinished.joined(separator: ", ")
    json.show(FitTables.aligned([header] + rows) + missing)
    try json.write(text: try object())
  }
}
