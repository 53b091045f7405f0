import AmpData
import Foundation
import TestSupport
import Testing

/// Points of an HDF5 file reach the other commands.
struct ImportTests {
  private func withFile<Result>(_ body: (Command) throws -> Result) throws -> Result {
    try withScratchFolder { folder in
      try write(bytes(of: fixture("points/points.hdf5")), to: folder + "/points.hdf5")
      return try body(Command(folder: folder))
    }
  }

  @Test func datasetsBecomeFilesOfPoints() throws {
    try withFile { amp in
      let table = try AmplitudeTable(contentsOf: fixture("points/points.csv"))
      for (dataset, output) in [("aag", "a.npz"), ("packed", "b.csv"), ("deep/aag", "c.npy")] {
        let run = try amp("import points.hdf5 --dataset \(dataset) --output \(output)")
        #expect(run.code == 0 && run.errors.contains("Wrote \(output)"), "\(run.errors)")
        #expect(try AmplitudeTable(contentsOf: amp.path(output)) == table)
      }
      #expect(try amp("import points.hdf5 --dataset momenta --output d.npz").code == 0)
      #expect(try Momenta(contentsOf: amp.path("d.npz")) == table.momenta)
    }
  }

  @Test func badRowsStopOrAreLeftOut() throws {
    try withFile { amp in
      let stopped = try amp("import points.hdf5 --dataset bad --output a.npz")
      #expect(stopped.code == 1 && !amp.has("a.npz"))
      #expect(
        stopped.errors.contains("row 4") && stopped.errors.contains("2 of 20"), "\(stopped.errors)")
      let run = try amp("import points.hdf5 --dataset bad --bad-rows skip --output a.npz")
      #expect(run.code == 0 && run.errors.contains("20 rows checked, 2 bad"), "\(run.errors)")
      let table = try AmplitudeTable(contentsOf: fixture("points/points.csv"))
      let kept = (0..<20).filter { $0 != 4 && $0 != 9 }
      #expect(try AmplitudeTable(contentsOf: amp.path("a.npz")) == table.rows(kept))
    }
  }

  @Test func mistakesAreRefused() throws {
    try withFile { amp in
      for (line, word) in [
        ("points.hdf5 --output a.npz", "aag"), ("points.hdf5 --dataset x --output a.npz", "aag"),
        ("points.hdf5 --dataset aag --output a.pdf", ".npz"),
        ("points.hdf5 --dataset aag --bad-rows keep --output a.npz", "skip"),
        ("nowhere.hdf5 --output a.npz", "no such file"),
      ] {
        let run = try amp("import " + line)
        #expect(run.code == 1 && run.errors.contains(word), "\(line): \(run.errors)")
        #expect(!amp.has("a.npz"))
      }
    }
  }
}
