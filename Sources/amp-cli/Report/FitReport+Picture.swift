import AmpPlots
import AmpUncertainty

/// The page of a fit in one picture, for a talk or a README.
extension FitReport {
  /// How accurate the surrogate is, and whether its uncertainty is honest: deviations, pulls, and
  /// the calibration curve, side by side.
  func picture() -> FigureGrid {
    let figures = FitFigures(prediction: prediction, truth: truth)
    let set = PullSet(prediction, truth: truth, data: data, probability: probability)
    var shown = [figures.magnitudes()]
    let kinds: [PullSet.Kind] = [.systematic, .total, .toTruth]
    if let kind = kinds.first(where: { set($0) != nil }), let pull = set(kind) {
      let drawn = PullFigures(kind: kind, pull: pull)
      shown += [drawn.histogram(), drawn.calibration()]
    }
    for i in shown.indices { shown[i].height = 420 }
    return FigureGrid(title, subtitle: subtitle, figures: shown, columns: 3)
  }
}
