import AmpCore
import Foundation
import TestSupport
import Testing

struct NumpyArchiveTests {
  private let grid = (0..<24).map { Double($0) / 8 - 1 }

  @Test(arguments: ["stored", "deflated", "zip64"])
  func archivesOfNumpyAreRead(name: String) throws {
    let archive = try NumpyArchive(contentsOf: fixture("numpy/\(name).npz"))
    #expect(archive.names.contains("grid"))
    #expect(try archive.array("grid") == StoredArray(grid, shape: [2, 3, 4]))
    if name == "deflated" { #expect(try archive.array("zeros").doubles().count == 4000) }
  }

  @Test func missingNamesListThoseThatAreThere() throws {
    let archive = try NumpyArchive(contentsOf: fixture("numpy/stored.npz"))
    let error = #expect(throws: AmpError.self) { try archive.array("momenta") }
    #expect(error?.problem.contains("'grid', 'counts'") == true)
  }

  @Test(arguments: ["stored", "deflated"])
  func aFlippedBitInTheDataIsFound(name: String) throws {
    try withScratchFolder { folder in
      let path = folder + "/flipped.npz"
      var content = try bytes(of: fixture("numpy/\(name).npz"))
      // The last bytes of the first member: data, not header.
      let second = try #require(
        content.indices.first { $0 > 10 && content[$0...].starts(with: [0x50, 0x4b, 3, 4]) })
      content[second - 12] ^= 4
      try write(content, to: path)
      let archive = try NumpyArchive(contentsOf: path)
      #expect(throws: AmpError.self) { try archive.array("grid") }
      #expect(throws: Never.self) { try archive.array("counts") }
    }
  }

  @Test func sameArraysGiveSameBytes() throws {
    try withScratchFolder { folder in
      let arrays = [(name: "a", array: StoredArray(grid))]
      for compressed in [false, true] {
        try NumpyArchive.write(arrays, to: folder + "/1.npz", compressed: compressed)
        try NumpyArchive.write(arrays, to: folder + "/2.npz", compressed: compressed)
        #expect(try bytes(of: folder + "/1.npz") == bytes(of: folder + "/2.npz"))
      }
    }
  }

  @Test(.enabled(if: hasNumpy, "there is no python3 with NumPy here"))
  func numpyReadsWhatIsWritten() throws {
    try withScratchFolder { folder in
      let array = StoredArray(grid, shape: [2, 3, 4])
      let integers = StoredArray([1, -2, 3] as [Int64])
      try array.writeNumpy(to: folder + "/a.npy")
      for (name, compressed, large) in [
        ("s", false, 1 << 40), ("d", true, 1 << 40), ("z", true, 0),
      ] {
        try NumpyArchive.write(
          [("grid", array), ("integers", integers)], to: "\(folder)/\(name).npz",
          compressed: compressed, large: large)
      }
      let program = """
        import sys, zipfile, numpy as np
        folder = sys.argv[1]
        grid = (np.arange(24) / 8 - 1).reshape(2, 3, 4)
        a = np.load(folder + '/a.npy')
        assert a.dtype == np.float64 and np.array_equal(a, grid)
        for name in 'sdz':
            path = f'{folder}/{name}.npz'
            assert zipfile.ZipFile(path).testzip() is None
            with np.load(path) as archive:
                assert archive.files == ['grid', 'integers'], archive.files
                assert np.array_equal(archive['grid'], grid)
                assert archive['integers'].dtype == np.int64
                assert archive['integers'].tolist() == [1, -2, 3]
        print('same')
        """
      #expect(try numpyOutput(program, folder) == "same\n")
    }
  }
}
