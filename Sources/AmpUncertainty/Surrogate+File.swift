import Foundation

// A model file is a safetensors file: one tensor per parameter matrix under its name, and the
// description as JSON in the metadata.
extension Surrogate {
  private static let format = "amp-surrogate 3"

  /// Writes the surrogate to `path`; the file is whole or not there.
  ///
  /// Throws an ``AmpError`` if it cannot be written.
  public func write(to path: String) throws {
    try file().write(to: path)
  }

  /// The surrogate as a tensor file.
  package func file() throws -> TensorFile {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let header = String(decoding: try encoder.encode(description), as: UTF8.self)
    var file = TensorFile(metadata: ["format": Surrogate.format, "surrogate": header])
    for view in layout.views {
      let shape = [view.rows, view.columns]
      switch weights {
      case .float32(let values):
        file.append(view.name, .init(Array(values[view.range]), shape: shape))
      case .float64(let values):
        file.append(view.name, .init(Array(values[view.range]), shape: shape))
      }
    }
    return file
  }

  /// Reads a surrogate that ``write(to:)`` wrote.
  ///
  /// Throws an ``AmpError`` if the file is missing, damaged, not a surrogate, from a newer format,
  /// or holds weights that are not finite.
  public init(contentsOf path: String) throws {
    let file = try TensorFile(contentsOf: path)
    guard let format = file.metadata["format"], let header = file.metadata["surrogate"] else {
      throw AmpError(
        "this safetensors file is not a surrogate of Amp", in: path,
        remedy: "Give a model that amp-cli fit wrote, for example RUN/best.safetensors.")
    }
    guard format == Surrogate.format else {
      throw AmpError(
        "the format is \"\(format)\", this version reads \"\(Surrogate.format)\"", in: path,
        remedy: "Use the version of Amp that wrote the model.")
    }
    try file.requireFinite()
    do {
      let description = try JSONDecoder().decode(Description.self, from: Data(header.utf8))
      let views = try description.method.base.storedLayout(for: description.network()).views
      let isSingle = try views.first.map { try file.isSingle($0.name) } ?? false
      let weights: Weights =
        isSingle
        ? .float32(try views.flatMap { try file.floats($0.name, shape: [$0.rows, $0.columns]) })
        : .float64(try views.flatMap { try file.doubles($0.name, shape: [$0.rows, $0.columns]) })
      try self.init(description, weights: weights)
    } catch var error as AmpError {
      error.place = error.place ?? path
      throw error
    } catch {
      throw AmpError(
        "the description of the surrogate cannot be read: \(error)", in: path,
        remedy: "The file is damaged: write it anew.")
    }
  }
}

extension TensorFile {
  fileprivate func isSingle(_ name: String) throws -> Bool {
    guard let entry = tensors.first(where: { $0.name == name })?.entry else {
      throw AmpError("there is no tensor \(name)", remedy: "The file is damaged: write it anew.")
    }
    if case .float32 = entry.values { return true }
    return false
  }
}
