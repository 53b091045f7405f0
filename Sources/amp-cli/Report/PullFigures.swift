import AmpPlots
import AmpUncertainty
import Foundation

/// The pictures of one kind of pull.
struct PullFigures {
  let kind: PullSet.Kind
  let pull: Pull

  private var suffix: String { kind == .systematic ? "" : ", \(kind.label)" }

  /// Pulls against the unit Gaussian, with their ratio.
  func histogram() -> Figure {
    let shape = pull.distribution
    let reach = PullFigures.reach(shape.rms)
    let bins = PullFigures.bins(for: pull.points, reach: reach)
    let raw = Histogram(pull.values, bins: bins, range: -reach...reach)
    let histogram = raw.density()
    let grid = (0...200).map { (Double($0) / 100 - 1) * reach }
    let law = density
    var figure = Figure(kind.title, x: Axis(kind.label), y: Axis("density"))
    figure.marks = [
      .note("mean \(PullTables.number(shape.mean, error: shape.meanError))"),
      .note("width \(PullTables.number(shape.width, error: shape.widthError))"),
      .histogram(
        histogram, label: "pulls", errors: pull.perPoint == 1, filled: true),
      .line(x: grid, y: grid.map(law.density), label: law.name, colour: .series(1)),
    ]
    let edges = raw.edges
    let centres = zip(edges, edges.dropFirst()).map { ($0 + $1) / 2 }
    let expected = zip(edges, edges.dropFirst()).map { mean(of: law.density, from: $0, to: $1) }
    let filled = centres.indices.filter { raw.heights[$0] > 0 && expected[$0] > 0 }
    // Pulls of one point are not independent: their bins have no Poisson errors.
    let scale = Double(pull.perPoint).squareRoot()
    figure.lower = Figure.Panel(
      y: Axis("ratio", range: 0.4...1.6),
      marks: [
        .horizontal(at: 1, colour: .series(1)),
        .points(
          x: filled.map { centres[$0] }, y: filled.map { histogram.heights[$0] / expected[$0] },
          errors: filled.map { scale * histogram.errors[$0] / expected[$0] }),
      ])
    figure.height = 420
    return figure
  }

  /// What the pulls should follow.
  private var density: (name: String, density: (Double) -> Double) {
    let networks = pull.perPoint
    guard kind == .toExpectation, networks > 4, networks < 64 else {
      return ("N(0, 1)", StandardNormal.density)
    }
    return (
      "\(networks) Gaussian networks",
      { StatisticalPulls.expectedDensity($0, networks: networks) }
    )
  }

  /// The mean of a smooth function over a bin, by Simpson's rule.
  private func mean(of f: (Double) -> Double, from a: Double, to b: Double) -> Double {
    let steps = 8
    let sum = (0...steps).reduce(0.0) { sum, i in
      let weight = i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4 : 2
      return sum + weight * f(a + (b - a) * Double(i) / Double(steps))
    }
    return sum / Double(3 * steps)
  }

  /// Half the width of the axis: five, or what wide pulls need.
  private static func reach(_ rms: Double) -> Double {
    rms.isFinite && rms > 1.7 ? min(60, (3 * rms).rounded(.up)) : 5
  }

  /// An even number of bins, as narrow for wide pulls as for calibrated ones where points allow.
  private static func bins(for points: Int, reach: Double) -> Int {
    min(120, Int(max(20, Double(FitFigures.bins(for: points))) * max(1, reach / 5))) / 2 * 2
  }

  /// The probability integral transform Φ(z), flat for calibrated pulls by probability.
  func transform() -> Figure {
    let bins = pull.points < 1000 ? 10 : 20
    let values = pull.values.map { $0 == .infinity ? 1 : StandardNormal.cumulative($0) }
    let histogram = Histogram(values, bins: bins, range: 0...1)
    var figure = Figure(
      "Probability integral transform", x: Axis("F(A)", range: 0...1), y: Axis("density"))
    let (part, points) = (1 / Double(bins), Double(max(1, pull.distribution.count)))
    let error = ((1 - part) / (part * points)).squareRoot()
    figure.marks = [2.0, 1].map { k in
      .band(
        x: [0, 1], low: [Double](repeating: max(0, 1 - k * error), count: 2),
        high: [1 + k * error, 1 + k * error], colour: .series(1))
    }
    figure.marks += [
      .histogram(histogram.density(), label: "points"), .horizontal(at: 1, colour: .series(1)),
    ]
    return figure
  }

  /// Observed against nominal coverage, and the difference.
  func calibration() -> Figure {
    let curve = CalibrationCurve(of: pull.values, perPoint: pull.perPoint)
    let c = pull.values.isEmpty ? [] : curve.nominal
    var figure = Figure(
      "Calibration" + suffix, x: Axis("nominal coverage", range: 0...1),
      y: Axis("observed coverage", range: 0...1))
    func band(_ k: Double, about middle: [Double]) -> Mark {
      let low = zip(middle, curve.errors).map { $0 - k * $1 }
      let high = zip(middle, curve.errors).map { $0 + k * $1 }
      return .band(x: c, low: low, high: high, colour: .series(1))
    }
    figure.marks = [
      band(2, about: c), band(1, about: c),
      .line(x: c, y: Array(curve.observed.prefix(c.count)), label: "observed"),
      .line(x: [0, 1], y: [0, 1], label: "calibrated", colour: .ink, dashed: true),
    ]
    let zero = c.map { _ in 0.0 }
    figure.lower = Figure.Panel(
      y: Axis("difference"),
      marks: [
        band(2, about: zero), band(1, about: zero), .horizontal(at: 0, colour: .ink),
        .line(x: c, y: zip(curve.observed, c).map { $0 - $1 }),
      ])
    figure.height = 420
    return figure
  }

  /// Mean and width of the pulls by a variable.
  func bins(of values: [Double], as variable: PullVariable) -> Figure {
    let bins = pull.bins(of: values, count: pull.points < 1000 ? 5 : 20).filter {
      $0.distribution.count > 1 && $0.range.lowerBound > 0
    }
    let centres = bins.map { ($0.range.lowerBound * $0.range.upperBound).squareRoot() }
    let parts = bins.map(\.distribution)
    let name = variable == .amplitude ? "amplitude" : variable.axis.replacing(" in GeV²", with: "")
    var figure = Figure(
      "Pulls by \(name)\(suffix)", x: Axis(variable.axis, .logarithmic),
      y: Axis("width of \(kind.label)"))
    figure.height = 420
    figure.marks = [
      .horizontal(at: 1),
      .points(x: centres, y: parts.map(\.width), errors: parts.map(\.widthError)),
    ]
    figure.lower = Figure.Panel(
      y: Axis("mean"),
      marks: [
        .horizontal(at: 0),
        .points(
          x: centres, y: parts.map(\.mean), errors: parts.map(\.meanError), colour: .series(1)),
      ])
    return figure
  }
}

// MARK: - Scaled pulls

extension PullFigures {
  /// The width of the scaled pulls against the number M of networks.
  static func scaledWidths(_ numbers: PullReport.Statistical) -> Figure {
    let networks = Double(numbers.networks ?? 1)
    let counts = numbers.scaled.map { Double($0.networks) }
    let grid = (0...120).map { pow(networks, Double($0) / 120) }
    var figure = Figure(
      "Width of scaled pulls",
      x: Axis("networks M", .logarithmic, range: 0.85...max(2, 1.18 * networks)),
      y: Axis("√⟨t²⟩ to expectation", range: 0...1.15))
    figure.height = 420
    func values(_ pulls: KeyPath<PullReport.Statistical.Scaled, PullReport.Pulls>) -> [Double] {
      numbers.scaled.map { $0[keyPath: pulls].rms ?? .nan }
    }
    func errors(_ pulls: KeyPath<PullReport.Statistical.Scaled, PullReport.Pulls>) -> [Double] {
      numbers.scaled.map { $0[keyPath: pulls].stdError ?? 0 }
    }
    figure.marks = [
      .line(
        x: grid, y: grid.map { max(0, 1 - $0 / networks).squareRoot() }, label: "√(1 − M/N)",
        colour: .series(1)),
      .points(
        x: counts, y: values(\.toExpectation), errors: errors(\.toExpectation), label: "t^{(M)}"),
    ]
    var lower: [Mark] = [.horizontal(at: 1)]
    // Networks that are drawn alike: from the error that all share.
    if let last = numbers.scaled.last(where: { $0.networks == numbers.networks }),
      let rms = last.toTruth.rms
    {
      let curve = grid.map { (1 + $0 / networks * (rms * rms - 1)).squareRoot() }
      lower.append(.line(x: grid, y: curve, colour: .series(1)))
    }
    lower.append(.points(x: counts, y: values(\.toTruth), errors: errors(\.toTruth)))
    figure.lower = Figure.Panel(y: Axis("to truth"), marks: lower)
    return figure
  }

  /// Scaled pulls for some numbers of networks over each other, to the truth or the expectation.
  static func scaledHistograms(
    _ pulls: StatisticalPulls, counts: [Int], truth: [Double]?
  ) -> Figure {
    let shown = counts.filter { truth != nil || $0 < pulls.networks }
    // Four at most, evenly from the first to the last.
    let chosen =
      shown.count <= 4 ? shown : (0..<4).map { shown[$0 * (shown.count - 1) / 3] }
    let samples = chosen.map { count in
      truth.map { pulls.scaled(count, toTruth: $0) } ?? pulls.scaled(count)
    }
    let widest = samples.map { PullFigures.reach($0.distribution.rms) }.max() ?? 5
    let reach = truth == nil ? 4 : widest
    let grid = (0...200).map { (Double($0) / 100 - 1) * reach }
    var figure = Figure(
      truth == nil ? "Scaled pulls to expectation" : "Scaled pulls to truth",
      x: Axis(truth == nil ? "t^{(M)}" : "t_{true}^{(M)}"), y: Axis("density"))
    let bins = PullFigures.bins(for: pulls.points, reach: reach)
    for (k, (count, sample)) in zip(chosen, samples).enumerated() {
      figure.marks.append(
        .histogram(
          Histogram(sample.values, bins: bins, range: -reach...reach).density(),
          label: "M = \(count)", colour: .series(k)))
    }
    figure.marks.append(
      .line(
        x: grid, y: grid.map(StandardNormal.density), label: "N(0, 1)", colour: .ink, dashed: true))
    return figure
  }
}
