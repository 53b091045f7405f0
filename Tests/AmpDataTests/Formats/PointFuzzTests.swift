import AmpData
import TestSupport
import Testing

/// Files of points, cut short and with random bytes changed: read or refused, but nothing traps.
struct PointFuzzTests {
  @Test(arguments: ["points.csv", "points.csv.gz", "points.npz", "rows_f4.npy"])
  func damagedFilesAreReadOrRefused(name: String) throws {
    let sound = try bytes(of: fixture("points/" + name))
    var random = Philox(seed: 5, purpose: .other)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    var refused = 0
    try withScratchFolder { folder in
      let path = folder + "/mutated"
      for _ in 0..<1500 {
        var mutated = sound
        for _ in 0..<1 + below(3) where !mutated.isEmpty {
          let at = below(2) == 0 ? below(mutated.count) : below(min(200, mutated.count))
          switch below(4) {
          case 0: mutated.removeLast(mutated.count - at)
          case 1: mutated.remove(at: at)
          case 2: mutated.insert(Array(",\n\r\"#-e.x\0".utf8)[below(10)], at: at)
          default: mutated[at] = UInt8(below(256))
          }
        }
        try write(mutated, to: path)
        do {
          let (table, report) = try AmplitudeTable.read(path, badRows: .skip)
          #expect(table.count == report.kept && table.count > 0)
          #expect(table.amplitudes.allSatisfy { $0 > 0 && $0.isFinite })
        } catch is AmpError { refused += 1 }
      }
    }
    #expect(refused > 200)
  }
}
