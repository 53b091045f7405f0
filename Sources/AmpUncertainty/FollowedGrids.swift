import Foundation

/// The shape of a network whose spline grids are moved to the values in front of their layers
/// while it is trained.
///
/// Grids belong to the shape of a network, not to its parameters; so the shape of the best epoch
/// may differ from that of the last one, and a checkpoint holds both.
struct FollowedGrids {
  /// The shape now.
  private(set) var current: Architecture.Options
  /// The shape in the best epoch.
  private(set) var best: Architecture.Options
  /// The epochs after which grids are fitted, ascending.
  private let updates: [Int]

  private static let keys = (current: "shape", best: "best-shape")

  /// Starts from `options`, or from what `checkpoint` holds.
  init(_ options: Architecture.Options, updates: [Int], resuming checkpoint: TensorFile?) throws {
    self.updates = Set(updates).sorted()
    func shape(_ key: String) throws -> Architecture.Options {
      guard let text = checkpoint?.metadata[key] else { return options }
      do {
        return try JSONDecoder().decode(Architecture.Options.self, from: Data(text.utf8))
      } catch {
        throw AmpError(
          "the checkpoint holds no shape of the network: \(error)",
          remedy: "Start a new run: the file is damaged.")
      }
    }
    current = try shape(Self.keys.current)
    best = try shape(Self.keys.best)
  }

  /// The next epoch after which grids are fitted, nil if there is none.
  func end(after epoch: Int) -> Int? { updates.first { $0 > epoch } }

  /// Fits the grids of `network` if it is time, and its parameters with them.
  ///
  /// At most 10 000 points, evenly spread over `data`, are looked at. The optimiser keeps its
  /// moments, although they belong to the old coefficients: a few steps forget them.
  mutating func update<S: Scalar>(
    _ network: inout any Network, _ state: inout TrainingState<S>, to data: TrainingSet<S>
  ) throws {
    guard updates.contains(state.epoch), let kan = network as? KAN else { return }
    let (points, width) = (data.targets.count, kan.inputs)
    let step = max(1, (points + 9999) / 10_000)
    let inputs = stride(from: 0, to: points, by: step).flatMap {
      data.inputs[$0 * width..<($0 + 1) * width]
    }
    let (fitted, parameters) = try kan.fitted(to: inputs, state.parameters)
    (network, state.parameters) = (fitted, parameters)
    current.gridRanges = fitted.layers.map(\.ranges)
  }

  /// Notes that the network is better than ever.
  mutating func noteBest() { best = current }

  /// Writes both shapes into a checkpoint, if they can change.
  func write(to file: inout TensorFile) throws {
    if updates.isEmpty { return }
    for (key, shape) in [(Self.keys.current, current), (Self.keys.best, best)] {
      file.metadata[key] = String(decoding: try JSONEncoder().encode(shape), as: UTF8.self)
    }
  }
}
