import AmpCore
import AmpData
import AmpNets
import AmpUncertainty
import Foundation

/// The folder of a run: configuration, history, checkpoint, models and numbers under fixed names.
struct RunFolder {
  let path: String

  var configuration: String { path + "/config.yaml" }
  var history: String { path + "/history.jsonl" }
  var checkpoint: String { path + "/checkpoint.safetensors" }
  var best: String { path + "/best.safetensors" }
  var last: String { path + "/last.safetensors" }
  var metrics: String { path + "/metrics.json" }

  /// Makes a new folder with its configuration, in one step.
  ///
  /// Throws an ``AmpError`` if there is something already or it cannot be made.
  init(creating path: String, _ configuration: RunConfiguration) throws {
    self.path = path
    try RunFolder.check(path)
    let files = FileManager.default
    let target = URL(fileURLWithPath: path).standardizedFileURL
    let parent = target.deletingLastPathComponent()
    let temporary = parent.appendingPathComponent(".amp-\(UUID().uuidString).tmp")
    do {
      try files.createDirectory(at: temporary, withIntermediateDirectories: true)
      try RunFolder.write(try configuration.yaml(), to: temporary.path + "/config.yaml")
      try files.moveItem(at: temporary, to: target)
    } catch {
      try? files.removeItem(at: temporary)
      throw error as? AmpError
        ?? AmpError(
          "the folder cannot be made", in: path,
          remedy: "Check that you may write to the folder above it.")
    }
  }

  /// Throws what making a new folder would throw, and leaves nothing behind.
  static func check(_ path: String) throws {
    if FileManager.default.fileExists(atPath: URL(fileURLWithPath: path).path) {
      throw AmpError(
        "there is something under this name already", in: path,
        remedy: "Choose another --output, remove it, or go on with amp-cli fit --resume \(path).")
    }
    try checkFolder(path)
  }

  /// Opens the folder of an earlier run; throws an ``AmpError`` if it is none.
  init(opening path: String) throws {
    self.path = path
    if !FileManager.default.fileExists(atPath: configuration) {
      throw AmpError(
        "this is not the folder of a run: there is no config.yaml", in: path,
        remedy: "Give the --output of an earlier amp-cli fit.")
    }
  }

  /// Removes what a killed process may have left behind of files it was writing.
  func removeLeftovers() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: path)
    where name.hasPrefix(".amp-") && name.hasSuffix(".tmp") {
      try FileManager.default.removeItem(atPath: path + "/" + name)
    }
  }

  /// Whether the run has reached its end.
  var isFinished: Bool { FileManager.default.fileExists(atPath: metrics) }

  /// The text of metrics.json.
  func numbers() throws -> String {
    let file = try MappedFile(metrics)
    return withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
  }

  /// Writes text as a whole file or not at all.
  static func write(_ text: String, to path: String) throws {
    try AtomicFile.write(to: path) { try $0.write(text) }
  }

  /// Writes the losses of all epochs, one JSON object per line.
  func write(_ records: [EpochRecord]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let lines = try records.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
    try RunFolder.write(lines.joined(), to: history)
  }

  /// The losses of all epochs written so far.
  func records() throws -> [EpochRecord] {
    guard let text = try? String(contentsOfFile: history, encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(EpochRecord.self, from: Data($0.utf8))
    }
  }
}

/// The points of a run: read, checked against the digest, smeared, split.
struct RunData {
  let table: AmplitudeTable
  let truth: AmplitudeTable
  let split: Split
  /// What was changed when the points were read, in sentences without their full stop.
  let notes: [String]

  init(_ configuration: RunConfiguration) throws {
    let all = try configuration.resolved()
    guard let path = all.data else {
      throw AmpError(
        "there is no data", remedy: "Give a file of points: amp-cli fit points.npz --output run.")
    }
    let process = try all.scatteringProcess()
    let (points, report) = try AmplitudeTable.read(
      path, formats: .known, badRows: .stop, options: .events(of: process, dataset: all.dataset))
    (truth, notes) = (points, report.notes)
    let (found, particles) = (truth.momenta.particles, process.particles.count)
    guard found == particles else {
      throw AmpError(
        "the points have \(found) particles, \(process) has \(particles)", in: path,
        remedy: "Give the process that the points belong to with --process, for example "
          + "\(ScatteringProcess.gluons(found).name).")
    }
    let noise = all.noise ?? 0
    table = noise > 0 ? try truth.smeared(by: noise, seed: all.seed ?? 0) : truth
    let fractions = all.split ?? [0.7, 0.1, 0.2]
    do {
      split = try Split(
        count: table.count, training: fractions[0], validation: fractions[1], test: fractions[2],
        trainFraction: all.trainFraction ?? 1, seed: all.seed ?? 0)
    } catch var error {
      error.place = "--split"
      throw error
    }
    guard !split.training.isEmpty && !split.validation.isEmpty else {
      throw AmpError(
        "no points are left for \(split.training.isEmpty ? "training" : "validation")",
        in: "--split", remedy: "Give both a part of the points, for example 0.7,0.1,0.2.")
    }
  }
}

/// Throws what making the folder `path`, or writing into it, would throw; leaves nothing behind.
func checkFolder(_ path: String) throws {
  if FileManager.default.fileExists(atPath: path + "/config.yaml") {
    throw AmpError(
      "this is a run, whose files a report would overwrite", in: path,
      remedy: "Choose a folder for the report alone, for example \(path)/report.")
  }
  var existing = URL(fileURLWithPath: path).standardizedFileURL
  while !FileManager.default.fileExists(atPath: existing.path), existing.path != "/" {
    existing.deleteLastPathComponent()
  }
  var isFolder: ObjCBool = false
  _ = FileManager.default.fileExists(atPath: existing.path, isDirectory: &isFolder)
  guard isFolder.boolValue else {
    throw AmpError(
      "a folder cannot be made here, \(existing.path) is a file", in: path,
      remedy: "Choose another path.")
  }
  do {
    try AtomicFile.check(existing.path + "/amp")
  } catch {
    throw AmpError(
      "cannot be written: nothing can be made in the folder \(existing.path)", in: path,
      remedy: "Choose another folder, or change its permissions.")
  }
}
