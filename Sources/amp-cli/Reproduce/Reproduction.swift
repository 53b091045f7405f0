import AmpCore
import AmpData
import AmpNets
import AmpPlots
import AmpUncertainty
import Foundation

/// A reproduction of the paper in a folder: points, jobs, and the pages made of them.
struct Reproduction {
  let scale: Scale
  /// The folder, an absolute path.
  let folder: String

  init(_ scale: Scale, in folder: String) {
    self.scale = scale
    self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
  }

  /// The file of the points, named by what they depend on.
  var points: String { folder + "/data/points-\(scale.points)-seed\(scale.seed).npz" }

  /// The items called `names`, or all; throws an ``AmpError`` for an unknown name.
  static func items(_ names: [String]) throws -> [ReproductionItem] {
    if names.contains("all") { return ReproductionItem.all }
    var seen = Set<String>()
    return try names.filter { seen.insert($0).inserted }.map {
      try choose($0, among: ReproductionItem.all, of: "figure or table", by: \.id)
    }
  }

  /// The fits of some items, each once.
  func jobs(of items: [ReproductionItem]) -> JobList {
    let fits = items.flatMap { $0.setups(scale) }.map { setup in
      Job(
        setup.name,
        FitWork(setup.configuration(at: scale, data: points), conclusion: JudgementConclusion()))
    }
    return JobList(fits + items.flatMap { $0.others(scale) }, in: folder + "/jobs")
  }

  /// Generates the points unless they are there.
  func prepare(_ common: CommonOptions) throws {
    if FileManager.default.fileExists(atPath: points) { return }
    try makeFolder(folder + "/data")
    let progress = ThreadSafeProgress(of: "points", total: scale.points, quiet: common.quiet)
    let sample = try DiphotonGenerator().generate(
      points: scale.points, seed: scale.seed, threads: common.threads
    ) { progress.report($0) }
    try sample.table.write(to: points, process: .diphotonGluon)
    progress.finish("\(grouped(scale.points)) points in \(short(progress.seconds)) s: \(points)")
  }

  /// Draws the figures and tables of `items` from what is finished, and writes their pages.
  func gather(_ items: [ReproductionItem]) throws -> ReproductionSummary {
    var summary = ReproductionSummary(scale)
    for item in items {
      let jobs = jobs(of: [item])
      let results = try ReproductionResults(scale, jobs, item.setups(scale))
      let page = try item.gather(results)
      summary.add(item, page, done: try results.done(), of: jobs.jobs.count)
      try makeFolder(folder + "/" + item.id)
      for figure in page.figures {
        try RunFolder.write(
          figure.grid.svg(), to: folder + "/\(item.id)/\(figure.name).svg")
      }
    }
    try summary.write(to: folder)
    return summary
  }
}
