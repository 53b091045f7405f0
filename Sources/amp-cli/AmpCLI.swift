import AmpCore
import ArgumentParser
import Foundation

@main
package struct AmpCLI: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "amp-cli",
    abstract: "Surrogate scattering amplitudes with calibrated uncertainties.",
    discussion: """
      Train a network on |M|², know for every phase-space point how far to trust it, and prove \
      that the stated uncertainty is honest.

      Example:
        amp-cli generate --points 300000 --seed 1 --output points.npz
        amp-cli fit points.npz --output run
        amp-cli pulls run --data points.npz --report report
      """,
    version: ampVersion,
    subcommands: [
      Generate.self, Amplitude.self, Convert.self, FitCommand.self, Predict.self, Pulls.self,
      Calibrate.self, Gate.self, Unweight.self, Histograms.self, Compare.self, Inspect.self,
      Export.self, Scan.self, Gather.self, Reproduce.self, Order.self, LibraryWorker.self,
      HDF5WorkerCommand.self,
    ])

  package init() {}

  package static func main() {
    // A reader that goes away (amp-cli … | head) must not end a computation.
    signal(SIGPIPE, SIG_IGN)
    if let problem = misspelling(in: Array(CommandLine.arguments.dropFirst())) {
      exit(withError: problem)
    }
    do {
      var command = try parseAsRoot()
      // Workers are watched by those who started them.
      if type(of: command).configuration.shouldDisplay { explainCutInput() }
      do {
        try World.run(&command)
      } catch let error as AmpError {
        let failure = Failure(error, of: type(of: command))
        say(failure.text)
        Foundation.exit(failure.code)
      }
    } catch {
      exit(withError: error)
    }
  }
}
