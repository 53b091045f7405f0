import Foundation

// A checkpoint is a safetensors file: parameters, best parameters and optimiser state as they
// are, and counters and history as JSON in the metadata.
extension TrainingState {
  private struct Header: Codable {
    var epoch: Int
    var step: Int
    var bestLoss: UInt64  // the bits: JSON has no infinity, and decimals need not return
    var bestEpoch: Int
    var history: [EpochRecord]
    var untrainedLoss: UInt64?  // nil in checkpoints of versions that did not look
  }

  private static var format: String { "amp-checkpoint 1" }

  /// The state as a tensor file.
  public func file() throws -> TensorFile {
    let header = Header(
      epoch: epoch, step: step, bestLoss: bestLoss.bitPattern, bestEpoch: bestEpoch,
      history: history, untrainedLoss: untrainedLoss?.bitPattern)
    let text = String(decoding: try JSONEncoder().encode(header), as: UTF8.self)
    var file = TensorFile(metadata: ["format": Self.format, "state": text])
    file.append("parameters", StoredArray(scalars: parameters.values))
    file.append("best", StoredArray(scalars: best.values))
    for (name, values) in optimizer.sorted(by: { $0.key < $1.key }) {
      file.append(name, StoredArray(scalars: values))
    }
    return file
  }

  /// Reads a state for parameters of `layout`.
  ///
  /// Throws an ``AmpError`` if the file is no checkpoint or one of another network or precision.
  public init(file: TensorFile, layout: ParameterLayout) throws {
    let remedy = "Resume the run that wrote the checkpoint, or start a new one."
    guard file.metadata["format"] == Self.format, let text = file.metadata["state"],
      let header = try? JSONDecoder().decode(Header.self, from: Data(text.utf8))
    else { throw AmpError("this file is not a checkpoint of this version", remedy: remedy) }
    guard (0...10_000_000).contains(header.epoch), (0...1 << 50).contains(header.step),
      (0...header.epoch).contains(header.bestEpoch), header.history.count == header.epoch
    else {
      throw AmpError(
        "the checkpoint is damaged: epoch \(header.epoch) with the best one \(header.bestEpoch), "
          + "\(header.step) steps and a history of \(header.history.count)", remedy: remedy)
    }
    try file.requireFinite()
    func values(_ name: String, count: Int? = nil) throws -> [S] {
      let shape = count.map { [$0] }
      if S.self == Float.self, let values = try file.floats(name, shape: shape) as? [S] {
        return values
      }
      if S.self == Double.self, let values = try file.doubles(name, shape: shape) as? [S] {
        return values
      }
      throw AmpError("tensor \(name) has the wrong type", remedy: remedy)
    }
    self.init(
      parameters: Parameters(layout, values: try values("parameters", count: layout.count)),
      best: Parameters(layout, values: try values("best", count: layout.count)),
      bestLoss: Double(bitPattern: header.bestLoss), bestEpoch: header.bestEpoch,
      epoch: header.epoch, step: header.step,
      optimizer: Dictionary(
        uniqueKeysWithValues: try file.tensors.map(\.name).filter { $0.hasPrefix("optimizer.") }
          .map { ($0, try values($0)) }),
      history: header.history,
      untrainedLoss: header.untrainedLoss.map { Double(bitPattern: $0) })
  }
}

extension StoredArray {
  fileprivate init<S: Scalar>(scalars values: [S]) {
    if let values = values as? [Float] {
      self.init(values)
    } else {
      self.init(values.map(Double.init))
    }
  }
}
