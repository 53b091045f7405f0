import Foundation
import TestSupport
import Testing

/// A fit told by a file is the fit told by options.
struct ConfigurationTests {
  @Test func fileAndOptionsGiveTheSameModel() throws {
    try withPoints(1200) { amp in
      let options = """
        --architecture mlp-i --features invariants --target dimensionless --hidden 12,8 \
        --activation silu --precision float64 --optimizer adamw --learning-rate 0.002 \
        --schedule one-cycle --weight-decay 0.02 --epochs 3 --batch 100 --patience 2 \
        --refit-head false --calibrate true --noise 0.01 --split 0.6,0.2,0.2 --train-fraction 0.5 --seed 11
        """
      let yaml = """
        architecture: mlp-i
        features: invariants
        target: dimensionless
        hidden: [12, 8]
        activation: silu
        precision: float64
        optimizer: adamw
        learning-rate: 0.002
        schedule: one-cycle
        weight-decay: 0.02
        epochs: 3
        batch: 100
        patience: 2
        refit-head: false
        calibrate: true
        noise: 0.01
        split: [0.6, 0.2, 0.2]
        train-fraction: 0.5
        seed: 11
        """
      try write(Array(yaml.utf8), to: amp.path("fit.yaml"))
      for run in [
        "fit points.npz \(options) --output options --threads 1",
        "fit points.npz --config fit.yaml --output file --threads 2",
        "fit --config options/config.yaml --output again",
        "fit points.npz --config fit.yaml --seed 12 --output other",
      ] {
        let outcome = try amp(run)
        #expect(outcome.code == 0, "\(outcome.errors)")
      }
      for model in ["best.safetensors", "last.safetensors"] {
        let expected = try amp.contents("options/" + model)
        #expect(try amp.contents("file/" + model) == expected)
        #expect(try amp.contents("again/" + model) == expected)
        #expect(try amp.contents("other/" + model) != expected)
      }
      #expect(try amp.contents("file/config.yaml") == amp.contents("options/config.yaml"))
      #expect(try amp.contents("again/config.yaml") == amp.contents("options/config.yaml"))
    }
  }

  /// The file of a run says everything, the defaults of its uncertainty included.
  @Test(arguments: [
    ("heteroscedastic", []), ("mixture", ["components: 3"]),
    ("ensemble", ["likelihood: heteroscedastic", "members: 16"]),
    ("ensemble --likelihood mixture --members 2", ["likelihood: mixture", "members: 2"]),
    (
      "repulsive --members 2",
      [
        "likelihood: heteroscedastic", "members: 2", "beta: 1e+0", "repulsion: function",
        "prior-width: 1e+0",
      ]
    ),
    (
      "bayesian",
      [
        "samples: 32", "prior-width: 1e+0", "bayesian-layers: all", "likelihood: heteroscedastic",
        "refit-head: true",
      ]
    ),
    ("laplace --samples 3", ["samples: 3", "prior-width: 1e+0"]),
  ])
  func defaultsOfTheUncertaintyAreWritten(options: String, lines: [String]) throws {
    try withPoints(60) { amp in
      let fit = try amp(
        "fit points.npz --hidden 6 --epochs 1 --output run --uncertainty \(options)")
      #expect(fit.code == 0, "\(fit.errors)")
      let keys = [
        "likelihood", "components", "members", "samples", "prior-width", "bayesian-layers", "beta",
        "repulsion",
      ]
      let text = try Command.text(amp.path("run/config.yaml")).split(separator: "\n")
      for line in lines { #expect(text.contains { $0 == line }, "\(line)") }
      let written = text.filter { line in keys.contains { line.hasPrefix($0 + ":") } }
      #expect(written.count == lines.filter { !$0.hasPrefix("refit") }.count, "\(written)")
      // The file makes the same run, and gives way to another uncertainty.
      #expect(try amp("fit --config run/config.yaml --output again").code == 0)
      #expect(try amp.contents("again/config.yaml") == amp.contents("run/config.yaml"))
      #expect(try amp.contents("again/best.safetensors") == amp.contents("run/best.safetensors"))
      let other = try amp(
        "fit --config run/config.yaml --uncertainty heteroscedastic --output other")
      #expect(other.code == 0, "\(other.errors)")
    }
  }

  @Test(arguments: [
    ("epoch: 3", "Did you mean epochs?"), ("Epochs: 3", "Write epochs."),
    ("optimizer: adm", "fit.yaml, optimizer: there is no optimizer \"adm\". Did you mean adam?"),
    ("optimizer: Adam", "Write adam."), ("activation: glu", "Did you mean gelu?"),
    ("architecture: mpl", "fit.yaml, architecture: there is no architecture \"mpl\""),
    ("epochs: -3", "fit.yaml, epochs: -3 epochs"), ("epochs: many", "fit.yaml, epochs: the value"),
    ("epochs: 2.5", "not a whole number"), ("hidden: 128", "a list such as"),
    ("hidden: [a]", "an element is not a whole number"), ("seed: -1", "whole number from 0"),
    ("refit-head: maybe", "true or false"), ("learning-rate: fast", "not a number"),
    ("split: [0.5, 0.5]", "three fractions"), ("data: [1]", "fit.yaml, data"),
    ("a: [", "YAML"), ("epochs: 3\nepochs: 4", "epochs"), ("- epochs", "key: value"),
    ("", "empty"), ("{}", "empty"), ("# nothing", "empty"), ("schedule: cosin", "cosine?"),
    ("precision: float16", "float32"), ("target: log", "mean ln?"), ("recipe: fats", "mean fast?"),
    ("features: ratio", "mean ratios?"), ("train-fraction: 0", "train-fraction"),
  ])
  func mistakesInAFileAreExplained(yaml: String, message: String) throws {
    try withPoints(20) { amp in
      try write(Array(yaml.utf8), to: amp.path("fit.yaml"))
      let before = try amp.everything()
      let outcome = try amp("fit points.npz --config fit.yaml --output run")
      #expect(outcome.code == 1)
      #expect(outcome.errors.hasPrefix("Error: fit.yaml"), "\(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(try amp.everything() == before)
    }
  }

  /// Lists in lists grow without bound when they are written out; others are not even text.
  @Test func configurationsThatAreNoneAreRefusedAtOnce() throws {
    try withPoints(40) { amp in
      var bomb = "a: &a0 [1, 1]\n"
      for i in 1...40 { bomb += "a\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
      for (text, word) in [
        (Array("{epochs, [s: 5]: 2, [1]: 1}".utf8), "neither a word"),
        (Array(bomb.utf8), "neither a word, a number nor a list"),
        (Array(String(repeating: "[", count: 100_000).utf8), "fit.yaml"),
        ([UInt8](repeating: 0x20, count: 2 << 20), "no configuration"),
        ([0xff, 0xfe], "no configuration"),
        (Array("architecture: lgatr\nchannels: 4096\nheads: 1\n".utf8), "too large"),
        (Array("architecture: lgatr\ntypes: [0, 0, 1, 1, 999999999999]\n".utf8), "types"),
      ] {
        try write(text, to: amp.path("fit.yaml"))
        let run = try amp("fit points.npz --config fit.yaml --output run")
        #expect(run.code == 1 && run.errors.contains(word), "\(run.errors.prefix(300))")
        #expect(!amp.has("run"))
      }
    }
  }
}
