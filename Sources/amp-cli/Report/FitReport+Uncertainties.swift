import AmpPlots
import AmpUncertainty

/// The part of a fit's page on uncertainties: a section for each that the method has.
extension FitReport {
  func uncertainties(
    _ figures: FitFigures, _ set: PullSet, _ report: PullReport, on page: inout HTMLReport
  ) {
    let kinds = PullTables.kinds(report)
    if !kinds.contains(.systematic) {
      page.section("Uncertainties")
      page.paragraph("The method has no systematic uncertainty: there are no systematic pulls.")
    }
    for kind in kinds {
      if let heading = heading(kind, kinds) { page.section(heading) }
      page.figures(pictures(kind, figures, set))
      if kind == .toTruth, let statistical = set.statistical, let numbers = report.pullStatistical {
        scaledPulls(statistical, numbers, on: &page)
        if let table = PullTables.scaled(report) {
          page.table(header: table.header, rows: table.rows, caption: "Scaled pulls.")
        }
      }
    }
    guard !kinds.isEmpty else { return }
    page.section("Pulls in bins")
    let amplitude = PullTables.bins(
      report.amplitudeBins, extremes: report.amplitudeExtremes ?? [], report)
    page.table(
      header: amplitude.header, rows: amplitude.rows,
      caption: "Bins of the true amplitude, with equal numbers of points.")
    for (variable, _) in invariants {
      guard let binned = report.bins?[variable.name] else { continue }
      let table = PullTables.bins(binned.bins, extremes: binned.extremes, report)
      page.table(
        header: table.header, rows: table.rows,
        caption: "Bins of \(variable.name) in GeV², with equal numbers of points.")
    }
  }

  private func heading(_ kind: PullSet.Kind, _ kinds: [PullSet.Kind]) -> String? {
    switch kind {
    case .systematic: "Systematic uncertainty"
    case .probability: "Predicted density"
    case .toExpectation: "Statistical uncertainty"
    case .toTruth: kinds.contains(.toExpectation) ? nil : "Statistical uncertainty"
    case .total: "Total uncertainty"
    }
  }

  /// The pictures of one kind of pull.
  private func pictures(
    _ kind: PullSet.Kind, _ figures: FitFigures, _ set: PullSet
  ) -> [(figure: Figure, caption: String)] {
    guard let pull = set(kind) else { return [] }
    let drawn = PullFigures(kind: kind, pull: pull)
    var pictures = [(figure: drawn.histogram(), caption: caption(kind, pull))]
    guard kind != .toExpectation else { return pictures }
    if kind == .probability {
      pictures.append(
        (
          drawn.transform(),
          "Where the data lie in the predicted density, as the part of it below them: flat if "
            + "calibrated. High at both ends: too narrow; high in the middle: too wide; a slope: "
            + "shifted. Bands are one and two binomial standard deviations."
        ))
    }
    pictures.append(
      (
        drawn.calibration(),
        "Part of the pulls inside the central interval of each nominal level, and its "
          + "difference to the diagonal; bands are one and two binomial standard deviations."
      ))
    pictures.append(
      (
        drawn.bins(of: truth, as: .amplitude),
        "Mean and width of the pulls in bins of the true amplitude with equal numbers of points."
      ))
    for (variable, values) in invariants {
      pictures.append(
        (
          drawn.bins(of: values, as: variable),
          "Mean and width of the pulls in bins of \(variable.name) with equal numbers of points."
        ))
    }
    if kind == .probability { return pictures }
    let uncertainty: Pull.Uncertainty =
      kind == .systematic ? .systematic : kind == .total ? .total : .statistical
    if let spread = figures.spread(uncertainty) {
      pictures.append(
        (
          spread,
          "Relative uncertainty against |Δ|. Where uncertainties are honest, points crowd "
            + "somewhat below the diagonal and few lie far above it."
        ))
    }
    return pictures
  }

  private func caption(_ kind: PullSet.Kind, _ pull: Pull) -> String {
    switch kind {
    case .systematic:
      "Systematic pulls t = (⟨ln A⟩ − ln A) / σ with √n errors, against the unit Gaussian; "
        + "below their ratio."
    case .probability:
      "Pulls z = Φ⁻¹(F(A)) of the data under the predicted density, which is no Gaussian: a unit "
        + "Gaussian if the density is right, whatever its shape."
    case .toExpectation:
      "What each of \(pull.perPoint) networks says, less their mean, over σ_stat: Gaussian if the "
        + "networks scatter like one. The width is √((N−1)/N) for any networks."
    case .toTruth:
      pull.perPoint == 1
        ? "Deviation of the mean from the truth over the stated σ_stat, against the unit Gaussian."
        : "What each of \(pull.perPoint) networks says, less the truth, over σ_stat: a unit "
          + "Gaussian if the spread of the networks is their error."
    case .total:
      "Deviation of the mean from the data over σ_tot = √(σ_syst² + σ_stat²)."
    }
  }

  private func scaledPulls(
    _ pulls: StatisticalPulls, _ numbers: PullReport.Statistical, on page: inout HTMLReport
  ) {
    guard !numbers.scaled.isEmpty else { return }
    let counts = numbers.scaled.map(\.networks)
    page.figures([
      (
        PullFigures.scaledWidths(numbers),
        "Pulls of the mean of M networks in units of σ_stat/√M. To the mean of all N they narrow as "
          + "√(1 − M/N); to the truth (below) they widen with M, since networks share errors. "
          + "Lines: what networks that are drawn alike give."
      ),
      (
        PullFigures.scaledHistograms(pulls, counts: counts, truth: nil),
        "Scaled pulls of the mean of M networks to the mean of all \(pulls.networks)."
      ),
      (
        PullFigures.scaledHistograms(pulls, counts: counts, truth: truth),
        "Scaled pulls of the mean of M networks to the truth."
      ),
    ])
  }
}
