import AmpCore
import AmpUncertainty
import Foundation

/// A fit as a job: what `amp-cli fit` does with the configuration, and what is made of its end.
///
/// The folder is that of a run, so that every other command understands it.
struct FitWork: JobWork {
  /// The choices that are made; its recipe makes the others.
  let configuration: RunConfiguration

  /// What is made of the finished run, if anything.
  let conclusion: (any RunConclusion)?

  init(_ configuration: RunConfiguration, conclusion: (any RunConclusion)? = nil) {
    self.configuration = configuration
    self.conclusion = conclusion
  }

  func state(in folder: String) throws -> JobState {
    // Batch systems make the folder of a result before the job.
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
    let isEmpty = files?.isEmpty == true
    guard FileManager.default.fileExists(atPath: folder) && !isEmpty else {
      // What cannot be done is refused before anything is.
      _ = try configuration.fit()
      return .open
    }
    let run = try RunFolder(opening: folder)
    try check(run)
    guard run.isFinished else { return .begun }
    return conclusion.map { $0.isDone(run) } ?? true ? .done : .begun
  }

  func run(in folder: String, _ common: CommonOptions) throws {
    var fit = try FitCommand.parse([])
    fit.common = common
    switch try state(in: folder) {
    case .open:
      // Removes nothing but an empty folder.
      _ = rmdir(folder)
      try fit.begin(configuration, in: folder)
    case .begun:
      let run = try RunFolder(opening: folder)
      if !run.isFinished { try fit.goOn(in: run) }
    case .done: return
    }
    try conclusion?.conclude(RunFolder(opening: folder), threads: common.threads)
  }

  /// Throws if the run is one of another configuration.
  private func check(_ run: RunFolder) throws {
    func comparable(_ configuration: RunConfiguration) throws -> [String] {
      var all = try configuration.resolved()
      (all.version, all.dataSHA256) = (nil, nil)
      return try all.yaml().split(separator: "\n").map(String.init)
    }
    let mine = try comparable(configuration)
    let other = try comparable(RunConfiguration(contentsOf: run.configuration))
    guard mine != other else { return }
    let (wanted, found) = (mine.filter { !other.contains($0) }, other.filter { !mine.contains($0) })
    throw AmpError(
      "the run was made with other settings: \(found.joined(separator: ", ")) instead of "
        + wanted.joined(separator: ", "), in: run.path,
      remedy: "Choose another --output, or remove the folder of the run.")
  }
}

/// What is made of a finished run and kept in its folder.
protocol RunConclusion: Sendable {
  /// Whether it was made.
  func isDone(_ run: RunFolder) -> Bool

  /// Makes it, all of it or nothing.
  func conclude(_ run: RunFolder, threads: Int) throws
}
