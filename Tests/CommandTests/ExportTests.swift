import AmpCore
import AmpData
import AmpNets
import AmpUncertainty
import TestSupport
import Testing

/// Surrogates as ONNX files, evaluated by a program that is not ours.
struct ExportTests {
  static let hasRuntime = hasPython(with: "numpy", "onnx", "onnxruntime")
  static let surrogates = [
    "--architecture mlp",
    "--architecture mlp-i --activation silu --target ln",
    "--architecture ds --activation leaky-relu",
    "--architecture dsi --activation tanh --target dimensionless",
    "--architecture kan --grid-updates 0",
    "--architecture groupkan",
    "--architecture dsi --activation groupkan-4 --uncertainty ensemble --members 3",
    "--uncertainty repulsive --members 4 --activation relu",
    "--uncertainty repulsive --members 2 --likelihood none",
    "--uncertainty bayesian --samples 5",
    "--uncertainty laplace --samples 3",
    "--uncertainty mixture --components 2",
    "--uncertainty student-t",
    "--uncertainty evidential",
    "--uncertainty none",
  ]
  static let transformers = [
    "--architecture lgatr --blocks 2 --channels 3 --scalars 4 --heads 2",
    "--architecture lgatr-slim --blocks 2 --channels 4 --scalars 8 --heads 2",
    "--architecture lgatr --blocks 2 --channels 4 --scalars 4 --heads 1 --uncertainty ensemble "
      + "--members 3",
    "--architecture lgatr-slim --blocks 1 --channels 2 --scalars 4 --heads 1 "
      + "--uncertainty bayesian --bayesian-layers last --samples 3",
  ]

  @Test(
    .enabled(if: hasRuntime, "there is no Python with onnx and onnxruntime here"),
    arguments: ["float32", "float64"])
  func onnxRuntimePredictsTheSame(precision: String) throws {
    try check(
      ExportTests.surrogates.map { $0 + " --hidden 16,16" }, precision,
      tolerance: precision == "float32" ? "1e-5" : "1e-12")
  }

  /// Their norms are differences of large numbers, floored at 0.01, which amplifies rounding by 10⁴.
  ///
  /// So it is in Amp and in ONNX Runtime. They predict in double precision, whatever they were trained in.
  @Test(
    .enabled(if: hasRuntime, "there is no Python with onnx and onnxruntime here"),
    arguments: ["float32", "float64"])
  func onnxRuntimePredictsTheSameOfTransformers(precision: String) throws {
    try check(
      ExportTests.transformers, precision, epochs: 8, tolerance: "5e-12")
  }

  private func check(
    _ surrogates: [String], _ precision: String, epochs: Int = 4, tolerance: String
  ) throws {
    try withPoints(4000) { amp in
      let generated = try amp("generate --points 10000 --seed 9 --output new.npz")
      #expect(generated.code == 0, "\(generated.errors)")
      var files: [String] = []
      for (i, options) in surrogates.enumerated() {
        let run = "run\(i)"
        let fit = try amp(
          "fit points.npz --epochs \(epochs) --batch 64 --precision \(precision) --seed \(i) "
            + "--output \(run) \(options)")
        #expect(fit.code == 0, "\(options): \(fit.errors)")
        for (name, choice) in choices(options) {
          let model = amp.path("\(run)\(name).onnx")
          let export = try amp("export \(run) --output \(model) \(choice)")
          let predict = try amp("predict \(run) new.npz --output \(model).npz \(choice)")
          #expect(export.code == 0 && predict.code == 0, "\(export.errors) \(predict.errors)")
          files += [model, model + ".npz"]
        }
      }
      let outcome = try runPython(
        [fixture("scripts/onnx_predict.py"), amp.path("new.npz"), tolerance] + files)
      #expect(outcome.code == 0, "\(outcome.output)")
    }
  }

  private func choices(_ options: String) -> [(String, String)] {
    let isPosterior = options.contains("bayesian") || options.contains("laplace")
    return [("", "")] + (isPosterior ? [("mean", "--posterior-mean"), ("two", "--samples 2")] : [])
  }

  @Test(.enabled(if: hasRuntime, "there is no Python with onnx and onnxruntime here"))
  func recalibrationsAreWritten() throws {
    try withPoints(2000) { amp in
      var files: [String] = []
      // Points on the border of a bin would be a matter of rounding: other ones than those fitted.
      let generated = try amp("generate --points 2000 --seed 9 --output new.npz")
      #expect(generated.code == 0, "\(generated.errors)")
      let fit = try amp(
        "fit points.npz --epochs 2 --batch 64 --hidden 16,16 --uncertainty ensemble --members 3 "
          + "--output run")
      #expect(fit.code == 0, "\(fit.errors)")
      // A network for σ that has a say everywhere, whatever held-out points would have left of it.
      let surrogate = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
      let features = surrogate.description.features
      let layout = WidthNetwork.network(features: features.width, hidden: [5, 4]).layout
      var random = Philox(seed: 3, purpose: .weights)
      let width = WidthNetwork(
        features, hidden: [5, 4], weights: (0..<layout.count).map { _ in random.normal() })
      try surrogate.recalibrated(
        by: Recalibration(
          .network, .systematic, points: 500, factors: [1.7], network: width)
      ).write(to: amp.path("width.safetensors"))
      for command in ["export width.safetensors", "predict width.safetensors new.npz"] {
        let name = command.hasPrefix("export") ? "width.onnx" : "width.npz"
        let outcome = try amp("\(command) --output \(name)")
        #expect(outcome.code == 0, "\(command): \(outcome.errors)")
        files.append(amp.path(name))
      }
      // As many as a network for σ needs.
      let many = try amp("generate --points 40000 --seed 10 --output many.npz")
      #expect(many.code == 0, "\(many.errors)")
      for (i, options) in [
        "--method network --data many.npz", "--method global", "--method bins --bins 4",
        "--method bins --bins 3 --by s12",
        "--method ensemble", "--method conformal", "--method smooth",
        "--method smooth --by uncertainty", "--method bins --by uncertainty",
      ].enumerated() {
        let name = amp.path("m\(i)")
        for command in [
          "calibrate run \(options.contains("--data") ? "" : "--data points.npz ")\(options) --output \(name).safetensors",
          "export \(name).safetensors --output \(name).onnx",
          "predict \(name).safetensors new.npz --output \(name).npz",
        ] {
          let outcome = try amp(command)
          #expect(outcome.code == 0, "\(command): \(outcome.errors)")
        }
        files += [name + ".onnx", name + ".npz"]
      }
      let outcome = try runPython(
        [fixture("scripts/onnx_predict.py"), amp.path("new.npz"), "1e-5"] + files)
      #expect(outcome.code == 0, "\(outcome.output)")
    }
  }

  @Test func whatCannotBeWrittenIsRefused() throws {
    try withPoints(40) { amp in
      let fit = try amp(
        "fit points.npz --hidden 8 --epochs 1 --output run")
      #expect(fit.code == 0, "\(fit.errors)")
      for (options, word) in [
        ("points.npz --output a.onnx", "file of points"),
        ("run --output a.onnx --samples 3", "one network"),
        ("run --output missing/a.onnx", "missing"),
        ("nothing --output a.onnx", "no run folder"),
      ] {
        let outcome = try amp("export \(options)")
        #expect(outcome.code == 1 && outcome.errors.contains(word), "\(outcome.errors)")
        #expect(!amp.has("a.onnx"))
      }
    }
  }
}
