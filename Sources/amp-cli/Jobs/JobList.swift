import AmpCore
import AmpNets
import ArgumentParser
import Foundation

/// Jobs and the folder in which each has its own.
struct JobList: Sendable {
  /// The jobs, each once, in the order in which they run.
  let jobs: [Job]

  /// The folder of their folders.
  let folder: String

  /// Joins jobs; those that several need are taken once, by their names.
  init(_ jobs: [Job], in folder: String) {
    var names = Set<String>()
    self.jobs = jobs.filter { names.insert($0.name).inserted }
    self.folder = folder
  }

  /// The folder of a job.
  func folder(of job: Job) -> String { folder + "/" + job.name }

  /// How far a job is.
  func state(of job: Job) throws -> JobState { try job.work.state(in: folder(of: job)) }

  /// The job called `name`; throws an ``AmpError`` that names the nearest otherwise.
  func job(named name: String) throws -> Job {
    if let job = jobs.first(where: { $0.name == name }) { return job }
    return try choose(name, among: jobs, of: "job") { $0.name }
  }

  /// Does what is not done, one after the other.
  ///
  /// A signal stops the job in order, and the exit code of the signal is thrown. A job that fails
  /// does not keep the others from being done; the first failure is thrown in the end.
  func run(_ common: CommonOptions) throws {
    let progress = Progress(quiet: common.quiet)
    let open = try jobs.filter { try state(of: $0) != .done }
    var failure: (any Error)?
    for (k, job) in open.enumerated() {
      progress.line("[\(k + 1) of \(open.count)] \(job.name)")
      do {
        try makeFolder(folder)
        try job.work.run(in: folder(of: job), common)
      } catch let code as ExitCode {
        say("\(k) of \(open.count) jobs done. The same command goes on.")
        throw code
      } catch {
        say("Error: job \(job.name): \(error)")
        failure = failure ?? error
      }
    }
    if failure != nil {
      throw AmpError(
        "some jobs have failed", in: folder,
        remedy: "Mend what is named above; the others are done."
      )
    }
  }
}

/// Makes a folder, those above it included, unless it is there.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw AmpError(
      "the folder cannot be made", in: path, remedy: "Give --output a folder that you may write to."
    )
  }
}
