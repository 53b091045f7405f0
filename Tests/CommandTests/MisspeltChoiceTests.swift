import TestSupport
import Testing

/// A choice that there is not is answered like an option that there is not.
struct MisspeltChoiceTests {
  /// Command lines with a misspelt choice, and what the answer says.
  static let lines = [
    ("fit points.npz --output new --architecture mpl", "Did you mean mlp?"),
    ("fit points.npz --output new --recipe fsat", "Did you mean fast?"),
    ("fit points.npz --output new --uncertainty detreministic", "Choose one of: heteroscedastic"),
    ("fit points.npz --output new --uncertainty bayesain", "Did you mean bayesian?"),
    ("fit points.npz --output new --uncertainty student", "Did you mean student-t?"),
    ("fit points.npz --output new --features ratio", "Did you mean ratios?"),
    ("fit points.npz --output new --target dimensionles", "Did you mean dimensionless?"),
    ("fit points.npz --output new --activation glu", "Did you mean gelu?"),
    ("fit points.npz --output new --precision float16", "Did you mean float32?"),
    ("fit points.npz --output new --optimizer adm", "Did you mean adam?"),
    ("fit points.npz --output new --schedule cosin", "Did you mean cosine?"),
    ("fit points.npz --output new --uncertainty ensemble --likelihood mixtur", "mean mixture?"),
    ("fit points.npz --output new --uncertainty bayesian --bayesian-layers lats", "mean last?"),
    ("fit points.npz --output new --uncertainty repulsive --repulsion weight", "mean weights?"),
    ("fit points.npz --output new --process aagg", "Write letters as in gg_aag"),
    ("generate --points 9 --output new.npz --pdf ct17", "Did you mean ct18?"),
    ("generate --points 9 --output new.npz --process gxg", "Write letters as in gg_aag"),
    ("amplitude points.npz --output new.npz --process gluons", "Write letters as in gg_aag"),
    ("amplitude points.npz --output new.npz --provider none.so --interface blha3", "mean blha2?"),
    ("convert points.npz new.npz --bad-rows skpi", "Did you mean skip?"),
    ("convert points.npz new.npz --unit mve", "Did you mean mev?"),
    ("convert points.npz new.npz --process gg", "Write letters as in gg_aag"),
    ("inspect points.npz --unit gve", "Did you mean gev?"),
    ("pulls run --data points.npz --bins amplitud", "Give amplitude, or invariants"),
    ("calibrate run --output new.safetensors --method conformla", "Did you mean conformal?"),
    ("calibrate run --output new.safetensors --on tset", "Did you mean test?"),
    ("calibrate run --output new.safetensors --method bins --by s66", "Did you mean"),
    ("unweight run --events 9 --output new.npz --pdf nnpdf3", "Did you mean nnpdf31?"),
    ("histograms run --points 9 --output new --pdf ct19", "Did you mean ct18?"),
    ("export run --output new.onnx --format onxx", "Did you mean onnx?"),
    ("scan scan.yaml --output new --emit slrum", "Did you mean slurm?"),
    ("scan scan.yaml --output new --only noise-1", "Did you mean noise-0?"),
    ("reproduce fig55 --output new", "Did you mean fig5?"),
    ("reproduce fig5 --scale qick --output new", "Did you mean quick?"),
    ("reproduce fig5 --emit snakemaek --output new", "Did you mean snakemake?"),
    ("reproduce jobs tab5 --output new", "Did you mean tab2?"),
    ("reproduce gather tox --output new", "Did you mean toy?"),
    ("reproduce run mlp3-det-t75-f2x --output new", "Did you mean mlp3-det-t75-f"),
    ("order --process gg_aag --accord 3 --output new.lh", "Give 1 or 2."),
    ("order --process gg_aaf --output new.lh", "Write letters as in gg_aag"),
  ]

  @Test func exitCodeAndSuggestionAreThoseOfMisspeltOptions() throws {
    try withPoints(100) { amp in
      #expect(try amp("fit points.npz --hidden 4 --epochs 1 --output run").code == 0)
      try write(
        Array("data: points.npz\nscan: {noise: [0, 0.05]}\n".utf8), to: amp.path("scan.yaml"))
      let before = try amp.everything()
      for (line, answer) in Self.lines {
        let outcome = try amp(line)
        let command = line.prefix { $0 != " " }
        #expect(outcome.code == 64 && outcome.output == "", "\(line): \(outcome.errors)")
        #expect(outcome.errors.hasPrefix("Error: "), "\(line): \(outcome.errors)")
        #expect(outcome.errors.contains(answer), "\(line): \(outcome.errors)")
        #expect(outcome.errors.contains("\nUsage: amp-cli \(command) "), "\(outcome.errors)")
        #expect(outcome.errors.contains("\n  See 'amp-cli \(command) "), "\(outcome.errors)")
        #expect(outcome.errors.hasSuffix("--help' for more information.\n"))
        #expect(try amp.everything() == before, "\(line)")
      }
    }
  }

  /// In a file, the same name is bad input: the command line is well.
  @Test func choicesInFilesAreInput() throws {
    try withPoints(100) { amp in
      for line in ["architecture: mpl", "recipe: fsat", "activation: glu", "process: gg"] {
        try write(Array((line + "\n").utf8), to: amp.path("fit.yaml"))
        let outcome = try amp("fit points.npz --config fit.yaml --output new")
        #expect(outcome.code == 1 && !outcome.errors.contains("Usage"), "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("Error: fit.yaml"), "\(outcome.errors)")
      }
    }
  }
}
