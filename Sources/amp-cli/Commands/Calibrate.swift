import AmpCore
import AmpData
import AmpUncertainty
import ArgumentParser
import Foundation

/// `amp-cli calibrate`: makes the uncertainty of a surrogate fit its errors on held-out points.
struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Calibrate the uncertainty of a surrogate on points not used for training.",
    discussion: """
      Writes a new model file and prints the pulls before and after, on other points than those \
      that calibrate. Of a run's own data its validation points calibrate and its test points \
      judge; of any other data one half each. Calibrations add up, head refits start anew. The new \
      file knows which points were trained on, wherever it lies.

      Methods:
        global     one factor on σ, the rms pull
        bins       one factor per bin of the amplitude, of σ/A itself or of an invariant
        smooth     a factor that changes slowly along one of these, between width and coverage
        network    a small network of the features, with a factor for every point; the recipe fast \
      has done it, and smooth after it
        head       the last layer of ln σ² fitted again
        ensemble   the correlation of the members: their mean is better than one of them
        conformal  a factor with which ±σ covers --level of new points, guaranteed
        tail       a factor with which 5 σ is exceeded as rarely as by a Gaussian, and a domain \
      without the outermost points: for amp-cli gate

      Examples:
        amp-cli calibrate run --output run/calibrated.safetensors
        amp-cli calibrate run --method bins --bins 20 --by s12 --output run/bins.safetensors
        amp-cli calibrate run --method smooth --by uncertainty --output run/smooth.safetensors
        amp-cli calibrate run --method network --data other.npz --output run/network.safetensors
        amp-cli calibrate run --method head --data other.npz --output run/head.safetensors
        amp-cli calibrate run --method conformal --level 0.9 --output run/conformal.safetensors
        amp-cli calibrate run --method tail --core 0.99 --output run/tail.safetensors
      """)

  @Argument(help: "A run folder or a model file (.safetensors).")
  var model: String

  @Option(
    help: "Labelled points, of any format that convert reads (default: the data of the run).")
  var data: String?

  @OptionGroup var dataset: DatasetArgument

  @Option(
    help: "How: global, bins, smooth, network, head, ensemble, conformal or tail.",
    completion: .list(Recalibration.Method.allCases.map(\.rawValue)))
  var method = "global"

  @Option(help: "The number of bins (default: 10 for bins, 20 for smooth, 1 for conformal).")
  var bins: Int?

  @Option(
    help: "What factors go by: amplitude (default), uncertainty, or an invariant, s12 to s45.")
  var by: String?

  @Option(help: "The coverage of ±σ that conformal guarantees (default: 0.6827).")
  var level: Double?

  @Option(help: "tail: the part of the points that stays inside the domain (default: 0.99).")
  var core: Double?

  @Flag(help: "Find the global factor by stochastic gradient descent instead of exactly.")
  var sgd = false

  @Option(
    help: "The points that calibrate: validation, test or all.",
    completion: .list(CalibrationData.Part.allCases.map(\.rawValue)))
  var on = "validation"

  @Option(name: .shortAndLong, help: "The model file to write (.safetensors).")
  var output: String

  @Flag(help: "Replace a file that --output names.")
  var overwrite = false

  @Option(help: "Write the numbers as a JSON object to this file; - for standard output.")
  var json: String?

  @OptionGroup var common: CommonOptions

  /// What `--json` writes.
  private struct Numbers: Encodable {
    let calibratedOn: String
    let judgedOn: String
    let recalibration: Recalibration
    let before: PullReport.Pulls
    let after: PullReport.Pulls

    enum CodingKeys: String, CodingKey {
      case recalibration, before, after
      case calibratedOn = "calibrated_on"
      case judgedOn = "judged_on"
    }
  }

  func run() throws {
    let progress = Progress(quiet: common.quiet)
    let plan = try Plan(self)
    try checkOutput()
    let json = JSONOutput(json)
    try json.check()
    let model = try Model(model)
    let points = try CalibrationData(model, data: data, dataset: dataset.name, on: plan.part)
    for note in points.notes { progress.line(note + ".") }
    for warning in points.warnings { say("Warning: \(warning)") }
    let old = model.surrogate
    let place = data ?? self.model
    if plan.method == .network {
      progress.line("calibrate: a network for σ learns from \(points.calibration.count) points")
    }
    let new = try located(place) {
      try plan.calibrated(old, with: points.calibration, threads: common.threads)
    }
    guard let recalibration = new.description.recalibrations.last else {
      preconditionFailure("a calibration leaves a record")
    }
    let before = try pulls(old, on: points, place)
    let after = try pulls(new, on: points, place)
    try new.write(to: output)
    json.show("\(self.model): \(recalibration)\nof \(points.name)\non \(points.judgedName)\n")
    let table = PullTables.comparison(before, after, level: recalibration.level ?? 0.6827)
    json.show(FitTables.aligned([table.header] + table.rows))
    try json.write(
      Numbers(
        calibratedOn: points.name, judgedOn: points.judgedName, recalibration: recalibration,
        before: before, after: after))
    progress.line("Wrote \(output).")
  }

  /// Throws unless a model can be written to `output`.
  private func checkOutput() throws {
    guard output.hasSuffix(".safetensors") else {
      throw AmpError(
        "a model cannot be written under this name", in: output,
        remedy: "Use a name that ends in .safetensors.")
    }
    if !overwrite && FileManager.default.fileExists(atPath: output) {
      throw AmpError(
        "there is a file of this name already", in: output,
        remedy: "Choose another --output, or add --overwrite.")
    }
    try AtomicFile.check(output)
  }

  private func pulls(
    _ surrogate: Surrogate, on points: CalibrationData, _ place: String
  ) throws -> PullReport.Pulls {
    try located(place) {
      PullReport.Pulls(
        PullDistribution(
          of: try CalibrationPoints(surrogate, points.judged, threads: common.threads).pulls))
    }
  }
}

/// The options of a calibration, checked.
private struct Plan {
  let method: Recalibration.Method
  let part: CalibrationData.Part
  let bins: Int
  let by: String
  let level: Double
  let sgd: Bool
  let core: Double

  init(_ options: Calibrate) throws {
    let methods = Recalibration.Method.allCases
    let method = try located("--method") {
      try choose(options.method, among: methods, of: "method", by: \.rawValue)
    }
    part = try located("--on") {
      try choose(options.on, among: CalibrationData.Part.allCases, of: "part", by: \.rawValue)
    }
    func require(_ given: Bool, _ option: String, only known: [Recalibration.Method]) throws {
      if given && !known.contains(method) {
        throw AmpError(
          "the method \(method.rawValue) does not read it", in: option,
          remedy:
            "Leave it out, or use --method \(known.map(\.rawValue).joined(separator: " or ")).")
      }
    }
    try require(options.bins != nil, "--bins", only: [.bins, .smooth, .conformal])
    try require(options.by != nil, "--by", only: [.bins, .smooth, .conformal])
    try require(options.level != nil, "--level", only: [.conformal])
    try require(options.sgd, "--sgd", only: [.global])
    try require(options.core != nil, "--core", only: [.tail])
    self.method = method
    bins =
      options.bins ?? (method == .smooth ? 20 : method == .bins || options.by != nil ? 10 : 1)
    by = options.by ?? CalibrationVariable.amplitude.name
    level = options.level ?? 0.6827
    sgd = options.sgd
    core = options.core ?? 0.99
    guard (1...1_000_000).contains(bins) else {
      throw AmpError(
        "\(bins) bins are not possible", in: "--bins", remedy: "Give a number from 1 up.")
    }
  }

  /// `surrogate` calibrated with `table`.
  func calibrated(
    _ surrogate: Surrogate, with table: AmplitudeTable, threads: Int
  ) throws -> Surrogate {
    let variable = try located("--by") {
      try CalibrationVariable(
        named: by, particles: surrogate.description.process.particles.count)
    }
    func learned(
      isRobust: Bool = false, _ make: (CalibrationPoints) throws -> Recalibration
    ) throws -> Surrogate {
      let points = try CalibrationPoints(surrogate, table, threads: threads)
      let recalibration = try make(points)
      let share = points.largestShare
      if !isRobust && points.count >= 100 && share > 0.1 {
        say(
          "Warning: one point has \(Int((100 * share).rounded())) % of the sum of squared pulls, "
            + "and the factor hangs on it. The conformal scale does not depend on how far out it is."
        )
      }
      return try surrogate.recalibrated(by: recalibration)
    }
    return switch method {
    case .global: try learned { sgd ? try .gradientDescent($0) : try .global($0) }
    case .bins: try learned { try .bins($0, bins, by: variable) }
    case .smooth: try learned { try .smooth($0, bins, by: variable) }
    case .ensemble: try learned { try .ensemble($0) }
    case .conformal:
      try learned(isRobust: true) {
        try .conformal($0, level: level, bins: bins, by: variable)
      }
    case .network: try surrogate.calibratingByNetwork(with: table, threads: threads)
    case .head: try surrogate.refittingHead(to: table, threads: threads)
    case .tail: try surrogate.calibratingTail(with: table, share: core, threads: threads)
    }
  }
}
