import AmpPlots
import Foundation

// Sec. 5.3: networks that know the symmetries.
extension Scale {
  /// MLP-I of some layers; nil is its three.
  func invariantSetup(
    _ layers: Int, isDouble: Bool? = nil, activation: String? = nil
  ) -> Setup {
    Setup(
      architecture: "mlp-i", layers: layers, fraction: largeFraction, activation: activation,
      isDouble: isDouble)
  }

  /// Deep Sets with invariants on all training points.
  func symmetrySetup(
    _ architecture: String = "dsi", _ method: Setup.Method = .deterministic
  ) -> Setup { Setup(architecture: architecture, method: method, fraction: largeFraction) }

  /// DSI with weight decay.
  func decayedSetup(isLong: Bool) -> Setup {
    var setup = symmetrySetup()
    (setup.weightDecay, setup.isLong) = (0.01, isLong)
    return setup
  }

  var singlePrecisionSetup: Setup {
    var setup = symmetrySetup()
    setup.isDouble = false
    return setup
  }
}

extension ReproductionItem {
  /// Accuracy and pulls of the networks with symmetries.
  static let fig12 = ReproductionItem(
    id: "fig12", title: "accuracy and pulls of networks that know the symmetries",
    setups: { scale in
      [
        scale.symmetrySetup(), scale.symmetrySetup("dsi", .bayesian),
        scale.symmetrySetup("dsi", .repulsive), scale.symmetrySetup("lgatr"),
        scale.noiseSetup(.deterministic, scale.largeFraction, 0),
      ]
    }
  ) { results in
    let scale = results.scale
    let fits = [
      ("DSI", results[scale.symmetrySetup()]),
      ("BNN-DSI", results[scale.symmetrySetup("dsi", .bayesian)]),
      ("RE-DSI", results[scale.symmetrySetup("dsi", .repulsive)]),
      ("L-GATr", results[scale.symmetrySetup("lgatr")]),
    ]
    let mlp = results[scale.noiseSetup(.deterministic, scale.largeFraction, 0)]
    var targets = Targets(scale)
    for (name, fit) in fits {
      targets.range(
        "D7", "\(name): width of t_syst", name == "RE-DSI" ? 0...0.9 : 0.9...1.1,
        ours: fit?.width, needsEffort: true)
    }
    targets.relation(
      "D7", "median |Δ| of L-GATr and DSI", paper: "almost on par",
      ours: [fits[3].1?.accuracy, fits[0].1?.accuracy], holds: { $0[0] < 3 * $0[1] },
      needsEffort: true)
    return Page(
      figures: [
        (
          "symmetries",
          FigureGrid(
            "Networks that know the symmetries, f = 0",
            figures: [
              Panels.magnitudes("accuracy", fits + [("MLP", mlp)]),
              Panels.pulls("systematic pull", fits.map { ($0.0, $0.1?.judgement.systematic) }),
            ], columns: 2),
          "|Δ| and t_syst of Deep Sets with invariants by three methods, and of L-GATr."
        )
      ], targets: targets)
  }

  /// σ_syst by architecture.
  static let tab1 = ReproductionItem(
    id: "tab1", title: "systematic uncertainty by architecture",
    setups: { scale in
      scale.layers.map { scale.layerSetup(.deterministic, $0, 0) }
        + scale.layers.map { scale.invariantSetup($0) }
        + [
          scale.noiseSetup(.deterministic, scale.largeFraction, 0),
          scale.invariantSetup(3, isDouble: true),
          scale.invariantSetup(3, isDouble: true, activation: "leaky-relu"),
          scale.symmetrySetup("ds"), scale.symmetrySetup(), scale.singlePrecisionSetup,
          scale.decayedSetup(isLong: false), scale.decayedSetup(isLong: true),
          scale.symmetrySetup("dsi", .bayesian), scale.symmetrySetup("dsi", .repulsive),
        ]
    }
  ) { results in
    let scale = results.scale
    func syst(_ setup: Setup) -> Double? { results[setup]?.systematic }
    let double = scale.invariantSetup(3, isDouble: true)
    let leaky = scale.invariantSetup(3, isDouble: true, activation: "leaky-relu")
    let single: [(String, String, Setup, Double?, Double)] = [
      ("D2", "MLP-I, float64, 3 layers", double, 0.00106, 0.2),
      ("D2", "MLP-I, float64, LeakyReLU, 3 layers", leaky, 0.00091, 0.2),
      ("D3", "DS", scale.symmetrySetup("ds"), 0.00019, 0.5),
      ("D4", "DSI", scale.symmetrySetup(), 5.4e-5, 0.5),
      ("D4", "DSI, L2 norm", scale.decayedSetup(isLong: false), 6.8e-5, 0.5),
      ("D4", "DSI, L2 norm, twice the epochs", scale.decayedSetup(isLong: true), 3.9e-5, 0.5),
      ("D5", "BNN-DSI", scale.symmetrySetup("dsi", .bayesian), 7.0e-5, 0.5),
      ("D5", "RE-DSI", scale.symmetrySetup("dsi", .repulsive), 5.1e-5, 0.5),
      ("D8", "DSI, float32", scale.singlePrecisionSetup, nil, 0),
    ]
    func cell(_ ours: Double?, _ paper: Double?) -> String {
      FitTables.number(ours) + (paper.map { " (\(FitTables.number($0)))" } ?? "")
    }
    var rows = [
      ["MLP"]
        + scale.layers.map {
          cell(
            syst(scale.layerSetup(.deterministic, $0, 0)),
            Published.byLayers(.deterministic, layers: $0, noise: 0))
        },
      ["MLP-I"]
        + scale.layers.map {
          cell(syst(scale.invariantSetup($0)), Published.invariantsByLayers[$0 - 1])
        },
    ]
    let column = scale.layers.firstIndex(of: 3) ?? 0
    for row in single {
      var cells = [String](repeating: "", count: scale.layers.count)
      cells[column] = cell(syst(row.2), row.3)
      rows.append([row.1] + cells)
    }
    var targets = Targets(scale)
    for layers in scale.layers {
      targets.number(
        "D1", "MLP-I, \(layers) layer\(layers == 1 ? "" : "s")",
        paper: Published.invariantsByLayers[layers - 1], tolerance: 0.3,
        ours: syst(scale.invariantSetup(layers)))
    }
    for row in single {
      guard let paper = row.3 else { continue }
      targets.number(row.0, row.1, paper: paper, tolerance: row.4, ours: syst(row.2))
    }
    targets.relation(
      "D2", "MLP-I, 3 layers: float32, float64, float64 with LeakyReLU", paper: "no gain",
      ours: [syst(scale.invariantSetup(3)), syst(double), syst(leaky)],
      holds: { abs($0[1] / $0[0] - 1) < 0.25 && abs($0[2] / $0[0] - 1) < 0.35 })
    targets.relation(
      "D6", "MLP, MLP-I, DS, DSI, three layers", paper: "falls, by ×5.7, ×5.2, ×3.5",
      ours: [
        syst(scale.noiseSetup(.deterministic, scale.largeFraction, 0)),
        syst(scale.invariantSetup(3)), syst(scale.symmetrySetup("ds")),
        syst(scale.symmetrySetup()),
      ], holds: { zip($0, $0.dropFirst()).allSatisfy { $1 < $0 } }, needsEffort: true)
    targets.relation(
      "D8", "DSI: σ_syst in float32 and float64", paper: "float32 shows artefacts",
      ours: [syst(scale.singlePrecisionSetup), syst(scale.symmetrySetup())],
      holds: { $0[0] > 1.2 * $0[1] }, needsEffort: true)
    return Page(
      tables: [
        (
          "Medians of σ_syst/A over the test points by hidden layers, the paper's in brackets.",
          [""] + scale.layers.map { "\($0)" }, rows
        )
      ], targets: targets)
  }
}
