import AmpCore
import AmpPlots
import AmpUncertainty
import Foundation

/// What a fit has learned, on one page: numbers, pictures, and the points to look at first.
///
/// Everything comes from plain arrays, so that a page can be made from any predictions.
package struct FitReport {
  /// The losses of an epoch of training.
  package struct Epoch: Sendable {
    package var epoch: Int
    package var training: Double
    package var validation: Double

    package init(epoch: Int, training: Double, validation: Double) {
      self.epoch = epoch
      self.training = training
      self.validation = validation
    }
  }

  /// A fact about the run: a configuration key, a version, a time.
  package typealias Fact = (name: String, value: String)

  package var title: String
  package var subtitle = ""

  /// The prediction on the test points.
  package var prediction: Prediction

  /// The true amplitudes of the test points.
  package var truth: [Double]

  /// The amplitudes with the noise of the training data, nil if there is none.
  package var data: [Double]?

  /// The pulls by probability against the data, for a density that is no Gaussian.
  package var probability: [Double]?

  /// The momenta of the test points, for the list of the worst; nil leaves them out.
  package var momenta: Momenta?

  /// The names of the particles, in the order of the momenta.
  package var particles: [String] = []

  /// What pulls are put into bins of, beside the amplitude; invariants need ``momenta``.
  package var variables: [PullVariable] = []

  /// The numbers of networks of the scaled pulls; nil for powers of two.
  package var scaled: [Int]?

  /// The pulls before and after recalibrations, if the surrogate has any.
  package var calibration: CalibrationComparison?

  package var history: [Epoch] = []
  package var facts: [Fact] = []

  /// How many of the worst points are listed.
  package var worstCount = 10

  package init(title: String, prediction: Prediction, truth: [Double]) {
    precondition(
      prediction.count == truth.count,
      "\(prediction.count) predictions but \(truth.count) amplitudes")
    self.title = title
    self.prediction = prediction
    self.truth = truth
  }

  /// The page.
  package func html(theme: Theme = .adaptive) -> String { page(numbers()).html(theme: theme) }

  /// Writes the page of these ``numbers()`` to `path`, all of it or nothing.
  package func write(
    _ numbers: PullReport, to path: String, theme: Theme = .adaptive
  ) throws { try page(numbers).write(to: path, theme: theme) }

  /// The numbers of the page, formed anew at every call.
  package func numbers() -> PullReport {
    PullReport(
      prediction, truth: truth, data: data, probability: probability,
      variables: Dictionary(
        uniqueKeysWithValues: invariants.map { ($0.variable.name, $0.values) }), scaled: scaled)
  }

  var invariants: [(variable: PullVariable, values: [Double])] {
    guard let momenta else { return [] }
    return variables.filter { $0 != .amplitude }.map {
      ($0, $0.values(momenta, truth: truth))
    }
  }

  private func page(_ report: PullReport) -> HTMLReport {
    let figures = FitFigures(prediction: prediction, truth: truth)
    let set = PullSet(prediction, truth: truth, data: data, probability: probability)
    let systematic = set(.systematic)
    var page = HTMLReport(title, subtitle: subtitle)
    page.section("Numbers")
    page.table(header: ["", "value", "if calibrated"], rows: FitTables.numbers(report))
    if let pulls = PullTables.summary(report) {
      page.table(
        header: pulls.header, rows: pulls.rows,
        caption: "Pulls against the unit Gaussian.")
    }
    page.section("Accuracy")
    page.figures([
      (
        figures.magnitudes(),
        "The relative deviation |Δ| = |A_NN − A| / A on the test points. Dashed: the median."
      ),
      (figures.deviations(), "The deviation with its sign; a bias shifts it off zero."),
    ])
    page.table(
      header: ["", "points", "median |Δ|", "68 %", "90 %", "99 %", "99.9 %", "mean Δ", "rms Δ"],
      rows: [
        FitTables.deviations("all points", report.delta),
        FitTables.deviations("largest 1 % of amplitudes", report.deltaLargestAmplitudes),
      ])
    uncertainties(figures, set, report, on: &page)
    if let calibration {
      page.section("Recalibration")
      page.table(
        header: [], rows: calibration.descriptions.enumerated().map { ["\($0 + 1)", $1] },
        caption: "What was done, in this order.")
      page.table(header: calibration.table.header, rows: calibration.table.rows)
      page.figures(calibration.figures())
    }
    if !history.isEmpty {
      page.section("Training")
      page.figure(
        FitFigures.training(history),
        caption: "Loss per epoch. Dashed: the epoch of the lowest validation loss.")
    }
    worst(figures, systematic, on: &page)
    if !facts.isEmpty {
      page.section("Run")
      page.table(header: [], rows: facts.map { [$0.name, $0.value] })
    }
    return page
  }

  private func worst(_ figures: FitFigures, _ pull: Pull?, on page: inout HTMLReport) {
    guard !truth.isEmpty, worstCount > 0 else { return }
    let tables = FitTables.Points(
      prediction: prediction, truth: truth, deviations: figures.accuracy.deviations,
      pulls: pull?.values, momenta: momenta, particles: particles)
    page.section("Worst points")
    page.table(
      header: tables.header, rows: tables.rows(figures.accuracy.worst(worstCount)),
      caption: "By |Δ|. Rows count from 0 in the test set.")
    if let pull {
      page.table(
        header: tables.header, rows: tables.rows(pull.worst(worstCount)), caption: "By |t|.")
    }
  }
}
