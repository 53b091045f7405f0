import AmpPlots
import Foundation

// Sec. 5.1: noise on the training data, for three methods and parts of the training points.
extension Scale {
  /// The fits of table 2 and figure 4 to 6.
  func noiseSetup(_ method: Setup.Method, _ fraction: Double, _ noise: Double) -> Setup {
    Setup(method: method, layers: 3, fraction: fraction, noise: noise)
  }

  func noiseSetups(_ methods: [Setup.Method]) -> [Setup] {
    methods.flatMap { method in
      fractions.flatMap { fraction in
        (method == .withoutWidth ? [noises.first ?? 0, noises.last ?? 0] : noises).map {
          noiseSetup(method, fraction, $0)
        }
      }
    }
  }

  /// The largest part of the training points that table 2 has too.
  var largeFraction: Double { fractions.filter { $0 <= 0.75 }.last ?? 0.75 }
}

extension ReproductionItem {
  private static let methods: [(Setup.Method, String)] = [
    (.deterministic, "Det"), (.bayesian, "BNN"), (.repulsive, "RE"),
  ]

  /// Uncertainties of the BNN against the number of training points.
  static let fig4 = ReproductionItem(
    id: "fig4", title: "uncertainties of the Bayesian network against the size of the training",
    setups: { scale in
      chosen(scale.noises).flatMap { noise in
        scale.sizes.map { scale.noiseSetup(.bayesian, $0, noise) }
      }
    }
  ) { results in
    let scale = results.scale
    let sizes = scale.sizes.map { $0 * 0.7 * Double(scale.points) }
    func panel(
      _ title: String, _ label: String, _ value: (ReproductionResults.Fit) -> Double?
    ) -> Figure {
      var figure = Panels.panel(
        title, x: Axis("training points", .logarithmic), y: Axis(label, .logarithmic))
      for (k, noise) in chosen(scale.noises).enumerated() {
        figure.marks += Panels.curve(
          "f = \(Panels.percent(noise))", x: sizes,
          y: scale.sizes.map {
            results[scale.noiseSetup(.bayesian, $0, noise)].flatMap(value)
          }, colour: k)
      }
      return figure
    }
    var targets = Targets(scale)
    let ends = [scale.sizes.first ?? 0, scale.sizes.last ?? 0]
    targets.relation(
      "A11", "BNN, f = 0: median σ_stat/A at the smallest and the largest training set",
      paper: "falls",
      ours: ends.map { results[scale.noiseSetup(.bayesian, $0, 0)]?.statistical },
      holds: { $0[1] < $0[0] })
    targets.range(
      "A11", "BNN, f = 10 %, largest training set: median σ_syst/A", 0.097...0.107,
      ours: results[scale.noiseSetup(.bayesian, ends[1], 0.1)]?.systematic)
    targets.range(
      "A11", "BNN, f = 0, largest training set: median σ_syst/A", 0...0.01,
      ours: results[scale.noiseSetup(.bayesian, ends[1], 0)]?.systematic, needsEffort: true)
    return Page(
      figures: [
        (
          "uncertainties",
          FigureGrid(
            "Bayesian network, MLP of three layers",
            figures: [
              panel("systematic", "median σ_{syst}/A") { $0.systematic },
              panel("statistical", "median σ_{stat}/A") { $0.statistical },
              panel("total", "median σ_{tot}/A") { $0.total },
            ]),
          "Medians over the test points. σ_stat falls with the number of training points, σ_syst "
            + "ends on a plateau: the noise, or without noise the limit of the network."
        )
      ], targets: targets)
  }

  /// Systematic and statistical uncertainties against the noise, for three methods.
  static let fig5 = ReproductionItem(
    id: "fig5", title: "uncertainties against the noise, and the noise recovered",
    setups: { scale in
      scale.noiseSetups([.deterministic, .bayesian, .repulsive]).filter {
        $0.fraction == scale.largeFraction
      }
    }
  ) { results in
    let scale = results.scale
    let part = scale.largeFraction
    func fit(_ method: Setup.Method, _ noise: Double) -> ReproductionResults.Fit? {
      results[scale.noiseSetup(method, part, noise)]
    }
    func found(_ method: Setup.Method, _ noise: Double) -> Double? {
      guard let with = fit(method, noise)?.systematic, let without = fit(method, 0)?.systematic
      else { return nil }
      return max(0, with * with - without * without).squareRoot()
    }
    let noises = scale.noises
    // Zero has no place on a logarithmic axis: it stands at the left end.
    let axis = noises.map { $0 == 0 ? 0.001 : $0 }
    var left = Panels.panel(
      "systematic and statistical",
      x: Axis("noise f (leftmost: none)", .logarithmic, range: 0.0008...0.125),
      y: Axis("median σ/A", .logarithmic))
    var right = Panels.panel(
      "noise recovered", x: Axis("noise f", .logarithmic),
      y: Axis("√(σ_{syst}² − σ_{syst,0}²)", .logarithmic))
    for (k, (method, name)) in methods.enumerated() {
      left.marks += Panels.curve(
        "\(name), σ_{syst}", x: axis, y: noises.map { fit(method, $0)?.systematic }, colour: k)
      if method != .deterministic {
        left.marks += Panels.curve(
          "\(name), σ_{stat}", x: axis, y: noises.map { fit(method, $0)?.statistical }, colour: k,
          dashed: true)
      }
      let positive = noises.filter { $0 > 0 }
      right.marks += Panels.curve(
        name, x: positive, y: positive.map { found(method, $0) }, colour: k)
    }
    let ends = [noises.filter { $0 > 0 }.min() ?? 0.01, noises.max() ?? 0.1]
    right.marks.append(.line(x: ends, y: ends, label: "f", colour: .ink, dashed: true))
    left.marks += Panels.published(
      "paper, all methods", x: axis,
      y: noises.map { $0 == 0 ? 0.0047 : Published.withNoise($0) }, colour: .ink)

    var targets = Targets(scale)
    for (method, name) in methods {
      for noise in noises where noise >= 0.005 {
        targets.range(
          "A8", "\(name), f = \(Panels.percent(noise)): recovered noise over f",
          noise >= 0.01 ? 0.95...1.05 : 0.8...1.2, ours: found(method, noise).map { $0 / noise },
          needsEffort: fit(method, 0)?.systematic.map { $0 > noise / 2 } ?? false)
      }
    }
    targets.range(
      "A12", "Det, f = 0: median σ_syst/A", 0.004...0.007,
      ours: fit(.deterministic, 0)?.systematic, kind: .number, needsEffort: true)
    targets.range(
      "A13", "f = 0: σ_stat of RE over that of BNN", 3...6,
      ours: fit(.repulsive, 0)?.statistical.flatMap { mine in
        fit(.bayesian, 0)?.statistical.map { mine / $0 }
      }, needsEffort: true)
    return Page(
      figures: [
        (
          "noise",
          FigureGrid(
            "MLP of three layers, \(Panels.percent(part)) of the training points",
            figures: [left, right], columns: 2),
          "Left: medians of σ_syst/A (solid) and σ_stat/A (dashed) against the noise on the "
            + "training data. Right: what remains of σ_syst after its value without noise is taken "
            + "out in quadrature, which should be f."
        )
      ], targets: targets)
  }

  /// Accuracy and systematic pulls of the three methods for several noises.
  static let fig6 = ReproductionItem(
    id: "fig6", title: "deviations and systematic pulls with noise",
    setups: { scale in
      scale.noiseSetups([.deterministic, .bayesian, .repulsive]).filter {
        $0.fraction == scale.largeFraction
      }
    }
  ) { results in
    let scale = results.scale
    let noises = chosen(scale.noises)
    func fit(_ method: Setup.Method, _ noise: Double) -> ReproductionResults.Fit? {
      results[scale.noiseSetup(method, scale.largeFraction, noise)]
    }
    let figures =
      methods.map { method, name in
        Panels.deviations(
          "\(name), deviation", noises.map { ("f = \(Panels.percent($0))", fit(method, $0)) })
      }
      + methods.map { method, name in
        Panels.pulls(
          "\(name), systematic pull",
          noises.map { ("f = \(Panels.percent($0))", fit(method, $0)?.judgement.systematic) })
      }
    var targets = Targets(scale)
    targets.relation(
      "A14", "f = 0: median |Δ| of RE, BNN, Det", paper: "RE is the smallest",
      ours: [fit(.repulsive, 0), fit(.bayesian, 0), fit(.deterministic, 0)].map { $0?.accuracy },
      holds: { $0[0] < $0[1] && $0[0] < $0[2] })
    for (method, name) in methods {
      targets.relation(
        "A14", "\(name): median |Δ| at f = 0 and f = 10 %", paper: "narrower with less noise",
        ours: [fit(method, 0)?.accuracy, fit(method, 0.1)?.accuracy], holds: { $0[0] < $0[1] })
    }
    for noise in scale.noises {
      for (method, name) in methods.prefix(2) {
        targets.range(
          "A15", "\(name), f = \(Panels.percent(noise)): width of t_syst", 0.9...1.1,
          ours: fit(method, noise)?.width, needsEffort: true)
      }
    }
    targets.range("A15", "RE, f = 0: width of t_syst", 0...0.9, ours: fit(.repulsive, 0)?.width)
    targets.range(
      "A15", "RE, f = 10 %: width of t_syst", 0.9...1.1, ours: fit(.repulsive, 0.1)?.width)
    return Page(
      figures: [
        (
          "noise", FigureGrid("MLP of three layers", figures: figures, columns: 3),
          "Above: Δ against the amplitudes without noise. Below: t_syst against those with noise; "
            + "the legends give the widths. The mean of an ensemble is better than the σ_syst of "
            + "its members, so that its pull is too narrow where there is no noise."
        )
      ], targets: targets)
  }

  /// The table of all medians.
  static let tab2 = ReproductionItem(
    id: "tab2", title: "uncertainties for noise, methods and parts of the training points",
    setups: { $0.noiseSetups([.deterministic, .bayesian, .repulsive, .withoutWidth]) }
  ) { results in
    let scale = results.scale
    func fit(_ method: Setup.Method, _ part: Double, _ noise: Double) -> ReproductionResults.Fit? {
      results[scale.noiseSetup(method, part, noise)]
    }
    var rows: [[String]] = []
    let blocks: [(String, Setup.Method, (ReproductionResults.Fit) -> Double?)] =
      methods.map { ("\($0.1) σ_syst", $0.0, { $0.systematic }) } + [
        ("BNN σ_stat", .bayesian, { $0.statistical }),
        ("RE σ_stat", .repulsive, { $0.statistical }),
        ("BNN σ_tot", .bayesian, { $0.total }), ("RE σ_tot", .repulsive, { $0.total }),
        ("RE without heteroscedastic loss", .withoutWidth, { $0.statistical }),
      ]
    for (name, method, value) in blocks {
      for part in scale.fractions {
        rows.append(
          [name, "\(Decimals(100 * part))"]
            + scale.noises.map { FitTables.number(fit(method, part, $0).flatMap(value)) })
      }
    }
    var targets = Targets(scale)
    for (k, (method, name)) in methods.enumerated() {
      for part in scale.fractions {
        guard let paper = Published.withoutNoise(method, fraction: part) else { continue }
        targets.number(
          "A\(k + 1)", "\(name), \(Panels.percent(part)), f = 0: σ_syst", paper: paper,
          tolerance: 0.2, ours: fit(method, part, 0)?.systematic)
      }
    }
    let part = scale.largeFraction
    targets.number(
      "A4", "BNN, \(Panels.percent(part)), f = 0: σ_stat", paper: 0.0012, tolerance: 0.5,
      ours: fit(.bayesian, part, 0)?.statistical)
    targets.number(
      "A4", "BNN, \(Panels.percent(part)), f = 10 %: σ_stat", paper: 0.0092, tolerance: 0.5,
      ours: fit(.bayesian, part, 0.1)?.statistical)
    targets.number(
      "A5", "RE, \(Panels.percent(part)), f = 0: σ_stat", paper: 0.0045, tolerance: 0.5,
      ours: fit(.repulsive, part, 0)?.statistical)
    targets.number(
      "A5", "RE, \(Panels.percent(part)), f = 10 %: σ_stat", paper: 0.013, tolerance: 0.5,
      ours: fit(.repulsive, part, 0.1)?.statistical)
    for (method, name) in methods {
      for noise in scale.noises where noise > 0 {
        guard let paper = Published.withNoise(noise) else { continue }
        targets.number(
          noise < 0.015 ? "A7" : "A6",
          "\(name), \(Panels.percent(part)), f = \(Panels.percent(noise)): σ_syst", paper: paper,
          tolerance: noise < 0.015 ? 0.15 : 0.03, ours: fit(method, part, noise)?.systematic)
      }
    }
    for (method, name) in methods.dropFirst() {
      let closures = scale.noises.map { noise -> Double? in
        guard let fit = fit(method, part, noise), let total = fit.total,
          let systematic = fit.systematic, let statistical = fit.statistical
        else { return nil }
        return abs(hypot(systematic, statistical) / total - 1)
      }
      targets.relation(
        "A9", "\(name): mean over f of |√(σ_syst² + σ_stat²)/σ_tot − 1| of medians",
        paper: "at most 0.03",
        ours: [
          closures.contains { $0 == nil }
            ? nil : closures.compactMap(\.self).reduce(0, +) / Double(max(1, closures.count))
        ], holds: { $0[0] <= 0.03 }, kind: .identity)
    }
    targets.range(
      "A10", "RE without heteroscedastic loss, f = 10 %: σ_stat over f", 0...0.5,
      ours: fit(.withoutWidth, part, 0.1)?.statistical.map { $0 / 0.1 })
    return Page(
      tables: [
        (
          "Medians over the test points of σ/A. The second column is the part of the training "
            + "points in percent.",
          ["", "%"] + scale.noises.map { "f = \(Panels.percent($0))" }, rows
        )
      ], targets: targets)
  }

  /// Six noises at most, which six colours can tell apart: the first, the last and some between.
  static func chosen(_ noises: [Double]) -> [Double] {
    guard noises.count > 6 else { return noises }
    return (0..<6).map { noises[$0 * (noises.count - 1) / 5] }
  }
}
