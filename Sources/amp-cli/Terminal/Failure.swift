import AmpCore
import ArgumentParser

/// What a command says when it fails, and its exit code.
///
/// A choice that there is not, given as an option or argument, is a mistake in the command line like
/// a misspelt option, and is answered in the same way: with the usage, and exit code 64. The same name
/// in a file is bad input.
struct Failure {
  /// The lines for standard error.
  let text: String

  /// The exit code.
  let code: Int32

  /// The failure of `command` with `error`.
  init(_ error: any Error, of command: any ParsableCommand.Type) {
    let message = AmpCLI.fullMessage(for: error)
    if let error = error as? AmpError, error.isUnknownName, error.place?.hasPrefix("--") ?? true {
      let usage = AmpCLI.usageString(for: command)
      let words = usage.split(separator: " ").prefix { $0.first?.isLetter == true }
      let name = words.joined(separator: " ")
      text = message + "\nUsage: \(usage)\n  See '\(name) --help' for more information."
      code = ExitCode.validationFailure.rawValue
    } else {
      text = message
      code = AmpCLI.exitCode(for: error).rawValue
    }
  }
}
