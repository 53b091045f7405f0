import AmpPlots
import AmpUncertainty
import Foundation

/// The pictures of a fit, each made from a prediction and the truth.
package struct FitFigures {
  package let prediction: Prediction
  package let truth: [Double]
  package let accuracy: Accuracy

  package init(prediction: Prediction, truth: [Double]) {
    self.prediction = prediction
    self.truth = truth
    accuracy = Accuracy(prediction, against: truth)
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

  /// A relative uncertainty against |Δ|; nil if the method does not have it.
  package func spread(_ uncertainty: Pull.Uncertainty) -> Figure? {
    guard let sigma = prediction.logUncertainty(uncertainty) else { return nil }
    let magnitudes = accuracy.deviations.map(abs)
    let xRange = Self.logarithmicRange(
      SortedSample(sigma.filter { $0 > 0 && $0.isFinite }), from: 0)
    let yRange = Self.logarithmicRange(accuracy.all.magnitudes, from: 0.002)
    let cells = min(64, max(10, Int(Double(max(magnitudes.count, 1)).squareRoot() / 1.5)))
    let name =
      switch uncertainty {
      case .systematic: "syst"
      case .statistical: "stat"
      case .total: "tot"
      }
    var figure = Figure(
      "\(uncertainty.rawValue.capitalized) uncertainty and deviation",
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
