import AmpPlots
import Foundation

// Sec. 5.1: what an ensemble does to the systematic pull, and how one factor mends it.
extension Scale {
  /// The ensembles of figure 7 and 8, without noise.
  func ensembleSetup(_ method: Setup.Method) -> Setup {
    Setup(method: method, layers: 3, fraction: fraction, members: manyMembers)
  }
}

extension ReproductionItem {
  /// Systematic pulls of members, and of the mean of the first M.
  static let fig7 = ReproductionItem(
    id: "fig7", title: "systematic pulls of members and of their mean",
    setups: { [$0.ensembleSetup(.repulsive), $0.ensembleSetup(.ensemble)] }
  ) { results in
    let scale = results.scale
    let (repulsive, plain) = (
      results[scale.ensembleSetup(.repulsive)], results[scale.ensembleSetup(.ensemble)]
    )
    let members = repulsive?.judgement.single ?? []
    let means = repulsive?.judgement.means ?? []
    let figures = [
      Panels.pulls(
        "single members", members.prefix(6).enumerated().map { ("member \($0 + 1)", $1) }),
      Panels.pulls("mean of the first M", shown(means).map { ("M = \($0.networks)", $0.pull) }),
    ]
    var targets = Targets(scale)
    targets.relation(
      "B1", "widths of t_syst of single members", paper: "1 ± 0.1",
      ours: members.isEmpty ? [nil] : members.map(\.width),
      holds: { $0.allSatisfy { abs($0 - 1) <= 0.1 } }, needsEffort: true)
    targets.relation(
      "B2",
      "width of t_syst of the mean of M = "
        + means.map { "\($0.networks)" }.joined(separator: ", "),
      paper: "falls with M", ours: means.isEmpty ? [nil] : means.map(\.pull.width),
      holds: { zip($0, $0.dropFirst()).allSatisfy { $1 < $0 } })
    for (name, value) in [
      ("median σ_syst/A", { $0.systematic }), ("width of t_syst", { $0.width }),
    ] as [(String, (ReproductionResults.Fit) -> Double?)] {
      targets.relation(
        "B3", "\(name) with repulsion and without", paper: "equal within 5 %",
        ours: [repulsive.flatMap(value), plain.flatMap(value)],
        holds: { abs($0[0] / $0[1] - 1) <= 0.05 })
    }
    return Page(
      figures: [
        (
          "ensemble", FigureGrid("Repulsive ensemble, f = 0", figures: figures, columns: 2),
          "Left: t_syst of single members, each with its own mean and width. Right: that of the "
            + "mean of the first M, whose error shrinks while its σ_syst, the mean of the members', "
            + "does not. The legends give the widths."
        )
      ], targets: targets)
  }

  /// The pulls of the mean after one global factor.
  static let fig8 = ReproductionItem(
    id: "fig8", title: "systematic pulls of ensembles after calibration by one factor",
    setups: { [$0.ensembleSetup(.repulsive)] }
  ) { results in
    let scale = results.scale
    let means = results[scale.ensembleSetup(.repulsive)]?.judgement.means ?? []
    let chosen = shown(means)
    var targets = Targets(scale)
    for mean in chosen {
      targets.range(
        "B4", "M = \(mean.networks): width of t_syst on test points after the factor", 0.95...1.05,
        ours: mean.calibrated.width)
    }
    if means.isEmpty {
      targets.range("B4", "width of t_syst after the factor", 0.95...1.05, ours: nil)
    }
    return Page(
      figures: [
        (
          "calibrated",
          FigureGrid(
            "Repulsive ensemble, f = 0",
            figures: [
              Panels.pulls("before", chosen.map { ("M = \($0.networks)", $0.pull) }),
              Panels.pulls("after", chosen.map { ("M = \($0.networks)", $0.calibrated) }),
            ], columns: 2),
          "t_syst of the mean of the first M members before and after σ_syst is multiplied by one "
            + "factor for each M, √⟨t²⟩ of the validation points."
        )
      ],
      tables: [
        (
          "The factors, from the validation points, and what they do to the test points.",
          ["M", "factor", "width before", "width after"],
          means.map {
            [
              "\($0.networks)", FitTables.number($0.factor), FitTables.number($0.pull.width),
              FitTables.number($0.calibrated.width),
            ]
          }
        )
      ], targets: targets)
  }

  /// Five of the means at most: the first, the last, and some between.
  private static func shown(_ means: [Judgement.Mean]) -> [Judgement.Mean] {
    guard means.count > 5 else { return means }
    return (0..<5).map { means[$0 * (means.count - 1) / 4] }
  }
}
