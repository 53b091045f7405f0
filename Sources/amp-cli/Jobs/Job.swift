import Foundation

/// A piece of work with a name and a folder of its own, done once.
///
/// Names are unique in a list of jobs and serve as names of folders, of rules and of batch tasks,
/// so that a job is the same wherever it runs.
struct Job: Sendable {
  /// The name, of letters, digits, dots and hyphens.
  let name: String

  /// What is to be done.
  let work: any JobWork

  init(_ name: String, _ work: any JobWork) {
    precondition(
      !name.isEmpty && !name.hasPrefix(".")
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) },
      "the name \"\(name)\" is no name of a folder")
    self.name = name
    self.work = work
  }
}

/// How far a job is.
enum JobState: String, Sendable {
  /// Nothing was done.
  case open
  /// It has begun, and goes on from its last checkpoint.
  case begun
  /// It is finished and never done again.
  case done
}

/// What a job does in its folder.
protocol JobWork: Sendable {
  /// How far it is; throws an ``AmpError`` if the folder is that of other work.
  func state(in folder: String) throws -> JobState

  /// Does the work or goes on with it; `points` are the files that it reads.
  func run(in folder: String, _ common: CommonOptions) throws
}
