import AmpPlots
import AmpUncertainty
import Foundation

// Sec. 6: statistical uncertainties of Deep Sets with invariants.
extension Scale {
  func statisticsSetup(
    _ method: Setup.Method, _ fraction: Double, noise: Double = 0, members: Int? = nil
  ) -> Setup {
    Setup(
      architecture: "dsi", method: method, fraction: fraction, noise: noise, members: members)
  }

  /// The ensembles whose statistical pulls are drawn: with few and with many training points.
  var statisticsEnsembles: [Setup] {
    [statisticsFractions[0], deepSetFraction].map {
      statisticsSetup(.repulsive, $0, members: statisticsMembers)
    }
  }

  /// The posteriors beside them.
  var statisticsPosteriors: [Setup] {
    [statisticsFractions[0], deepSetFraction].map { statisticsSetup(.bayesian, $0) }
  }

  /// The noises of table 4.
  var statisticsNoises: [Double] { noises.filter { $0 <= 0.02 } }
}

extension ReproductionItem {
  /// Scaled pulls of the mean of M members.
  static let fig13 = ReproductionItem(
    id: "fig13", title: "scaled pulls of the mean of M members",
    setups: { [$0.statisticsEnsembles[1]] }
  ) { results in
    let scale = results.scale
    let fit = results[scale.statisticsEnsembles[1]]
    let scaled = fit?.judgement.scaled ?? []
    let all = scaled.last?.networks ?? 1
    let shown = scaled.count <= 5 ? scaled : (0..<5).map { scaled[$0 * (scaled.count - 1) / 4] }
    var figures = [
      Panels.pulls(
        "to the truth", shown.map { ("M = \($0.networks)", $0.toTruth) }, x: "t_{true}^{(M)}",
        reach: 8),
      Panels.pulls(
        "to the mean of all",
        shown.filter { $0.networks < all }.map { ("M = \($0.networks)", $0.toExpectation) },
        x: "t^{(M)}"),
    ]
    if let statistical = fit?.metrics.pullStatistical {
      var widths = PullFigures.scaledWidths(statistical)
      (widths.width, widths.height) = (Panels.width, Panels.height)
      figures.append(widths)
    }
    var targets = Targets(scale)
    if scaled.isEmpty {
      targets.range("E6", "√⟨t²⟩ of t^(M) over √(1 − M/N)", 0.85...1.15, ours: nil, kind: .identity)
    }
    for part in scaled where part.networks < all {
      let expected = StatisticalPulls.expectedWidth(part.networks, of: all)
      // Errors of neighbouring points are alike, so that few members scatter about the identity.
      let scatter = all < 32 ? 0.25 : 0.15
      targets.range(
        "E6", "M = \(part.networks) of \(all): √⟨t²⟩ of t^(M) over √(1 − M/N)",
        1 - scatter...1 + scatter, ours: part.toExpectation.rms.map { $0 / expected },
        kind: .identity)
    }
    targets.relation(
      "E6",
      "√⟨t²⟩ of t_true^(M) for M = " + scaled.map { "\($0.networks)" }.joined(separator: ", "),
      paper: "near 1 for M = 1, wider as M grows",
      ours: scaled.isEmpty ? [nil] : scaled.map(\.toTruth.rms),
      holds: { $0[0] < 1.6 && ($0.last ?? 0) > $0[0] }, needsEffort: true)
    return Page(
      figures: [
        (
          "scaled", FigureGrid("RE-DSI of \(all) members, f = 0", figures: figures),
          "The mean of the first M members against the truth and against the mean of all, in units "
            + "of σ_stat/√M; the legends give the widths. Right: √⟨t²⟩ against M, with what members "
            + "give that are drawn alike."
        )
      ], targets: targets)
  }

  /// Sampled pulls to the truth with few and many training points.
  static let fig14 = ReproductionItem(
    id: "fig14", title: "sampled statistical pulls with few and with many training points",
    setups: { $0.statisticsEnsembles + $0.statisticsPosteriors }
  ) { results in
    let scale = results.scale
    let parts = [scale.statisticsFractions[0], scale.deepSetFraction]
    func samples(_ setups: [Setup]) -> [(label: String, counts: Counts?)] {
      zip(parts, setups).map {
        ("\(Panels.percent($0)) of the points", results[$1]?.judgement.toTruth)
      }
    }
    let figures = [
      Panels.pulls("RE-DSI", samples(scale.statisticsEnsembles), x: "t_{A}"),
      Panels.pulls("BNN-DSI", samples(scale.statisticsPosteriors), x: "t_{A}"),
    ]
    var targets = Targets(scale)
    for (part, setup) in zip(parts, scale.statisticsEnsembles) {
      targets.range(
        "E7", "RE-DSI, \(Panels.percent(part)): width of t_A", 0.8...1.2,
        ours: results[setup]?.judgement.toTruth?.width, needsEffort: true)
    }
    targets.range(
      "E7", "BNN-DSI, \(Panels.percent(parts[1])): width of t_A", 1.5...2.5,
      ours: results[scale.statisticsPosteriors[1]]?.judgement.toTruth?.width, needsEffort: true)
    return Page(
      figures: [
        (
          "sampled", FigureGrid("Statistical pulls, f = 0", figures: figures, columns: 2),
          "What each network says against the truth in units of σ_stat; the legends give the widths."
        )
      ], targets: targets)
  }

  /// Uncertainties of posterior and ensemble against the number of training points.
  static let fig15 = ReproductionItem(
    id: "fig15", title: "uncertainties of BNN-DSI and RE-DSI against the size of the training",
    setups: { scale in
      scale.statisticsFractions.flatMap { part in
        [.bayesian, .repulsive].map { scale.statisticsSetup($0, part) }
      }
    }
  ) { results in
    let scale = results.scale
    let parts = scale.statisticsFractions
    let sizes = parts.map { $0 * 0.7 * Double(scale.points) }
    func values(
      _ method: Setup.Method, _ value: (ReproductionResults.Fit) -> Double?
    ) -> [Double?] { parts.map { results[scale.statisticsSetup(method, $0)].flatMap(value) } }
    let axis = Axis("training points", .logarithmic)
    var left = Panels.panel(
      "total uncertainty and accuracy", x: axis, y: Axis("median", .logarithmic))
    var right = Panels.panel(
      "systematic and statistical", x: axis, y: Axis("median σ/A", .logarithmic))
    for (k, (method, name)) in [(Setup.Method.bayesian, "BNN"), (.repulsive, "RE")].enumerated() {
      left.marks += Panels.curve(
        "\(name), σ_{tot}/A", x: sizes, y: values(method) { $0.total }, colour: k)
      left.marks += Panels.curve(
        "\(name), |Δ|", x: sizes, y: values(method) { $0.accuracy }, colour: k, dashed: true)
      right.marks += Panels.curve(
        "\(name), σ_{syst}", x: sizes, y: values(method) { $0.systematic }, colour: k)
      right.marks += Panels.curve(
        "\(name), σ_{stat}", x: sizes, y: values(method) { $0.statistical }, colour: k,
        dashed: true)
    }
    let last = parts.last ?? 1
    let (bayesian, repulsive) = (
      results[scale.statisticsSetup(.bayesian, last)],
      results[scale.statisticsSetup(.repulsive, last)]
    )
    var targets = Targets(scale)
    targets.relation(
      "E8", "all training points: median σ_tot/A of BNN and RE", paper: "coincide",
      ours: [bayesian?.total, repulsive?.total], holds: { abs($0[0] / $0[1] - 1) < 0.3 },
      needsEffort: true)
    targets.relation(
      "E8", "all training points: median |Δ| of RE and BNN", paper: "RE more accurate",
      ours: [repulsive?.accuracy, bayesian?.accuracy], holds: { $0[0] < $0[1] })
    targets.relation(
      "E9", "RE, all training points: σ_syst and σ_stat", paper: "comparable",
      ours: [repulsive?.systematic, repulsive?.statistical],
      holds: { (0.3...3).contains($0[0] / $0[1]) })
    let ratios = zip(values(.bayesian) { $0.systematic }, values(.repulsive) { $0.systematic })
      .map { pair in pair.0.flatMap { mine in pair.1.map { mine / $0 } } }
    targets.relation(
      "E9", "σ_syst of BNN over RE from the smallest to the largest training set",
      paper: "the curves cross", ours: ratios.isEmpty ? [nil] : ratios,
      holds: { ($0.min() ?? 1) < 1 && ($0.max() ?? 1) > 1 }, needsEffort: true)
    return Page(
      figures: [
        (
          "sizes", FigureGrid("DSI, f = 0", figures: [left, right], columns: 2),
          "Left: medians of σ_tot/A (solid) and |Δ| (dashed). Right: σ_syst/A (solid) and σ_stat/A "
            + "(dashed)."
        )
      ], targets: targets)
  }

  /// Uncertainties of DSI against the noise.
  static let tab4 = ReproductionItem(
    id: "tab4", title: "uncertainties of RE-DSI and BNN-DSI for noise",
    setups: { scale in
      [.repulsive, .bayesian].flatMap { method in
        scale.statisticsNoises.map {
          scale.statisticsSetup(method, scale.deepSetFraction, noise: $0)
        }
      }
    }
  ) { results in
    let scale = results.scale
    let noises = scale.statisticsNoises
    func fit(_ method: Setup.Method, _ noise: Double) -> ReproductionResults.Fit? {
      results[scale.statisticsSetup(method, scale.deepSetFraction, noise: noise)]
    }
    let column = { (noise: Double) in Published.statisticsNoises.firstIndex(of: noise) }
    typealias Block = (
      id: String, name: String, method: Setup.Method, paper: [Double]?, tolerance: Double,
      value: (ReproductionResults.Fit) -> Double?
    )
    let blocks: [Block] = [
      ("E1", "RE σ_syst", .repulsive, Published.repulsiveSystematic, 0.02, { $0.systematic }),
      ("E2", "BNN σ_syst", .bayesian, Published.bayesianSystematic, 0.02, { $0.systematic }),
      ("E3", "RE σ_stat", .repulsive, Published.repulsiveStatistical, 0.5, { $0.statistical }),
      ("E4", "BNN σ_stat", .bayesian, Published.bayesianStatistical, 1, { $0.statistical }),
      ("E5", "RE σ_tot", .repulsive, nil, 0, { $0.total }),
      ("E5", "BNN σ_tot", .bayesian, nil, 0, { $0.total }),
    ]
    var rows: [[String]] = []
    var targets = Targets(scale)
    for block in blocks {
      rows.append(
        [block.name]
          + noises.map { noise in
            let paper = column(noise).flatMap { block.paper?[$0] }
            return FitTables.number(fit(block.method, noise).flatMap(block.value))
              + (paper.map { " (\(FitTables.number($0)))" } ?? "")
          })
      for noise in noises {
        let ours = fit(block.method, noise).flatMap(block.value)
        if let paper = column(noise).flatMap({ block.paper?[$0] }) {
          let isNoiseFree = noise == 0 && block.tolerance < 0.5
          targets.number(
            block.id, "\(block.name), f = \(Panels.percent(noise))", paper: paper,
            tolerance: isNoiseFree ? 0.5 : block.tolerance, ours: ours)
        } else if block.paper == nil, let fit = fit(block.method, noise),
          let systematic = fit.systematic, let statistical = fit.statistical
        {
          targets.range(
            block.id, "\(block.name), f = \(Panels.percent(noise)): over √(σ_syst² + σ_stat²)",
            0.97...1.05, ours: ours.map { $0 / hypot(systematic, statistical) }, kind: .identity)
        }
      }
    }
    return Page(
      tables: [
        (
          "Medians over the test points of σ/A, the paper's in brackets.",
          [""] + noises.map { "f = \(Panels.percent($0))" }, rows
        )
      ], targets: targets)
  }
}
