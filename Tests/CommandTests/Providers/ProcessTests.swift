import AmpData
import Foundation
import TestSupport
import Testing

/// Processes with any number of legs go the whole way, from points to pulls.
struct ProcessTests {
  @Test(arguments: [4, 5, 6])
  func gluonsBecomePredictionsAndPulls(gluons: Int) throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let name = ScatteringProcess.gluons(gluons).name
      let made = try amp(
        """
        generate --process \(name) --points 1500 --seed 2 --pt-jet 40 --eta-jet 3 --dr-jet-jet 0.5 \
        --output points.npz
        """)
      #expect(made.code == 0, "\(made.errors)")
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      #expect(table.count == 1500 && table.momenta.particles == gluons)
      #expect(try amp("amplitude points.npz --process \(name) --output labelled.npz").code == 0)
      #expect(
        try AmplitudeTable(contentsOf: amp.path("labelled.npz")).amplitudes == table.amplitudes)
      let fit = try amp(
        "fit points.npz --process \(name) --epochs 8 --batch 128 --hidden 24,24 --output run")
      #expect(fit.code == 0, "\(fit.errors)")
      #expect(try Command.text(amp.path("run/config.yaml")).contains("process: \(name)\n"))
      let pulls = try amp("pulls run --data points.npz --bins amplitude,s13 --report report")
      #expect(pulls.code == 0 && pulls.output.contains("300 test points"), "\(pulls.errors)")
      let page = try Command.text(amp.path("report/index.html"))
      #expect(page.contains(gluons == 4 ? "g₂" : "g₃") && !page.contains("γ₁"))
      let numbers = try amp.json("report/metrics.json")
      let delta = try #require(numbers["median_abs_delta"] as? Double)
      #expect(delta < (gluons == 4 ? 0.01 : 0.8))
      // The invariants alone, too.
      let other = try amp(
        """
        fit points.npz --process \(name) --features invariants --target ln --epochs 2 \
        --hidden 16 --output invariants
        """)
      #expect(other.code == 0, "\(other.errors)")
      #expect(try amp("predict invariants points.npz --output p.npz").code == 0)
    }
  }

  @Test func processesThatCannotBeAreRefused() throws {
    try withPoints(40) { amp in
      for (line, word) in [
        ("fit points.npz --process gg_gg --output run", "--process"),
        ("generate --process gg_aa --points 10 --output new.npz", "gg_gggggg"),
        ("generate --process gg_ggggggg --points 10 --output new.npz", "9 gluons"),
        ("generate --process gg_gg --points 10 --pt-gamma1 40 --output new.npz", "--pt-gamma1"),
        ("generate --points 10 --dr-jet-jet 0.4 --output new.npz", "--dr-jet-jet"),
        ("generate --process gg_ggg --points 10 --dr-jet-jet 0 --output new.npz", "ΔR"),
        ("generate --process gg_gg --points 10 --pt-jet 0 --output new.npz", "p_T"),
        ("amplitude points.npz --process gg_gg --output new.npz", "5 particles"),
        ("order --process gg_gg --set Key --output new.lh", "Key=Value"),
        ("order --process gg_gg --set Key=a|b --output new.lh", "Key=Value"),
        ("order --process gg_gg --output nowhere/new.lh", "mkdir"),
      ] {
        let before = try amp.everything()
        let run = try amp(line)
        #expect(run.code == 1 && run.errors.contains(word), "\(line): \(run.errors)")
        #expect(try amp.everything() == before, "\(line)")
      }
    }
  }
}
