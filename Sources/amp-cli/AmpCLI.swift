import ArgumentParser

@main
struct AmpCLI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amp-cli",
    abstract: "Surrogate scattering amplitudes with calibrated uncertainties.",
    subcommands: [Inspect.self])
}
