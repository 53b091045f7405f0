import AmpCore
import AmpData
import AmpHDF5
import TestSupport
import Testing

/// Processes that read HDF5 for another one, and break at it.
struct HDF5WorkerTests {
  private let path = fixture("points/one.hdf5")

  /// The error about the file when `script` answers in place of the worker.
  private func complaint(_ script: String) throws -> AmpError {
    let format = HDF5Format(worker: ["/bin/sh", "-c", script])
    let error = #expect(throws: AmpError.self) {
      try PointFormats.standard.adding(format).inspected(path)
    }
    #expect(error?.place == path)
    return try #require(error)
  }

  @Test func aCrashIsAnErrorThatNamesTheFile() throws {
    let error = try complaint("kill -SEGV $$")
    #expect(error.problem.contains("libhdf5 breaks at this file"), "\(error)")
    #expect(error.problem.contains("signal 11") && error.remedy.contains("damaged"), "\(error)")
  }

  /// A count where a description is due, a description too long to be one, and lengths beyond a point.
  @Test(arguments: [
    #"printf '\001\000\000\000\000\000\000\000' >&0"#,
    #"printf '\000\000\000\000\000\000\000\200' >&0"#,
    #"printf '\331\377\377\377\377\377\377\377{"place":"p","shape":[9,9999999,99999]}' >&0"#,
    #"printf '\346\377\377\377\377\377\377\377{"place":"p","shape":[-1]}' >&0"#,
  ])
  func answersWithoutMeaningTakeNoMemory(script: String) throws {
    // The process stays until the other side has gone.
    let error = try complaint(script + "; cat <&0 >/dev/null")
    #expect(error.problem.contains("answer without meaning"), "\(error)")
  }

  @Test func aProgramThatIsNotThereIsAnError() {
    let format = HDF5Format(worker: ["/no/such/program"])
    #expect(throws: AmpError.self) {
      try PointFormats.standard.adding(format).inspected(path)
    }
  }
}
