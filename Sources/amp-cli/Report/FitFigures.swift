import AmpPlots
import AmpUncertainty
import Foundation

/// The pictures of a fit, each made from a prediction and the truth.
package struct FitFigures {
  package let prediction: Prediction
  package let truth: [Double]
  package let accuracy: Accuracy

  /// The systematic pulls, nil if the method has none.
  package let pull: SystematicPull?

  package init(prediction: Prediction, truth: [Double], data: [Double]? = nil) {
    self.prediction = prediction
    self.truth = truth
    accuracy = Accuracy(prediction, against: truth)
    pull = try? SystematicPull(prediction, against: data ?? truth)
  }

  /// More bins for more points, between 12 and 80.
  static func bins(for count: Int) -> Int {
    min(80, max(12, Int(2.2 * pow(Double(max(count, 1)), 0.3))))
  }

  /// |Δ| on a logarithmic axis.
  package func magnitudes() -> Figure {
    let sample = accuracy.all.magnitudes
    let range = Self.logarithmicRange(sample, from: 0.002)
    var figure = Figure("Accuracy", x: Axis("|Δ|", .logarithmic, range: range), y: Axis("points"))
    let histogram = Histogram(
      accuracy.deviations.map(abs), logarithmicBins: Self.bins(for: sample.count), range: range)
    figure.marks = [.histogram(histogram, filled: true)]
    if sample.median > 0 {
      figure.marks.append(
        .vertical(at: sample.median, label: "median \(FitTables.number(sample.median))"))
    }
    return figure
  }

  /// Δ with its sign, over the central 99 %.
  package func deviations() -> Figure {
    let summary = accuracy.all
    let reach = max(summary.quantile(0.99), 1e-290)
    let range = summary.count > 0 ? -reach...reach : -1...1
    let histogram = Histogram(
      accuracy.deviations, bins: Self.bins(for: summary.count), range: range)
    var figure = Figure("Deviation", x: Axis("Δ = (A_{NN} − A) / A"), y: Axis("points"))
    figure.marks = [
      .histogram(histogram, errors: true, filled: true),
      .vertical(at: 0),
      .note("mean \(FitTables.number(summary.mean))"),
      .note("rms \(FitTables.number(summary.rms))"),
    ]
    return figure
  }

  /// Pulls against the unit Gaussian, with their ratio.
  package static func pulls(_ pull: SystematicPull) -> Figure {
    let bins = max(20, bins(for: pull.values.count) / 2 * 2)
    let raw = Histogram(pull.values, bins: bins, range: -5...5)
    let histogram = raw.density()
    let grid = (0...200).map { Double($0) / 20 - 5 }
    let shape = pull.distribution
    var figure = Figure("Systematic pull", x: Axis("t_{syst}"), y: Axis("density"))
    figure.marks = [
      .note("mean \(FitTables.number(shape.mean, error: shape.meanError))"),
      .note("width \(FitTables.number(shape.width, error: shape.widthError))"),
      .histogram(histogram, label: "pulls", errors: true, filled: true),
      .line(
        x: grid, y: grid.map(StandardNormal.density), label: "N(0, 1)", colour: .series(1)),
    ]
    let edges = raw.edges
    let centres = zip(edges, edges.dropFirst()).map { ($0 + $1) / 2 }
    let expected = zip(edges, edges.dropFirst()).map {
      (StandardNormal.cumulative($1) - StandardNormal.cumulative($0)) / ($1 - $0)
    }
    let filled = centres.indices.filter { raw.heights[$0] > 0 }
    figure.lower = Figure.Panel(
      y: Axis("ratio", range: 0.4...1.6),
      marks: [
        .horizontal(at: 1, colour: .series(1)),
        .points(
          x: filled.map { centres[$0] }, y: filled.map { histogram.heights[$0] / expected[$0] },
          errors: filled.map { histogram.errors[$0] / expected[$0] }),
      ])
    figure.height = 420
    return figure
  }

  /// Observed against nominal coverage, and the difference.
  package static func calibration(_ pull: SystematicPull) -> Figure {
    let curve = CalibrationCurve(of: pull.values)
    let c = pull.values.isEmpty ? [] : curve.nominal
    var figure = Figure(
      "Calibration", x: Axis("nominal coverage", range: 0...1),
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

  /// Mean and width of the pulls by amplitude.
  package func pullBins(_ pull: SystematicPull) -> Figure {
    let bins = pull.bins(of: truth, count: truth.count < 1000 ? 5 : 20).filter {
      $0.distribution.count > 1 && $0.range.lowerBound > 0
    }
    let centres = bins.map { ($0.range.lowerBound * $0.range.upperBound).squareRoot() }
    let parts = bins.map(\.distribution)
    var figure = Figure(
      "Pulls by amplitude", x: Axis("A", .logarithmic), y: Axis("width of t_{syst}"))
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

  /// The relative uncertainty against |Δ|; nil if the method has no uncertainty.
  package func spread() -> Figure? {
    guard let sigma = prediction.relativeTotal else { return nil }
    let magnitudes = accuracy.deviations.map(abs)
    let xRange = Self.logarithmicRange(
      SortedSample(sigma.filter { $0 > 0 && $0.isFinite }), from: 0)
    let yRange = Self.logarithmicRange(accuracy.all.magnitudes, from: 0.002)
    let cells = min(64, max(10, Int(Double(max(magnitudes.count, 1)).squareRoot() / 1.5)))
    let both = prediction.logSystematic != nil && prediction.logStatistical != nil
    let name = both ? "total" : prediction.logSystematic != nil ? "syst" : "stat"
    var figure = Figure(
      "Uncertainty and deviation",
      x: Axis("σ_{\(name)} / A", .logarithmic, range: xRange),
      y: Axis("|Δ|", .logarithmic, range: yRange))
    figure.height = 420
    let diagonal = [
      max(xRange.lowerBound, yRange.lowerBound), min(xRange.upperBound, yRange.upperBound),
    ]
    figure.marks = [
      .density(
        DensityGrid(
          x: sigma, y: magnitudes,
          xEdges: Histogram.logarithmicEdges(bins: cells, range: xRange),
          yEdges: Histogram.logarithmicEdges(bins: cells, range: yRange)))
    ]
    if diagonal[0] < diagonal[1] {
      figure.marks.append(
        .line(x: diagonal, y: diagonal, label: "|Δ| = σ", colour: .series(1)))
    }
    return figure
  }

  /// Losses by epoch, on a logarithmic axis if they are all positive and far apart.
  package static func training(_ history: [FitReport.Epoch]) -> Figure {
    let epochs = history.map { Double($0.epoch) }
    let losses = (history.map(\.training) + history.map(\.validation)).filter(\.isFinite)
    let low = losses.min() ?? 0
    let wide = low > 0 && (losses.max() ?? 0) > 20 * low
    var figure = Figure(
      "Training", x: Axis("epoch"), y: Axis("loss", wide ? .logarithmic : .linear))
    figure.width = 640
    figure.marks = [
      .line(x: epochs, y: history.map(\.training), label: "training"),
      .line(x: epochs, y: history.map(\.validation), label: "validation", colour: .series(1)),
    ]
    let best = history.filter { $0.validation.isFinite }.min { $0.validation < $1.validation }
    if let best {
      figure.marks.append(.vertical(at: Double(best.epoch), label: "best, epoch \(best.epoch)"))
    }
    return figure
  }

  /// A positive range with room around `sample` from its quantile `from` up to its largest.
  private static func logarithmicRange(_ sample: SortedSample, from: Double) -> ClosedRange<Double>
  {
    let positive = SortedSample(sample.values.filter { $0 > 1e-290 && $0 < 1e290 })
    guard let high = positive.values.last else { return 1e-6...1 }
    let low = max(positive.quantile(from), high * 1e-12)
    return low * 0.8...max(high, low) * 1.25
  }
}
