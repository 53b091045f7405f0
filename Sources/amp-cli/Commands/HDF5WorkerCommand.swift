import AmpData
import AmpHDF5
import ArgumentParser

/// `amp-cli hdf5-worker`: the process in which HDF5 files are read; not for people.
struct HDF5WorkerCommand: ParsableCommand {
  static let name = "hdf5-worker"

  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Read an HDF5 file for another command.", shouldDisplay: false)

  func run() throws {
    let code = HDF5Worker.serve()
    if code != 0 { throw ExitCode(code) }
  }
}

extension PointFormats {
  /// The formats that commands read: those of AmpData, and HDF5 in a process of its own.
  static let known = PointFormats.standard.adding(
    HDF5Format(worker: [ProviderOptions.worker[0], HDF5WorkerCommand.name]))
}
