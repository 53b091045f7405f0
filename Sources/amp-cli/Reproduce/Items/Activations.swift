import AmpPlots
import AmpUncertainty
import Foundation

// Sec. 4: activation functions, learned and fixed.
extension Scale {
  /// A fit with an activation; that of the architecture itself is shared with other figures.
  func activationSetup(_ architecture: String, _ activation: String) -> Setup {
    let isUsual = activation == (architecture == "mlp" ? "relu" : "gelu")
    return Setup(
      architecture: architecture, layers: architecture == "mlp" ? 3 : nil, fraction: largeFraction,
      activation: isUsual ? nil : activation)
  }

  /// Kolmogorov–Arnold networks have no activation to choose.
  var splineSetup: Setup { Setup(architecture: "kan", fraction: largeFraction) }
}

extension ReproductionItem {
  private static let perceptrons = [
    ("relu", "ReLU"), ("leaky-relu", "LeakyReLU"), ("gelu", "GELU"),
    ("groupkan-1", "GroupKAN-1"), ("groupkan-2", "GroupKAN-2"), ("groupkan-4", "GroupKAN-4"),
    ("groupkan-8", "GroupKAN-8"),
  ]
  private static let deepSets = [
    ("relu", "ReLU"), ("leaky-relu", "LeakyReLU"), ("gelu", "GELU"), ("groupkan-4", "GroupKAN-4"),
  ]

  /// |Δ| of networks with several activations.
  static let fig1 = ReproductionItem(
    id: "fig1", title: "accuracy by activation",
    setups: { scale in
      perceptrons.map { scale.activationSetup("mlp", $0.0) } + [scale.splineSetup]
        + deepSets.map { scale.activationSetup("dsi", $0.0) }
    }
  ) { results in
    let scale = results.scale
    func mlp(_ name: String) -> ReproductionResults.Fit? {
      results[scale.activationSetup("mlp", name)]
    }
    func dsi(_ name: String) -> ReproductionResults.Fit? {
      results[scale.activationSetup("dsi", name)]
    }
    let kan = results[scale.splineSetup]
    let left = Panels.magnitudes(
      "MLP",
      perceptrons.filter { $0.0 != "groupkan-2" && $0.0 != "groupkan-8" }.map {
        ($0.1, mlp($0.0))
      } + [("KAN", kan)])
    let middle = Panels.magnitudes(
      "MLP, groups",
      [1, 2, 4, 8].map { ("GroupKAN-\($0)", mlp("groupkan-\($0)")) } + [("GELU", mlp("gelu"))])
    let right = Panels.magnitudes("DSI", deepSets.map { ($0.1, dsi($0.0)) })
    var targets = Targets(scale)
    targets.relation(
      "F1", "MLP: median |Δ| of GroupKAN-4, GELU, LeakyReLU, ReLU",
      paper: "GroupKAN ≲ GELU ≪ LeakyReLU ≈ ReLU",
      ours: ["groupkan-4", "gelu", "leaky-relu", "relu"].map { mlp($0)?.accuracy },
      holds: { $0[0] < 1.1 * $0[1] && $0[1] < 0.6 * $0[2] && abs($0[2] / $0[3] - 1) < 0.3 })
    targets.relation(
      "F1", "MLP: median |Δ| of GroupKAN with 1, 2, 4, 8 groups",
      paper: "more groups bring nothing",
      ours: [1, 2, 4, 8].map { mlp("groupkan-\($0)")?.accuracy },
      holds: { ($0.max() ?? 0) < 1.5 * ($0.min() ?? 0) })
    targets.relation(
      "F2", "median |Δ| of GroupKAN-4, KAN, ReLU", paper: "KAN between GroupKAN and ReLU",
      ours: [mlp("groupkan-4"), kan, mlp("relu")].map { $0?.accuracy },
      holds: { $0[0] < $0[1] && $0[1] < $0[2] })
    targets.relation(
      "F3", "DSI: median |Δ| of GELU, GroupKAN-4, ReLU, LeakyReLU",
      paper: "GELU ≲ GroupKAN, ReLU and LeakyReLU much worse",
      ours: ["gelu", "groupkan-4", "relu", "leaky-relu"].map { dsi($0)?.accuracy },
      holds: { $0[0] < 1.1 * $0[1] && 1.5 * $0[1] < min($0[2], $0[3]) })
    return Page(
      figures: [
        (
          "accuracy", FigureGrid("Accuracy by activation", figures: [left, middle, right]),
          "|Δ| of the test points; the legends give the medians."
        )
      ], targets: targets)
  }

  /// The activation that a GroupKAN has learned.
  static let fig2 = ReproductionItem(
    id: "fig2", title: "learned activation functions",
    setups: { [$0.activationSetup("mlp", "groupkan-1")] }
  ) { results in
    var figures: [Figure] = []
    var differences: (near: Double, far: Double)?
    if let fit = results[results.scale.activationSetup("mlp", "groupkan-1")] {
      let surrogate = try Surrogate(contentsOf: fit.run.best)
      let curves = try surrogate.activationCurves()
      figures = ActivationFigures(curves, of: "GroupKAN-1").grid().figures
      var (near, far) = (0.0, 0.0)
      for curve in curves.flatMap(\.curves) {
        for (x, value) in zip(curve.x, curve.values) {
          let difference = abs(value - 0.5 * x * (1 + erf(x / 2.0.squareRoot())))
          if abs(x) <= 1 { near = max(near, difference) } else { far = max(far, difference) }
        }
      }
      differences = (near, far)
    }
    var targets = Targets(results.scale)
    targets.relation(
      "F4", "largest distance of the learned functions from GELU, for |x| ≤ 1 and beyond",
      paper: "close for small |x|, apart for large", ours: [differences?.near, differences?.far],
      holds: { $0[0] < 0.5 && $0[1] > $0[0] })
    return Page(
      figures: figures.isEmpty
        ? []
        : [
          (
            "activations", FigureGrid("Activations of GroupKAN-1", figures: figures),
            "The rational functions of GroupKAN-1, one for each layer, over the values that they "
              + "see. Dashed: their start."
          )
        ], targets: targets)
  }

  /// GELU against ReLU in a deterministic network.
  static let fig3 = ReproductionItem(
    id: "fig3", title: "GELU against ReLU: accuracy and systematic pull",
    setups: { scale in ["relu", "gelu"].map { scale.activationSetup("mlp", $0) } }
  ) { results in
    let scale = results.scale
    let fits = [("ReLU", "relu"), ("GELU", "gelu")].map {
      ($0.0, results[scale.activationSetup("mlp", $0.1)])
    }
    var targets = Targets(scale)
    targets.relation(
      "F5", "Det: median |Δ| of GELU and ReLU", paper: "GELU is more accurate",
      ours: [fits[1].1?.accuracy, fits[0].1?.accuracy], holds: { $0[0] < $0[1] })
    return Page(
      figures: [
        (
          "gelu",
          FigureGrid(
            "Det, MLP of three layers, f = 0",
            figures: [
              Panels.magnitudes("accuracy", fits), Panels.deviations("deviation", fits),
              Panels.pulls("systematic pull", fits.map { ($0.0, $0.1?.judgement.systematic) }),
            ]),
          "|Δ|, Δ and t_syst of the same network with the two activations."
        )
      ], targets: targets)
  }
}
