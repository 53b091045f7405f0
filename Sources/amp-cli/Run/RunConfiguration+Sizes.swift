import AmpCore
import AmpNets
import AmpUncertainty

// Sizes that only some architectures have.
extension RunConfiguration {
  /// Sets the sizes of `fit`; throws for one that its architecture does not have.
  func setSizes(of fit: inout Fit) throws {
    let architecture = try Architecture(named: fit.architecture)
    let sizes = architecture.sizes
    let given: [(key: CodingKeys, isGiven: Bool, isKnown: Bool)] = [
      (.types, types != nil, sizes.embedding != nil || sizes.lorentz != nil),
      (.embedding, embedding != nil, sizes.embedding != nil),
      (.grid, grid != nil, sizes.grid != nil),
      (.order, order != nil, sizes.order != nil),
      (.gridUpdates, gridUpdates?.isEmpty == false, sizes.grid != nil),
      (.blocks, blocks != nil, sizes.lorentz != nil),
      (.channels, channels != nil, sizes.lorentz != nil),
      (.scalars, scalars != nil, sizes.lorentz != nil),
      (.heads, heads != nil, sizes.lorentz != nil),
    ]
    for (key, isGiven, isKnown) in given where isGiven && !isKnown {
      throw AmpError(
        "the architecture \(architecture.name) has no \(key.rawValue)", in: "--" + key.rawValue,
        remedy: "Leave it out; amp-cli inspect --architectures lists what each has.")
    }
    if let embedding, !(1...65536).contains(embedding) {
      throw AmpError(
        "an embedding of \(embedding) features is not possible", in: "--embedding",
        remedy: "Give a number from 1 up.")
    }
    if let updates = gridUpdates, updates.contains(where: { $0 < 0 }) {
      throw AmpError(
        "grids cannot be fitted after the epochs \(updates)", in: "--grid-updates",
        remedy: "Give epochs, for example 0,5,10, where 0 is before training; or none.")
    }
    (fit.types, fit.embedding, fit.grid) = (types, embedding, grid)
    (fit.order, fit.gridUpdates) = (order, sizes.grid == nil ? nil : gridUpdates)
    guard var width = sizes.lorentz else { return }
    width.blocks = blocks ?? width.blocks
    width.channels = channels ?? width.channels
    width.scalars = scalars ?? width.scalars
    width.heads = heads ?? width.heads
    width.types = types
    fit.lorentz = width == sizes.lorentz ? nil : width
  }
}
