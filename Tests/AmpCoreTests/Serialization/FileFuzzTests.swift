import AmpCore
import TestSupport
import Testing

/// Files cut short and with random bytes changed: they are read or refused, but nothing traps.
struct FileFuzzTests {
  /// Calls `read` with mutations of a file; returns how many of them were refused.
  private func refused(
    _ original: String, mutations: Int, seed: UInt64, _ read: (String) throws -> Void
  ) throws -> Int {
    let sound = try bytes(of: original)
    var random = Philox(seed: seed, purpose: .other)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    var count = 0
    try withScratchFolder { folder in
      for _ in 0..<mutations {
        var mutated = sound
        for _ in 0..<1 + below(3) where !mutated.isEmpty {
          // Headers are short: half of the changes go to the first or last 100 bytes.
          let near = min(100, mutated.count)
          let places = [below(mutated.count), below(near), mutated.count - 1 - below(near)]
          let at = places[below(3)]
          switch below(6) {
          case 0: mutated.removeLast(mutated.count - at)
          case 1: mutated.remove(at: at)
          case 2: mutated.insert(UInt8(below(256)), at: at)
          case 3: mutated[at] = [0, 0xff, 0x7f, 0x80, 0x39][below(5)]
          case 4: mutated[at] ^= 1 << UInt8(below(8))
          default: mutated[at] = UInt8(below(256))
          }
        }
        let path = folder + "/mutated"
        try write(mutated, to: path)
        do { try read(path) } catch is AmpError { count += 1 }
      }
    }
    return count
  }

  @Test(arguments: ["little_f8.npy", "fortran_big_f4.npy", "little_u8.npy"])
  func numpyArrays(name: String) throws {
    let count = try refused(fixture("numpy/" + name), mutations: 1500, seed: 1) {
      _ = try StoredArray(numpy: $0)
    }
    #expect(count > 300)
  }

  @Test(arguments: ["stored.npz", "deflated.npz", "zip64.npz"])
  func numpyArchives(name: String) throws {
    let count = try refused(fixture("numpy/" + name), mutations: 1500, seed: 2) { path in
      let archive = try NumpyArchive(contentsOf: path)
      for name in archive.names { _ = try archive.array(name) }
    }
    #expect(count > 1000)
  }

  @Test func tensorFiles() throws {
    let count = try refused(fixture("reference.safetensors"), mutations: 3000, seed: 3) {
      _ = try TensorFile(contentsOf: $0)
    }
    #expect(count > 1000)
  }

  @Test func gzipText() throws {
    let count = try refused(fixture("points/points.csv.gz"), mutations: 1500, seed: 4) {
      try LineBlocks($0, blockSize: 512).forEach { _ in }
    }
    #expect(count > 500)
  }
}
