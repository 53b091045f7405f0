import AmpData
import Foundation
import TestSupport
import Testing

/// `amp-cli unweight`, from a run to event files.
struct UnweightTests {
  @Test func eventsHaveTheCrossSectionAsTheirMeanWeight() throws {
    try withPoints(2000) { amp in
      #expect(
        try amp("fit points.npz --epochs 8 --hidden 16,16 --batch 64 --output run").code == 0)
      let options = "--points 60000 --pilot 16384 --seed 4 --ignore-domain"
      let one = try amp("unweight run \(options) --threads 1 --output a.lhe --json a.json")
      #expect(one.code == 0, "\(one.errors)")
      #expect(one.output.contains("gain f_eff") && one.output.contains("Kish"))
      #expect(try amp("unweight run \(options) --threads 2 --output b.lhe").code == 0)
      #expect(try amp.contents("a.lhe") == amp.contents("b.lhe"))
      #expect(try amp("unweight run \(options) --output a.hepmc3.gz").code == 0)
      #expect(try amp("unweight run \(options) --exact --output exact.lhe").code == 0)

      let numbers = try amp.json("a.json")
      func number(_ key: String) -> Double { (numbers[key] as? NSNumber)?.doubleValue ?? .nan }
      let sigma = number("cross_section_pb")
      expectClose(sigma, 0.001, absolute: 5 * number("cross_section_error_pb"))
      #expect(number("cross_section_error_pb") < 0.02 * sigma)
      for name in ["a.lhe", "a.hepmc3.gz"] {
        let records = try PointFormats.standard.inspected(amp.path(name)).records
        let weights = try #require(records.weights)
        #expect(weights.count == Int(number("events")))
        expectClose(weights.reduce(0, +) / Double(weights.count), sigma, relative: 1e-9)
        let labels = DiphotonGluonAmplitude().amplitudes(of: try #require(records.momenta)).values
        expectClose(try #require(records.amplitudes), labels, relative: 1e-9)
      }
      // The events against exact weighted points: seven p-values.
      let test = try amp("histograms run --points 40000 --events a.lhe --output h")
      #expect(test.code == 0, "\(test.errors)")
      let histograms = try #require(try amp.json("h/histograms.json")["histograms"] as? [Any])
      for case let histogram as [String: Any] in histograms {
        let events = try #require(histogram["events"] as? [String: Any])
        #expect(events["p"] as? Double ?? 0 > 1e-4, "\(histogram["name"] ?? "")")
      }
      // The surrogate knows nothing of softer jets.
      let soft = try amp("unweight run --points 20000 --pt-jet 2 --output s.lhe")
      #expect(soft.code == 1 && soft.errors.contains("unlike those"), "\(soft.errors)")
      for (arguments, word) in [
        ("unweight run --output x.lhe", "--points"),
        ("unweight run --points 10 --events 10 --output x.lhe", "--points"),
        ("unweight run --points 0 --output x.lhe", "--points"),
        ("unweight run --points 1024 --overflow 0.9 --output x.lhe", "--overflow"),
        ("unweight run --points 1024 --pilot 3 --output x.lhe", "--pilot"),
        ("unweight run --points 1024 --exact-cost 0 --output x.lhe", "--exact-cost"),
        ("unweight run --points 1024 --sqrt-s 50 --output x.lhe", "--sqrt-s"),
        ("unweight run --points 1024 --output x.what", "x.what"),
        ("unweight nowhere --points 1024 --output x.lhe", "nowhere"),
      ] {
        let outcome = try amp(arguments)
        #expect(outcome.code == 1, "\(arguments)")
        #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)")
        #expect(!amp.has("x.lhe"))
      }
    }
  }
}
