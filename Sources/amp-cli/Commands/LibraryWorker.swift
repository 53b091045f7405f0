import AmpData
import ArgumentParser

/// `amp-cli blha-worker`: the process in which `amp-cli amplitude` runs a library; not for people.
struct LibraryWorker: ParsableCommand {
  static let name = "blha-worker"

  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Run a library for amp-cli amplitude.", shouldDisplay: false)

  func run() throws {
    let code = BLHAWorker.serve()
    if code != 0 { throw ExitCode(code) }
  }
}
