import Foundation
import TestSupport
import Testing

/// `amp-cli inspect RUN --activations FILE.svg`.
struct ActivationPictureTests {
  @Test(arguments: [
    ("groupkan --hidden 8,8", ["layer 1", "layer 2", "group 4", "GELU"]),
    ("mlp --activation groupkan-8 --hidden 8", ["8 groups"]),
    ("kan --hidden 4", ["layer 2", "φ(x)", "4 of 8 edges", "the ends of their spline grids"]),
    ("ds --hidden 4,4 --activation groupkan-1", ["embedding of type 2, layer 1", "main network"]),
    ("mlp --hidden 8,8", ["fixed: not learned", "all layers"]),
  ])
  func functionsAreDrawnAsTheyAre(architecture: String, words: [String]) throws {
    try withPoints(100) { amp in
      let options = "--epochs 1 --batch 32 --output run --quiet --architecture "
      #expect(try amp("fit points.npz " + options + architecture).code == 0)
      for model in ["run", "run/best.safetensors"] {
        let outcome = try amp("inspect \(model) --activations a.svg")
        #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("a.svg: "))
        let text = try Command.text(amp.path("a.svg"))
        for word in words { #expect(text.contains(word), "\(word)") }
        #expect(!text.contains("nan") && text.hasSuffix("</svg>\n"))
      }
    }
  }

  @Test func whatCannotBeDrawnIsSaidAndNothingIsWritten() throws {
    try withPoints(100) { amp in
      let lorentz = "--blocks 1 --channels 2 --scalars 4 --heads 1"
      let options = "--epochs 1 --batch 32 --quiet"
      #expect(
        try amp("fit points.npz --architecture lgatr \(lorentz) \(options) --output l").code == 0)
      #expect(try amp("fit points.npz --hidden 4 \(options) --output m").code == 0)
      let before = try amp.everything()
      for (command, words) in [
        ("l --activations a.svg", "l: the architecture lgatr has no activation functions"),
        ("points.npz --activations a.svg", "points.npz: activation functions are those of a model"),
        ("none --activations a.svg", "none: there is no run folder and no model file"),
        ("m --activations no/a.svg", "no/a.svg: cannot be written"),
        ("m --activations a.png", "a.png: the picture is drawn as SVG"),
      ] {
        let outcome = try amp("inspect " + command)
        #expect(outcome.code == 1 && outcome.output == "", "\(command)")
        #expect(outcome.errors.hasPrefix("Error: " + words), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
      }
      #expect(try amp.everything() == before)
    }
  }
}
