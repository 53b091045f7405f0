import AmpPlots
import Foundation

// Sec. 5.2: how many layers it takes to resolve the noise.
extension Scale {
  /// A fit of the scan over hidden layers; that of three is shared with table 2.
  func layerSetup(_ method: Setup.Method, _ layers: Int, _ noise: Double) -> Setup {
    Setup(method: method, layers: layers, fraction: fraction, noise: noise)
  }

  func layerSetups() -> [Setup] {
    [.deterministic, .bayesian].flatMap { method in
      layers.flatMap { layers in fewNoises.map { layerSetup(method, layers, $0) } }
    }
  }

  /// The depths of the scan over priors.
  var priorLayers: [Int] { [4, 6] }

  func priorSetup(_ layers: Int, _ prior: Double) -> Setup {
    Setup(method: .bayesian, layers: layers, fraction: fraction, prior: prior)
  }
}

extension ReproductionItem {
  private static let methods: [(Setup.Method, String)] = [
    (.deterministic, "Det"), (.bayesian, "BNN"),
  ]

  /// σ_syst against the noise for each depth.
  static let fig9 = ReproductionItem(
    id: "fig9", title: "systematic uncertainty against the noise, by hidden layers",
    setups: { $0.layerSetups() }
  ) { results in
    let scale = results.scale
    let noises = scale.fewNoises
    let axis = noises.map { $0 == 0 ? 0.001 : $0 }
    let figures = methods.map { method, name in
      var figure = Panels.panel(
        name, x: Axis("noise f (leftmost: none)", .logarithmic, range: 0.0008...0.125),
        y: Axis("median σ_{syst}/A", .logarithmic))
      for (k, layers) in scale.layers.enumerated() {
        figure.marks += Panels.curve(
          "\(layers) layer\(layers == 1 ? "" : "s")", x: axis,
          y: noises.map { results[scale.layerSetup(method, layers, $0)]?.systematic }, colour: k)
      }
      let ends = [0.005, 0.1]
      figure.marks.append(.line(x: ends, y: ends, label: "f", colour: .ink, dashed: true))
      return figure
    }
    var targets = Targets(scale)
    for (method, name) in methods {
      let values = scale.layers.map { results[scale.layerSetup(method, $0, 0)]?.systematic }
      targets.relation(
        "C1", "\(name), f = 0: σ_syst of 1, 2 and 3 layers", paper: "falls with depth",
        ours: [1, 2, 3].compactMap { scale.layers.firstIndex(of: $0) }.map { values[$0] },
        holds: { zip($0, $0.dropFirst()).allSatisfy { $1 < $0 } })
      targets.relation(
        "C3", "\(name), one layer, f = 10 %: σ_syst over √(σ_syst(0)² + f²)",
        paper: "1.09, the noise is not found in full",
        ours: [
          results[scale.layerSetup(method, 1, 0.1)]?.systematic.flatMap { with in
            results[scale.layerSetup(method, 1, 0)]?.systematic.map { with / hypot($0, 0.1) }
          }
        ], holds: { (0.95...1.2).contains($0[0]) })
      targets.relation(
        "C4", "\(name), f = 2 %: recovered noise over f with 1 and 3 layers",
        paper: "2 layers resolve 2 %, one does not",
        ours: [1, 3].map { layers in
          guard let with = results[scale.layerSetup(method, layers, 0.02)]?.systematic,
            let without = results[scale.layerSetup(method, layers, 0)]?.systematic
          else { return nil }
          return max(0, with * with - without * without).squareRoot() / 0.02
        },
        holds: {
          // Where the limit of the network lies far above the noise, what is found is an accident.
          (results[scale.layerSetup(method, 3, 0)]?.systematic ?? 1) < 0.03
            && abs($0[1] - 1) < 0.1 && abs($0[0] - 1) > abs($0[1] - 1)
        }, needsEffort: true)
    }
    return Page(
      figures: [
        (
          "layers",
          FigureGrid(
            "MLP, \(Panels.percent(scale.fraction)) of the training points", figures: figures,
            columns: 2),
          "Median σ_syst/A against the noise for networks of 1 to 6 hidden layers. A network finds "
            + "the noise once its own limit lies below it."
        )
      ], targets: targets)
  }

  /// Pulls by depth, also of the lowest and highest amplitudes.
  static let fig10 = ReproductionItem(
    id: "fig10", title: "systematic pulls by hidden layers and amplitude",
    setups: {
      scale in scale.layerSetups().filter { $0.noise == 0 }
    }
  ) { results in
    let scale = results.scale
    let figures = methods.flatMap { method, name in
      ([
        ("all points", { $0.systematic }), ("lowest tenth of A", { $0.lowest }),
        ("highest tenth of A", { $0.highest }),
      ] as [(String, (Judgement) -> Counts?)]).map { part, counts in
        Panels.pulls(
          "\(name), \(part)",
          scale.layers.map { layers in
            (
              "\(layers) layer\(layers == 1 ? "" : "s")",
              results[scale.layerSetup(method, layers, 0)].flatMap { counts($0.judgement) }
            )
          })
      }
    }
    var targets = Targets(scale)
    for (method, name) in methods {
      for layers in scale.layers where layers > 1 {
        targets.range(
          "C6", "\(name), \(layers) layers: width of t_syst", 0.9...1.15,
          ours: results[scale.layerSetup(method, layers, 0)]?.width, needsEffort: true)
      }
      let one = results[scale.layerSetup(method, 1, 0)]?.judgement
      targets.relation(
        "C6", "\(name), one layer: |mean of t_syst|, all, lowest, highest tenth of A",
        paper: "deviates in the lowest and highest amplitudes",
        ours: [one?.systematic?.mean, one?.lowest?.mean, one?.highest?.mean].map { $0.map(abs) },
        holds: { max($0[1], $0[2]) > 2 * $0[0] })
    }
    return Page(
      figures: [
        (
          "pulls", FigureGrid("MLP, f = 0", figures: figures, columns: 3),
          "t_syst of networks of 1 to 6 hidden layers: of all test points, and of the tenths with "
            + "the lowest and the highest amplitudes. The legends give the widths."
        )
      ], targets: targets)
  }

  /// The width of the systematic pull against the prior.
  static let fig11 = ReproductionItem(
    id: "fig11", title: "width of the systematic pull against the prior of the weights",
    setups: { scale in
      scale.priorLayers.flatMap { layers in scale.priors.map { scale.priorSetup(layers, $0) } }
    }
  ) { results in
    let scale = results.scale
    func widths(_ layers: Int) -> [Double?] {
      scale.priors.map { results[scale.priorSetup(layers, $0)]?.width }
    }
    func accuracies(_ layers: Int) -> [Double?] {
      scale.priors.map { results[scale.priorSetup(layers, $0)]?.systematic }
    }
    var left = Panels.panel(
      "width of the pull", x: Axis("σ of the prior", .logarithmic), y: Axis("width of t_{syst}"))
    var right = Panels.panel(
      "systematic uncertainty", x: Axis("σ of the prior", .logarithmic),
      y: Axis("median σ_{syst}/A", .logarithmic))
    left.marks.append(.horizontal(at: 1))
    for (k, layers) in scale.priorLayers.enumerated() {
      left.marks += Panels.curve("\(layers) layers", x: scale.priors, y: widths(layers), colour: k)
      right.marks += Panels.curve(
        "\(layers) layers", x: scale.priors, y: accuracies(layers), colour: k)
    }
    var targets = Targets(scale)
    for layers in scale.priorLayers {
      let upper = Array(widths(layers).suffix(scale.priors.count / 2 + 1))
      targets.relation(
        "C7",
        "\(layers) layers: widths of t_syst for priors of "
          + scale.priors.suffix(upper.count).map { "\(Decimals($0))" }.joined(separator: ", "),
        paper: "a plateau", ours: upper,
        holds: { ($0.max() ?? 0) - ($0.min() ?? 0) < 0.1 })
    }
    return Page(
      figures: [
        (
          "prior",
          FigureGrid(
            "Bayesian last layer, f = 0", figures: [left, right], columns: 2),
          "Networks of 4 and 6 hidden layers, whose last layer alone is Bayesian. The pull does "
            + "not depend on the prior over decades."
        )
      ], targets: targets)
  }

  /// σ_syst by depth and noise.
  static let tab3 = ReproductionItem(
    id: "tab3", title: "systematic uncertainty by hidden layers and noise",
    setups: { $0.layerSetups() }
  ) { results in
    let scale = results.scale
    var rows: [[String]] = []
    var targets = Targets(scale)
    for (k, (method, name)) in methods.enumerated() {
      for layers in scale.layers {
        let cells = scale.fewNoises.map { noise in
          let ours = results[scale.layerSetup(method, layers, noise)]?.systematic
          let paper = Published.byLayers(method, layers: layers, noise: noise)
          return FitTables.number(ours) + (paper.map { " (\($0))" } ?? "")
        }
        rows.append([name, "\(layers)"] + cells)
        guard let paper = Published.byLayers(method, layers: layers, noise: 0) else { continue }
        targets.number(
          "C\(k + 1)", "\(name), \(layers) layer\(layers == 1 ? "" : "s"), f = 0: σ_syst",
          paper: paper, tolerance: k == 0 ? 0.25 : 0.3,
          ours: results[scale.layerSetup(method, layers, 0)]?.systematic)
      }
      let plateau = scale.layers.filter { $0 >= 5 }.last
      if let plateau, method == .deterministic {
        targets.number(
          "C5", "Det, \(plateau) layers, f = 0: the plateau", paper: 0.0038, tolerance: 0.25,
          ours: results[scale.layerSetup(method, plateau, 0)]?.systematic)
      }
    }
    return Page(
      tables: [
        (
          "Medians of σ_syst/A over the test points, the paper's in brackets.",
          ["", "layers"] + scale.fewNoises.map { "f = \(Panels.percent($0))" }, rows
        )
      ], targets: targets)
  }
}
