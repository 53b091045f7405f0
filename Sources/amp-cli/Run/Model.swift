import AmpCore
import AmpData
import AmpUncertainty
import Foundation

/// A surrogate given by its model file or by the folder of the run that made it.
struct Model {
  /// The surrogate.
  let surrogate: Surrogate
  /// The run, if it was given by its folder or by a file in it.
  let folder: RunFolder?

  init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw AmpError(
        "there is no run folder and no model file of this name", in: path,
        remedy: "Give the --output of amp-cli fit, or a .safetensors file.")
    }
    if !isFolder.boolValue {
      surrogate = try Model.read(path)
      let beside = URL(fileURLWithPath: path).deletingLastPathComponent().path
      folder = try? RunFolder(opening: beside)
      return
    }
    let run = try RunFolder(opening: path)
    if !FileManager.default.fileExists(atPath: run.best) {
      throw AmpError(
        "the run has not ended: there is no best.safetensors", in: path,
        remedy: "Go on with it: amp-cli fit --resume \(path).")
    }
    folder = run
    surrogate = try Surrogate(contentsOf: run.best)
  }

  /// Reads a model file; a file of points is called by its name.
  private static func read(_ path: String) throws -> Surrogate {
    do {
      return try Surrogate(contentsOf: path)
    } catch {
      guard let format = try? PointFormats.known.recognized(path) else { throw error }
      throw AmpError(
        "this is a file of points (\(format.name)), not a model", in: path,
        remedy: "Give the --output of amp-cli fit, or a .safetensors file; points stand behind it.")
    }
  }

  /// The run that made the surrogate, by its folder or else by what the model file says of it; nil
  /// for models of versions that did not say.
  func training() throws -> RunConfiguration? {
    if let folder { return try RunConfiguration(contentsOf: folder.configuration) }
    return surrogate.description.training.map {
      RunConfiguration($0, process: surrogate.description.process)
    }
  }

  /// The surrogate before all recalibrations: that of its run, or itself without their factors.
  ///
  /// Nil if there are none, or if the head was fitted again and the run is not at hand.
  func uncalibrated() throws -> Surrogate? {
    let records = surrogate.description.recalibrations
    if records.isEmpty { return nil }
    let plain = try surrogate.withoutRecalibrations()
    if !records.contains(where: { $0.method == .head }) { return plain }
    guard let folder,
      let best = try? Surrogate(contentsOf: folder.best).withoutRecalibrations(),
      best.description == plain.description
    else { return nil }
    return best
  }

  /// Predicts the points of the file `path`; throws an ``AmpError`` if they are of another process.
  ///
  /// With `samples` networks, if given, or the one in the middle of a posterior; keeps what each
  /// says if asked to.
  func predict(
    _ momenta: Momenta, of path: String, threads: Int, samples: Int? = nil,
    keepingMembers: Bool = false, posteriorMean: Bool = false, ranks: any Ranks = SingleRank()
  ) throws -> Prediction {
    try located(path) {
      try surrogate.predict(
        momenta, threads: threads, samples: samples, keepingMembers: keepingMembers,
        posteriorMean: posteriorMean, ranks: ranks)
    }
  }
}

extension Surrogate {
  /// The pulls by probability of a density that is no Gaussian, one per point.
  ///
  /// Nil for a Gaussian, whose t_syst says the same, and where no density is learned.
  func probabilityPulls(
    on points: AmplitudeTable, threads: Int, samples: Int? = nil
  ) throws -> [Double]? {
    let likelihood = description.likelihood.base
    if likelihood is HeteroscedasticGaussian || !likelihood.learnsWidth { return nil }
    return try probabilityPulls(
      at: points.momenta, against: points.amplitudes, threads: threads, samples: samples)
  }
}
