import AmpCore
import AmpNets
import ArgumentParser

extension AmpCLI {
  /// What is wrong with the name of the subcommand, with the nearest one there is; nil if nothing.
  ///
  /// The parser itself suggests options, and only says of a subcommand that it is unexpected.
  package static func misspelling(in arguments: [String]) -> ValidationError? {
    let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    guard let word = words.first, !word.hasPrefix("-") else { return nil }
    let all = configuration.subcommands.map(\.configuration)
    let names = zip(configuration.subcommands, all).map { type, configuration in
      (
        name: configuration.commandName ?? "\(type)".lowercased(),
        isShown: configuration.shouldDisplay
      )
    }
    if word == "help" || names.contains(where: { $0.name == word }) { return nil }
    do {
      _ = try choose(word, among: names.filter(\.isShown), of: "command", by: \.name)
      // The name of a command, but for capitals.
      return ValidationError("there is no command \"\(word)\". Write \(word.lowercased()).")
    } catch {
      return ValidationError("\(error)")
    }
  }
}
