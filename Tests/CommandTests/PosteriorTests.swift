import AmpData
import AmpUncertainty
import TestSupport
import Testing

/// Posteriors of the weights through the commands that a user types.
struct PosteriorTests {
  @Test(arguments: ["bayesian", "laplace"])
  func posteriorsPredictWithAndWithoutSamples(name: String) throws {
    try withPoints(600) { amp in
      let fit = try amp(
        "fit points.npz --uncertainty \(name) --samples 6 --prior-width 0.5 --epochs 3 "
          + "--batch 64 --hidden 12,12 --output run")
      #expect(fit.code == 0, "\(fit.errors)")
      func predict(_ options: String) throws -> NumpyArchive {
        let outcome = try amp("predict run points.npz --output a.npz \(options)")
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try NumpyArchive(contentsOf: amp.path("a.npz"))
      }
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      let surrogate = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
      #expect(surrogate.samples == 6)
      let usual = try predict("--threads 2")
      let expected = try surrogate.predict(table.momenta, samples: 6)
      #expect(try usual.array("statistical").doubles() == expected.statistical)
      #expect(expected.statistical?.allSatisfy { $0 > 0 } == true)
      #expect(try predict("--samples 128").names.contains("statistical"))

      #expect(try !predict("--samples 1").names.contains("statistical"))
      let mean = try predict("--posterior-mean")
      #expect(!mean.names.contains("statistical") && mean.names.contains("systematic"))
      let one = try surrogate.predict(table.momenta, posteriorMean: true)
      #expect(try mean.array("amplitude").doubles() == one.amplitude)
      for (options, word) in [
        ("--samples 0", "1 or more"), ("--samples -3", "1 or more"),
        ("--samples 4 --posterior-mean", "Leave either out"),
      ] {
        let outcome = try amp("predict run points.npz --output b.npz \(options)")
        #expect(outcome.code == 1 && outcome.errors.contains(word), "\(outcome.errors)")
        #expect(!amp.has("b.npz"))
      }
    }
  }

  @Test func impossibleChoicesAreRefused() throws {
    try withPoints(40) { amp in
      for (options, word) in [
        ("bayesian --samples 0", "--samples"), ("laplace --samples -1", "--samples"),
        ("bayesian --prior-width 0", "--prior-width"), ("laplace --prior-width -2", "positive"),
        ("laplace --likelihood none", "no such"),
        ("bayesian --architecture kan", "dense"), ("laplace --architecture kan", "dense"),
        ("bayesian --architecture lgatr", "--bayesian-layers"),
        ("bayesian --likelihood student-t --refit-head true", "--refit-head"),
        ("heteroscedastic --prior-width 1", "--prior-width"),
      ] {
        let outcome = try amp("fit points.npz --output run --uncertainty \(options)")
        #expect(outcome.code == 1 && outcome.errors.contains(word), "\(options) \(outcome.errors)")
        #expect(!amp.has("run"))
      }
    }
  }
}
