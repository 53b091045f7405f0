import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Every likelihood goes the whole way from `fit` to `compare`.
struct LikelihoodCommandTests {
  @Test(arguments: UncertaintyChoice.likelihoods.map(\.name))
  func likelihoodGoesTheWholeWay(name: String) throws {
    try withPoints(2500) { amp in
      let fit = try amp(
        "fit points.npz --uncertainty \(name) --epochs 6 --batch 64 --hidden 24,24 --output run")
      #expect(fit.code == 0, "\(fit.errors)")
      #expect(!fit.errors.contains("nan"), "\(fit.errors)")
      #expect(try Command.text(amp.path("run/config.yaml")).contains("uncertainty: \(name)\n"))

      let about = try amp("inspect run")
      #expect(about.output.contains("likelihood    \(name)\nmethod        deterministic\n"))
      #expect(try amp("inspect run --json -").output.contains("\"kind\" : \"\(name)\""))

      #expect(try amp("predict run points.npz --output a.csv").code == 0)
      let header = try Command.text(amp.path("a.csv")).split(separator: "\n")[0]
      switch name {
      case "none": #expect(header == "amplitude")
      case "evidential": #expect(header == "amplitude,systematic,statistical")
      default: #expect(header == "amplitude,systematic")
      }

      let pulls = try amp("pulls run --data points.npz --json pulls.json --report report")
      #expect(pulls.code == 0, "\(pulls.errors)")
      #expect(try (amp.json("pulls.json")["pull_systematic"] is NSNull) == (name == "none"))
      try shapeIsJudgedByProbability(amp, name)
      let comparison = try amp("compare run run")
      #expect(comparison.code == 0 && comparison.output.contains("median |Δ|"))
      try surrogateKeepsItsPredictions(amp, name)
    }
  }

  /// Densities that are no Gaussian have pulls by probability, in numbers and pictures.
  private func shapeIsJudgedByProbability(_ amp: Command, _ name: String) throws {
    let isShaped = !["heteroscedastic", "none"].contains(name)
    for file in ["pulls.json", "report/metrics.json", "run/metrics.json"] {
      let numbers = try amp.json(file)
      let probability = numbers["pull_probability"] as? [String: Any]
      #expect((probability != nil) == isShaped, "\(name), \(file)")
      guard let probability else { continue }
      let width = try #require(probability["std"] as? Double)
      let bins = try #require(numbers["amplitude_bins"] as? [[String: Any]])
      #expect(bins.allSatisfy { $0["pull_probability"] is [String: Any] })
      let surrogate = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
      let test = try AmplitudeTable(contentsOf: amp.path("points.npz"))
        .split(training: 0.7, validation: 0.1, test: 0.2, seed: 0).test
      let pulls = try surrogate.probabilityPulls(at: test.momenta, against: test.amplitudes)
      expectClose(PullDistribution(of: pulls).width, width, relative: 1e-12)
    }
    let page = try Command.text(amp.path("report/index.html"))
    for title in ["Pull by probability", "Probability integral transform", "Calibration, z"] {
      #expect(page.contains("aria-label=\"\(title)\"") == isShaped, "\(name): \(title)")
    }
    #expect(try amp("compare run").output.contains("width of z") == isShaped)
  }

  /// Written and read again it predicts the same; pulls by probability fit the learned widths.
  private func surrogateKeepsItsPredictions(_ amp: Command, _ name: String) throws {
    let surrogate = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
    let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
    let prediction = try surrogate.predict(table.momenta)
    try surrogate.write(to: amp.path("copy.safetensors"))
    let copy = try Surrogate(contentsOf: amp.path("copy.safetensors"))
    #expect(copy == surrogate)
    #expect(try copy.predict(table.momenta, threads: 2) == prediction)
    #expect((prediction.logStatistical != nil) == (name == "evidential"))

    func pulls(_ surrogate: Surrogate) throws -> [Double] {
      try surrogate.probabilityPulls(at: table.momenta, against: table.amplitudes)
    }
    if name == "none" {
      #expect(throws: AmpError.self) { try pulls(surrogate) }
      return
    }
    let z = PullDistribution(of: try pulls(surrogate))
    #expect(z.notFinite == 0 && z.count == table.count)
    #expect(abs(z.mean) < 0.5 && (0.4...2.5).contains(z.width), "\(name): \(z.mean), \(z.width)")
    #expect(try pulls(copy) == pulls(surrogate))
    guard name == "heteroscedastic" else { return }
    let systematic = try SystematicPull(prediction, against: table.amplitudes).values
    expectClose(try pulls(surrogate), systematic.map { -$0 }, relative: 1e-9, absolute: 1e-9)
    let global = try Recalibration.global(CalibrationPoints(surrogate, table))
    let wider = try pulls(surrogate.recalibrated(by: global))
    let factor = try #require(global.factors.first)
    expectClose(wider, systematic.map { -$0 / factor }, relative: 1e-9, absolute: 1e-9)
    let none = try surrogate.probabilityPulls(
      at: table.momenta, against: [Double](repeating: 0, count: table.count))
    #expect(none.allSatisfy { $0 == -.infinity })
  }

  @Test(arguments: [
    ("--uncertainty mixture --components 0", "--components: a mixture of 0 Gaussians"),
    ("--uncertainty mixture --components 65", "from 1 to 64"),
    ("--uncertainty student-t --components 2", "--components: student-t has no such option"),
    ("--uncertainty none --refit-head true", "--refit-head"),
    ("--uncertainty mixture --calibrate true", "--calibrate"),
  ])
  func choicesThatDoNotFitAreExplained(options: String, message: String) throws {
    try withPoints(20) { amp in
      let outcome = try amp("fit points.npz \(options) --epochs 1 --output run")
      #expect(outcome.code == 1 && outcome.errors.contains(message), "\(outcome.errors)")
      #expect(!amp.has("run"))
    }
  }

  @Test func configurationKeepsTheComponents() throws {
    try withPoints(300) { amp in
      let fit = try amp(
        """
        fit points.npz --uncertainty mixture --components 2 --epochs 1 --batch 32 --hidden 8 \
        --output run
        """)
      #expect(fit.code == 0, "\(fit.errors)")
      #expect(try amp("fit --config run/config.yaml --output again").code == 0)
      let model = try amp.contents("run/best.safetensors")
      #expect(try amp.contents("again/best.safetensors") == model)
      let surrogate = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
      #expect(surrogate.description.options.outputs == 6)
    }
  }
}
