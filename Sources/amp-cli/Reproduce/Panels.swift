import AmpPlots
import AmpUncertainty
import Foundation

/// The panels that several figures share.
enum Panels {
  static let width = 400.0
  static let height = 330.0

  /// A panel of the usual size.
  static func panel(_ title: String, x: Axis, y: Axis, _ marks: [Mark] = []) -> Figure {
    var figure = Figure(title, x: x, y: y, marks: marks)
    (figure.width, figure.height) = (width, height)
    return figure
  }

  /// Points joined by lines, those without a value left out; nothing without any.
  static func curve(
    _ label: String?, x: [Double], y: [Double?], colour: Int, dashed: Bool = false
  ) -> [Mark] {
    let filled = x.indices.filter { y[$0]?.isFinite == true }
    guard !filled.isEmpty else { return [] }
    let (xs, ys) = (filled.map { x[$0] }, filled.map { y[$0] ?? .nan })
    return [
      .line(x: xs, y: ys, label: label, colour: .series(colour), dashed: dashed),
      .points(x: xs, y: ys, colour: .series(colour)),
    ]
  }

  /// The paper's numbers as points without a line.
  static func published(_ label: String?, x: [Double], y: [Double?], colour: Colour) -> [Mark] {
    let filled = x.indices.filter { y[$0] != nil }
    guard !filled.isEmpty else { return [] }
    return [
      .points(
        x: filled.map { x[$0] }, y: filled.map { y[$0] ?? .nan }, label: label, colour: colour)
    ]
  }

  /// Histograms of pulls over each other, with the unit Gaussian.
  static func pulls(
    _ title: String, _ samples: [(label: String, counts: Counts?)], x: String = "t_{syst}",
    reach: Double = 5, joining: Int = 2
  ) -> Figure {
    var figure = panel(title, x: Axis(x, range: -reach...reach), y: Axis("density"))
    for (k, sample) in samples.enumerated() {
      guard let counts = sample.counts else { continue }
      let width = counts.width.map { String(format: ", %.2f", $0) } ?? ""
      figure.marks.append(
        .histogram(
          counts.histogram(joining: joining), label: sample.label + width, colour: .series(k)))
    }
    let grid = (0...200).map { (Double($0) / 100 - 1) * reach }
    figure.marks.append(
      .line(
        x: grid, y: grid.map(StandardNormal.density), label: "N(0, 1)", colour: .ink, dashed: true))
    return figure
  }

  /// Histograms of |Δ| over each other, with their medians in the legend.
  static func magnitudes(
    _ title: String, _ samples: [(label: String, fit: ReproductionResults.Fit?)]
  ) -> Figure {
    var figure = panel(title, x: Axis("|Δ|", .logarithmic), y: Axis("points"))
    let counts = samples.compactMap { $0.fit?.judgement.magnitudes }
    let edges = counts.first?.histogram(density: false, joining: 2).edges ?? []
    // From the first to the last bin that holds more than a per mille of the points.
    let filled = counts.flatMap { counts in
      let heights = counts.histogram(density: false, joining: 2).heights
      let all = heights.reduce(0, +)
      return heights.indices.filter { heights[$0] > 0.001 * all }
    }
    if let first = filled.min(), let last = filled.max(), last + 1 < edges.count {
      figure.x.range = edges[first]...edges[last + 1]
    }
    for (k, sample) in samples.enumerated() {
      guard let fit = sample.fit else { continue }
      figure.marks.append(
        .histogram(
          fit.judgement.magnitudes.histogram(density: false, joining: 2),
          label: "\(sample.label), \(FitTables.number(fit.accuracy))", colour: .series(k)))
    }
    return figure
  }

  /// Histograms of Δ over each other, over a range that shows the widest.
  static func deviations(
    _ title: String, _ samples: [(label: String, fit: ReproductionResults.Fit?)]
  ) -> Figure {
    var figure = panel(title, x: Axis("Δ"), y: Axis("density"))
    let widest = samples.compactMap { $0.fit?.accuracy }.max() ?? 0
    let index = Judgement.reaches.firstIndex { $0 > 3 * widest } ?? Judgement.reaches.count - 1
    figure.x.range = -Judgement.reaches[index]...Judgement.reaches[index]
    for (k, sample) in samples.enumerated() {
      guard let fit = sample.fit else { continue }
      figure.marks.append(
        .histogram(
          fit.judgement.deviations[index].histogram(), label: sample.label, colour: .series(k)))
    }
    return figure
  }

  /// A part of a whole as text: 0 %, 0.25 %, 10 %.
  static func percent(_ value: Double) -> String { "\(Decimals(100 * value)) %" }
}
