import AmpPlots
import AmpUncertainty
import Foundation

/// A figure or table of arXiv:2412.12069: the fits it needs and what is drawn from them.
///
/// To add one, write a value like ``ReproductionItem/fig4`` in a file of its own and add it to
/// ``all``.
struct ReproductionItem: Sendable {
  /// The name, `fig1` to `fig15`, `tab1` to `tab4`, `toy`.
  let id: String
  /// What it shows, in a line.
  let title: String
  /// The fits at a scale.
  let setups: @Sendable (Scale) -> [Setup]
  /// Jobs that are no fits of amplitudes.
  var others: @Sendable (Scale) -> [Job] = { _ in [] }
  /// Draws from those that are finished.
  let gather: @Sendable (ReproductionResults) throws -> Page

  /// What is drawn and said of an item.
  struct Page {
    /// Pictures with their captions, by file names.
    var figures: [(name: String, grid: FigureGrid, caption: String)] = []
    /// Tables of the paper, with its numbers in brackets.
    var tables: [(caption: String, header: [String], rows: [[String]])] = []
    var targets: Targets
  }

  /// All items, in the order of the paper.
  static let all: [ReproductionItem] = [
    .fig1, .fig2, .fig3, .fig4, .fig5, .fig6, .tab2, .fig7, .fig8, .fig9, .fig10, .fig11, .tab3,
    .fig12, .tab1, .fig13, .fig14, .fig15, .tab4, .toy,
  ]
}

/// The finished fits of a reproduction.
struct ReproductionResults {
  let scale: Scale
  let list: JobList

  /// What is known of a finished fit; nil if it is not finished.
  struct Fit {
    let metrics: PullReport
    let judgement: Judgement
    let run: RunFolder

    var systematic: Double? { metrics.medianRelativeSystematic }
    var statistical: Double? { metrics.medianRelativeStatistical }
    var total: Double? { metrics.medianRelativeTotal }
    var accuracy: Double? { metrics.medianAbsDelta }
    /// The width of t_syst.
    var width: Double? { metrics.pullSystematic?.std }
  }

  /// Reads the fits of `setups` that are finished.
  init(_ scale: Scale, _ list: JobList, _ setups: [Setup]) throws {
    self.scale = scale
    self.list = list
    var fits: [Setup: Fit] = [:]
    for setup in Set(setups) {
      let folder = list.folder + "/" + setup.name
      guard let job = list.jobs.first(where: { $0.name == setup.name }),
        try list.state(of: job) == .done
      else { continue }
      let run = try RunFolder(opening: folder)
      fits[setup] = Fit(
        metrics: try decoded(PullReport.self, run.metrics),
        judgement: try decoded(Judgement.self, folder + "/" + Judgement.fileName), run: run)
    }
    self.fits = fits
  }

  private let fits: [Setup: Fit]

  /// The fit of a setup, nil if it is not finished.
  subscript(_ setup: Setup) -> Fit? { fits[setup] }

  /// How many jobs are finished.
  func done() throws -> Int { try list.jobs.count { try list.state(of: $0) == .done } }

  /// What a job that is no fit has written; nil if it is not finished.
  func outcome<Value: Decodable>(_ type: Value.Type, of name: String) throws -> Value? {
    guard let job = list.jobs.first(where: { $0.name == name }),
      try list.state(of: job) == .done
    else { return nil }
    return try decoded(type, list.folder(of: job) + "/" + Judgement.fileName)
  }
}

/// A value from a JSON file; throws an ``AmpError`` that names the file.
private func decoded<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
  do {
    return try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    throw AmpError(
      "the file is damaged or of another version", in: path,
      remedy: "Remove it and run the job again.")
  }
}
