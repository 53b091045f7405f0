import AmpCore
import ArgumentParser
import Foundation

#if MPI
  import AmpMPI
#endif

/// A command that several processes, started by `mpirun`, can work on together.
///
/// All run it, rank 0 writes and talks.
protocol SharedCommand: ParsableCommand {}

/// The processes among which a command is shared.
enum World {
  /// How many processes `mpirun` has started, 1 without it.
  private static var launched: Int {
    ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_SIZE"].flatMap { Int($0) } ?? 1
  }

  /// This process and the others.
  static var ranks: any Ranks {
    #if MPI
      if launched > 1 { return MPIRanks() }
    #endif
    return SingleRank()
  }

  /// Runs `command`, together with the other processes if there are any.
  static func run(_ command: inout any ParsableCommand) throws {
    if launched == 1 { return try command.run() }
    guard command is any SharedCommand else {
      throw AmpError(
        "\(type(of: command)._commandName) is work for one process, not for \(launched)",
        in: "mpirun", remedy: "Start it without mpirun.")
    }
    #if MPI
      let ranks = MPIRanks()
      do {
        try command.run()
      } catch let code as ExitCode {
        // A stop in order, on all ranks.
        ranks.leave()
        throw code
      } catch {
        let failure = Failure(error, of: type(of: command))
        // Rank 0 mostly has the same to say, and says it first.
        if !ranks.isFirst { Thread.sleep(forTimeInterval: 1) }
        say(ranks.isFirst ? failure.text : "rank \(ranks.rank): \(failure.text)")
        ranks.abort(code: failure.code)
      }
      ranks.leave()
    #else
      throw AmpError(
        "this amp-cli works in one process only, mpirun has started \(launched)", in: "mpirun",
        remedy: "Build it with MPI: swift build -c release --traits MPI.")
    #endif
  }
}
