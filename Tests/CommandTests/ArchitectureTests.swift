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

  @Test func unusableChoicesAreRefusedBeforeAnythingIsWritten() throws {
    try withScratchFolder { folder in
      let command = Command(folder: folder)
      try command("generate --points 300 --seed 1 --output points.npz --quiet")
      for arguments in [
        "ds --features ratios", "ds --types 0,0,2,2,0", "kan --activation gelu",
        "kan --refit-head true", "mlp --activation groupkan-0", "kan --grid 0",
      ] {
        let fit = try command("fit points.npz --output run --architecture \(arguments)")
        #expect(fit.code != 0, "\(arguments)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/run"), "\(arguments)")
      }
    }
  }
}
