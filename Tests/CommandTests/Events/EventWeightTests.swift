import AmpData
import Foundation
import TestSupport
import Testing

/// Weights of events survive reading, writing and conversion.
struct EventWeightTests {
  @Test(arguments: ["a.lhe", "a.lhe.gz", "a.hepmc3", "a.hepmc3.gz"])
  func weightsComeBackBitByBit(name: String) throws {
    let table = try DiphotonGenerator().generate(points: 50, seed: 3).table
    let weights = (0..<50).map { 1e-4 * exp(sin(Double($0))) }
    try withScratchFolder { folder in
      let path = folder + "/" + name
      var layout = PointLayout(
        particles: 5, hasAmplitudes: true, count: 50, process: .diphotonGluon)
      layout.crossSection = CrossSection(
        value: 1.25e-3, error: 2.5e-6, largestWeight: 0.125, beamEnergy: 6500)
      var records = PointRecords(momenta: table.momenta, amplitudes: table.amplitudes)
      records.weights = weights
      var writer = try PointFormats.standard.named(path).writer(path, layout)
      try writer.append(records)
      try writer.commit()
      let read = try PointFormats.standard.inspected(path).records
      #expect(read.weights == weights)
      #expect(read.momenta == table.momenta && read.amplitudes == table.amplitudes)
      // To the other format and back.
      for other in ["b.hepmc3", "b.lhe"] {
        let options = ReadingOptions(process: ProcessPattern(.diphotonGluon))
        _ = try PointFormats.standard.convert(
          path, to: folder + "/" + other, badRows: .stop, options: options)
        let again = try PointFormats.standard.inspected(folder + "/" + other).records
        #expect(again.weights == weights)
      }
      if name == "a.lhe" {
        let text = try Command.text(path)
        #expect(
          text.contains(
            "<init>\n2212 2212 6500.0 6500.0 0 0 0 0 4 1\n0.00125 2.5e-06 0.125 1\n</init>"))
      }
      if name == "a.hepmc3" {
        let text = try Command.text(path)
        let line = "A 0 GenCrossSection 0.00125 2.5e-06 -1 -1"
        #expect(text.components(separatedBy: line).count == 51)
      }
    }
  }

  @Test func otherWeightsThanTheAmplitudeAreTheEvents() throws {
    let head = "HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\n"
    func read(_ names: String, _ weights: String, _ wanted: String? = nil) throws -> PointRecords {
      let text =
        head + names + "E 0 1 4\nU GEV MM\nW \(weights)\n"
        + "P 1 0 21 0 0 5 5 0 4\nP 2 0 21 0 0 -5 5 0 4\nV -1 0 [1,2]\n"
        + "P 3 -1 22 5 0 0 5 0 1\nP 4 -1 22 -5 0 0 5 0 1\n"
        + "HepMC::Asciiv3-END_EVENT_LISTING\n"
      return try withScratchFolder { folder in
        try write(Array(text.utf8), to: folder + "/a.hepmc3")
        return try PointFormats.standard.inspected(
          folder + "/a.hepmc3", options: ReadingOptions(amplitudeName: wanted)
        ).records
      }
    }
    #expect(try read("", "0.5").weights == [0.5])
    #expect(try read("", "1").weights == nil)
    let both = try read("W Weight\\|amplitude\n", "0.5 7")
    #expect(both.weights == [0.5] && both.amplitudes == [7])
    // An amplitude that stands first is no weight.
    let first = try read("W ME\\|other\n", "7 0.5", "ME")
    #expect(first.weights == nil && first.amplitudes == [7])
  }
}
