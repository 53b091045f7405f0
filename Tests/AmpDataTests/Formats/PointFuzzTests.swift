import AmpData
import TestSupport
import Testing

/// Files of points, cut short and with random bytes changed: read or refused, but nothing traps.
struct PointFuzzTests {
  @Test(arguments: [
    "points/points.csv", "points/points.csv.gz", "points/points.npz", "points/rows_f4.npy",
    "events/sherpa.hepmc3.gz", "events/pythia_mev.hepmc3", "events/events.hepmc2",
    "events/madgraph.lhe.gz", "events/n3jet.txt",
  ])
  func damagedFilesAreReadOrRefused(name: String) throws {
    let sound = try bytes(of: fixture(name))
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
          let process = ProcessPattern(.diphotonGluon)
          let (records, report) = try PointFormats.standard.inspected(
            path, options: ReadingOptions(process: name.hasPrefix("events") ? process : nil))
          #expect(records.count == report.rows && report.rows > 0)
          let kept = records.rows(report.keptRows)
          #expect(kept.amplitudes?.allSatisfy { $0 > 0 && $0.isFinite } ?? true)
        } catch is AmpError { refused += 1 }
      }
    }
    #expect(refused > 200)
  }
}
