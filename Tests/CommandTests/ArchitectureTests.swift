import AmpUncertainty
import Foundation
import TestSupport
import Testing
import amp_cli

/// The architectures as the tool names them.
struct ArchitectureCommandTests {
  @Test func theListGivesTheNumbersOfParametersOfThePaper() throws {
    let text = try ArchitectureList().text(json: false)
    for count in ["35 970", "37 250", "200 130", "201 410", "144 000"] {
      #expect(text.replacingOccurrences(of: "\u{202F}", with: " ").contains(count), "\(text)")
    }
  }

  @Test(arguments: ["ds", "dsi", "kan", "groupkan", "mlp --activation groupkan-2"])
  func anArchitectureIsFittedAndPredictsAfterLoading(arguments: String) throws {
    try withScratchFolder { folder in
      let command = Command(folder: folder)
      try command("generate --points 300 --seed 1 --output points.npz --quiet")
      let fit = try command(
        "fit points.npz --epochs 2 --batch 64 --hidden 8,8 --output run --quiet "
          + "--architecture \(arguments)")
      #expect(fit.code == 0, "\(fit.errors)")
      let surrogate = try Surrogate(contentsOf: folder + "/run/best.safetensors")
      #expect(surrogate.description.options.hidden == [8, 8])
      #expect(try command("inspect run").code == 0)
    }
  }

  @Test func sizesAreChosenByOptionsAndByFiles() throws {
    try withScratchFolder { folder in
      let command = Command(folder: folder)
      try command("generate --points 300 --seed 1 --output points.npz --quiet")
      let options = "--epochs 2 --batch 64 --quiet"
      for (name, sizes, words) in [
        ("kan", "--hidden 4 --grid 5 --order 2 --grid-updates 0,1", "grid          5"),
        ("kan", "--hidden 4 --order 1 --grid-updates none", "order         1"),
        ("lgatr-slim", "--blocks 1 --channels 3 --scalars 5 --heads 2", "channels      3"),
        ("lgatr", "--blocks 1 --channels 2 --types 0,1,2,2,1", "blocks        1"),
      ] {
        let first = "fit points.npz --architecture \(name) \(sizes) \(options) --output a"
        let outcome = try command(first)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try command("fit --config a/config.yaml --output b --quiet").code == 0)
        for file in ["best.safetensors", "config.yaml"] {
          #expect(try command.contents("a/" + file) == command.contents("b/" + file))
        }
        #expect(try command("inspect a").output.contains(words))
        let outside = try command.json("a/metrics.json")["outside_grid"] as? [Double]
        #expect(outside?.count == (name == "kan" ? 2 : nil))
        let pulls = try command("pulls a --data points.npz --json p.json --quiet")
        #expect(pulls.output.contains("outside the spline grids") == (name == "kan"))
        #expect(try command.json("p.json")["outside_grid"] as? [Double] == outside)
        for run in ["a", "b"] { try FileManager.default.removeItem(atPath: command.path(run)) }
      }
    }
  }

  @Test func unusableChoicesAreRefusedBeforeAnythingIsWritten() throws {
    try withScratchFolder { folder in
      let command = Command(folder: folder)
      try command("generate --points 300 --seed 1 --output points.npz --quiet")
      for arguments in [
        "ds --features ratios", "ds --types 0,0,2,2,0", "kan --activation gelu",
        "kan --refit-head true", "mlp --activation groupkan-0", "kan --grid 0",
        "kan --order 6", "kan --grid-updates 0,-1", "kan --grid-updates often", "mlp --order 2",
        "mlp --grid-updates 0", "dsi --blocks 2", "lgatr --heads 0", "lgatr --channels -1",
        "lgatr --types 0,0", "ds --types -1,-1,-1,-1,-1", "lgatr --grid 3",
      ] {
        let fit = try command("fit points.npz --output run --architecture \(arguments)")
        #expect(fit.code != 0, "\(arguments)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/run"), "\(arguments)")
      }
    }
  }
}
