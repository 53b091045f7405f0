import AmpCore
import AmpNets
import ArgumentParser

extension AmpCLI {
  /// What is wrong with the name of the subcommand, with the nearest one there is; nil if nothing.
  ///
  /// The parser itself suggests options, and only says of a subcommand that it is unexpected.
  package static func misspelling(in arguments: [String]) -> ValidationError? {
    let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    guard let word = words.first, !word.hasPrefix("-"), word != "help" else { return nil }
    let all = configuration.subcommands
    if all.contains(where: { name(of: $0) == word }) { return nil }
    let shown = all.filter { $0.configuration.shouldDisplay }.map { name(of: $0) }
    do {
      let nearest = try choose(word, among: shown, of: "command") { $0 }
      // The name of a command, but for capitals.
      return ValidationError("there is no command \"\(word)\". Write \(nearest).")
    } catch {
      return ValidationError("\(error)")
    }
  }

  private static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? "\(command)".lowercased()
  }
}
