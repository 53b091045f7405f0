import ArgumentParser
import Foundation

/// Options that all commands share.
struct CommonOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Worker threads; the result does not depend on them.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Say nothing but errors and results.")
  var quiet = false

  /// For tests, which interrupt short fits.
  @Option(parsing: .unconditional, help: .hidden)
  var checkpointSeconds = 15.0

  func validate() throws {
    if threads < 1 || threads > 1024 {
      throw ValidationError("--threads \(threads) is not between 1 and 1024.")
    }
  }
}
