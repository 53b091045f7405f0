import Foundation
import TestSupport
import Testing

struct PullOptionsTests {
  @Test func binsAndScoresAreShownAndWrongOptionsAreExplained() throws {
    try withPoints(1500) { amp in
      let fit = try amp("fit points.npz --epochs 2 --batch 128 --hidden 12 --output run --quiet")
      #expect(fit.code == 0, "\(fit.errors)")
      let pulls = try amp(
        "pulls run --data points.npz --bins s34,amplitude --json pulls.json --report report")
      #expect(pulls.code == 0, "\(pulls.errors)")
      let lines = pulls.output.split(separator: "\n").map(String.init)
      #expect(lines.count { $0.hasPrefix("lowest 1 %") } == 2)
      #expect(lines.contains { $0.hasPrefix("s34, GeV²") && $0.hasSuffix("in 1σ") })
      #expect(lines.contains { $0.hasPrefix("CRPS, σ_syst") })
      // What one network does not have is not shown, and null in JSON.
      #expect(!pulls.output.contains("t_A") && !pulls.output.contains("networks M"))
      let numbers = try amp.json("pulls.json")
      #expect(numbers["pull_statistical"] is NSNull)
      let bins = try #require((numbers["bins"] as? [String: [String: [Any]]])?["s34"])
      #expect(bins["bins"]?.count == 10 && bins["extremes"]?.count == 2)
      let page = try Command.text(amp.path("report/index.html"))
      #expect(page.contains("aria-label=\"Pulls by s34\""))
      #expect(!page.contains("Statistical"))

      let table = try amp("compare run run")
      #expect(table.code == 0 && table.output.contains("calibration error of quantiles"))
      #expect(!table.output.contains("t_A"))

      for (option, remedy) in [
        ("--samples 2", "there is one network, not 2"), ("--scaled 1,2", "one network"),
        ("--bins s34,s99", "such as s12"), ("--bins s34,,s12", "such as s12"),
      ] {
        let bad = try amp("pulls run --data points.npz \(option)")
        #expect(bad.code == (option.hasPrefix("--bins") ? 64 : 1), "\(option)")
        #expect(bad.errors.contains(remedy), "\(option): \(bad.errors)")
        #expect(bad.output == "")
      }
    }
  }
}
