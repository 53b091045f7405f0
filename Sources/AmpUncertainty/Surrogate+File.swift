import Foundation

// A model file is a safetensors file: one tensor per parameter matrix under its name, and the
// description as JSON in the metadata.
extension Surrogate {
  package static let format = "amp-surrogate 3"

  /// Writes the surrogate to `path`; the file is whole or not there.
  ///
  /// Throws an ``AmpError`` if it cannot be written.
  public func write(to path: String) throws {
    try file().write(to: path)
  }

  /// Throws an ``AmpError`` if a weight is not finite.
  func requireFinite() throws {
    let isSound: Bool
    switch weights {
    case .float32(let values): isSound = values.allSatisfy(\.isFinite)
    case .float64(let values): isSound = values.allSatisfy(\.isFinite)
    }
    guard isSound else {
      throw AmpError(
        "the surrogate has weights that are not finite in \(weights.precisionName)",
        remedy: "Fit it again with a lower learning rate or in float64.")
    }
  }

  /// The surrogate as a tensor file; throws an ``AmpError`` if a weight is not finite.
  package func file() throws -> TensorFile {
    try requireFinite()
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
  /// or holds weights that are not finite. What its description promises takes no memory unless the
  /// weights are there.
  public init(contentsOf path: String) throws {
    try self.init(file: TensorFile(contentsOf: path), place: path)
  }

  /// Reads a surrogate from a tensor file, called `path` in errors.
  package init(file: TensorFile, place path: String) throws {
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
      let views = try description.storedLayout(in: file).views
      let isSingle = try views.first.map { try file.isSingle($0.name) } ?? false
      let weights: Weights =
        isSingle
        ? .float32(try views.flatMap { try file.floats($0.name, shape: [$0.rows, $0.columns]) })
        : .float64(try views.flatMap { try file.doubles($0.name, shape: [$0.rows, $0.columns]) })
      try self.init(description, weights: weights)
    } catch var error as AmpError {
      guard let place = error.place else {
        error.place = path
        throw error
      }
      // A description is no command line: its options cannot be chosen otherwise.
      if !place.hasPrefix("--") { throw error }
      throw AmpError(
        "the description of the surrogate is wrong, \(error.problem) (\(place.dropFirst(2)))",
        in: path, remedy: "The file is damaged: write it anew.")
    } catch {
      throw AmpError(
        "the description of the surrogate cannot be read: \(error)", in: path,
        remedy: "The file is damaged: write it anew.")
    }
  }
}

extension Surrogate.Description {
  /// The names and shapes of the weights; throws an ``AmpError`` unless `file` can hold so many.
  ///
  /// Layouts grow with the numbers in a description, and some methods run the network to know
  /// theirs: so the file is asked first whether it has as many tensors and elements.
  fileprivate func storedLayout(in file: TensorFile) throws -> ParameterLayout {
    let tensors = file.tensors.count
    let elements = file.tensors.reduce(0) { $0 + $1.entry.count }
    func require(_ condition: Bool) throws {
      if !condition {
        throw AmpError(
          "the description promises more weights than the file holds",
          remedy: "The file is damaged: copy it again, or write it anew.")
      }
    }
    try require(options.hidden.count < tensors && options.lorentz?.blocks ?? 0 < tensors)
    let (network, method) = (try network(), method.base)
    let members = method.available ?? 1
    guard (1...1_000_000).contains(members), (1...1_000_000).contains(method.samples) else {
      throw AmpError(
        "\(method.samples) networks are not possible",
        remedy: "The file is damaged: copy it again, or write it anew.")
    }
    let (needed, overflow) = network.layout.count.multipliedReportingOverflow(by: members)
    try require(!overflow && needed <= elements)
    try require(network.layout.views.count * members <= tensors)
    try method.check(network)
    return method.storedLayout(for: network)
  }
}

extension TensorFile {
  fileprivate func isSingle(_ name: String) throws -> Bool {
    guard let entry = self[name] else {
      throw AmpError("there is no tensor \(name)", remedy: "The file is damaged: write it anew.")
    }
    if case .float32 = entry.values { return true }
    return false
  }
}
