import AmpPlots
import Foundation

// The one-dimensional toy of the authors, which needs no amplitudes.
extension ReproductionItem {
  private static let names = (bayesian: "toy-bnn", repulsive: "toy-re")

  /// What a posterior and an ensemble say where there are no points.
  static let toy = ReproductionItem(
    id: "toy", title: "one-dimensional toy: posterior and ensemble", setups: { _ in [] },
    others: { scale in
      [(names.bayesian, true), (names.repulsive, false)].map { name, isBayesian in
        Job(
          name,
          ToyWork(isBayesian: isBayesian, members: scale.toyMembers, effort: scale.toyEffort))
      }
    }
  ) { results in
    let bayesian = try results.outcome(ToyWork.Outcome.self, of: names.bayesian)
    let repulsive = try results.outcome(ToyWork.Outcome.self, of: names.repulsive)
    let points = ToyWork.Points()
    let figures = [("Bayesian last layer", bayesian), ("repulsive ensemble", repulsive)].map {
      title, outcome in
      var figure = Panels.panel(title, x: Axis("x", range: -1.2...1.2), y: Axis("y", range: -2...2))
      if let outcome {
        for (label, sigma, colour) in [
          ("σ_{tot}", zip(outcome.systematic, outcome.statistical).map { hypot($0, $1) }, 1),
          ("σ_{stat}", outcome.statistical, 0),
        ] {
          figure.marks.append(
            .band(
              x: outcome.x, low: zip(outcome.mean, sigma).map { $0 - $1 },
              high: zip(outcome.mean, sigma).map { $0 + $1 }, label: label, colour: .series(colour))
          )
        }
        figure.marks.append(.line(x: outcome.x, y: outcome.mean, label: "mean"))
      }
      let shown = stride(from: 0, to: points.x.count, by: 9)
      figure.marks.append(
        .points(x: shown.map { points.x[$0] }, y: shown.map { points.y[$0] }, colour: .muted))
      let grid = (0...240).map { Double($0) / 100 - 1.2 }
      figure.marks.append(
        .line(
          x: grid, y: grid.map(ToyWork.Points.truth), label: "truth", colour: .ink, dashed: true))
      return figure
    }
    func gap(_ outcome: ToyWork.Outcome?) -> [Double?] {
      guard let outcome else { return [nil] }
      func mean(_ isInside: (Double) -> Bool) -> Double {
        let chosen = outcome.x.indices.filter { isInside(abs(outcome.x[$0])) }
        return chosen.reduce(0) { $0 + outcome.statistical[$1] } / Double(max(1, chosen.count))
      }
      return [mean { $0 < 0.15 }, mean { $0 > 0.3 && $0 < 0.9 }]
    }
    var targets = Targets(results.scale)
    targets.range(
      "G8", "Bayesian: loss about epoch 1700, published −1.090", -1.15 ... -1.03,
      ours: bayesian?.loss, kind: .number)
    targets.range(
      "G8", "Bayesian: KL/N, published 0.0276", 0.018...0.04, ours: bayesian?.spread, kind: .number)
    targets.range(
      "G8", "ensemble: mean loss of members in epoch 800, published −1.067", -1.13 ... -1.0,
      ours: repulsive?.loss, kind: .number)
    targets.range(
      "G8", "ensemble: spread of these losses, published 0.036 with 100 members", 0.012...0.11,
      ours: repulsive?.spread, kind: .number)
    targets.relation(
      "G8", "ensemble: mean σ_stat where points are missing, and where they are",
      paper: "grows in the gap", ours: gap(repulsive), holds: { $0[0] > 2 * $0[1] })
    return Page(
      figures: [
        (
          "toy", FigureGrid("y = ½ sin 23x + x/2, noise 0.1", figures: figures, columns: 2),
          "Bands of one σ_stat and one σ_tot about the mean; a ninth of the points is drawn, "
            + "and there are none for |x| < 0.22."
        )
      ], targets: targets)
  }
}
