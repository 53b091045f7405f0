import AmpCore
import AmpData
import AmpUncertainty
import Foundation

/// The points that a surrogate is calibrated with, and those on which the result is judged.
struct CalibrationData {
  /// Which part of the data calibrates.
  enum Part: String, CaseIterable { case validation, test, all }

  let calibration: AmplitudeTable
  let judged: AmplitudeTable
  /// What the calibration points are, in words.
  let name: String
  /// What the judged points are, in words.
  let judgedName: String
  /// What the user should know of the choice.
  let warnings: [String]
  /// What was changed when the points were read, in sentences without their full stop.
  let notes: [String]

  /// Takes the parts of the run that made the model if `path` is its data, else halves.
  ///
  /// Points of the run have its noise, as the labels of training had. `path` nil is the file of
  /// the run, and `dataset` nil its dataset.
  init(_ model: Model, data path: String?, dataset: String?, on part: Part) throws {
    var path = path
    let training = try model.training()
    // A model outside of its run knows its training points, but not where their file is.
    if var configuration = training, model.folder != nil || path != nil {
      let noted = configuration.data
      configuration.data = path ?? noted
      guard let file = configuration.data else { throw CalibrationData.noData }
      let digest = try SHA256.hex(ofFile: file)
      if configuration.hasPoints(sha256: digest, dataset: dataset) {
        configuration.dataset = dataset ?? configuration.dataset
        let points = try located(file) { try RunData(configuration) }
        let split = points.split
        let chosen: [Int]
        var other = split.test
        var otherName = "test"
        switch part {
        case .validation:
          chosen = split.validation
          if split.test.isEmpty { (other, otherName) = (split.validation, "validation") }
        case .test:
          chosen = split.test
          (other, otherName) = (split.validation, "validation")
        case .all:
          chosen = split.training + split.validation + split.test
          if split.test.isEmpty { (other, otherName) = (split.validation, "validation") }
        }
        guard !chosen.isEmpty else {
          throw AmpError(
            "the run kept no test points", in: "--on",
            remedy: "Calibrate on its validation points: --on validation.")
        }
        let name = part == .all ? "points, training points among them," : "\(part.rawValue) points"
        try self.init(
          points.table, chosen, other, notes: points.notes, name: "\(name) of \(file)",
          judgedName: "\(otherName) points of \(file)", part: part, areOfRun: true)
        return
      }
      guard path != nil || digest == configuration.dataSHA256 else {
        throw AmpError(
          "the data of the run has changed: its SHA-256 is not the one of the configuration",
          in: file, remedy: "Restore the file, or give other points with --data.")
      }
      // Another dataset of the same file.
      path = file
    }
    guard let path else { throw CalibrationData.noData }
    let (table, report) = try AmplitudeTable.read(
      path, formats: .known, badRows: .stop,
      options: .events(
        of: model.surrogate.description.process, dataset: dataset))
    let noise = training?.noise ?? 0
    if part == .all {
      let all = Array(0..<table.count)
      try self.init(
        table, all, all, notes: report.notes, name: "points of \(path)",
        judgedName: "points of \(path)", part: part, areOfRun: false, missingNoise: noise)
      return
    }
    let halves = try located(path) {
      try Split(count: table.count, training: 0, validation: 0.5, test: 0.5, seed: 0)
    }
    let isFirst = part == .validation
    try self.init(
      table, isFirst ? halves.validation : halves.test, isFirst ? halves.test : halves.validation,
      notes: report.notes, name: "points of \(path), half of them,",
      judgedName: "points of \(path), the other half",
      part: part, areOfRun: false, missingNoise: noise)
  }

  private init(
    _ table: AmplitudeTable, _ chosen: [Int], _ other: [Int], notes: [String], name: String,
    judgedName: String, part: Part, areOfRun: Bool, missingNoise: Double = 0
  ) throws {
    self.notes = notes
    calibration = table.rows(chosen)
    judged = table.rows(other)
    self.name = "\(grouped(chosen.count)) \(name)"
    self.judgedName = "\(grouped(other.count)) \(judgedName)"
    var warnings: [String] = []
    if missingNoise > 0 {
      warnings.append(
        "the run put noise of \(short(100 * missingNoise)) % on its labels, and none is put on "
          + "these: σ will shrink to what is left without noise.")
    }
    if areOfRun && part == .all {
      warnings.append(
        "training points are among the calibration points: errors there are smaller than "
          + "elsewhere, and so will be the uncertainties. Leave out --on all.")
    }
    if areOfRun && part == .test {
      warnings.append(
        "the test points are now spent: judge the new model on other points.")
    }
    if !Set(chosen).isDisjoint(with: other) {
      warnings.append(
        "the table is of the calibration points themselves, on which it cannot fail.")
    }
    self.warnings = warnings
  }

  private static var noData: AmpError {
    AmpError(
      "there are no points to calibrate with", in: "--data",
      remedy: "Give labelled points that took no part in training: --data points.npz.")
  }
}
