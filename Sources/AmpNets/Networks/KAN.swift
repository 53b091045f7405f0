/// A Kolmogorov–Arnold network: layers of learned functions on edges, summed at the nodes.
///
/// arXiv:2412.12069, Sec. 2 and Eq. 45. The paper's has three hidden layers of 64 nodes with cubic
/// splines on ten intervals in [−1, 1]: 15 numbers on each of 9 600 edges for 20 features.
public struct KAN: Network {
  /// The layers, first to last.
  public let layers: [KANLayer]
  /// The parameters of all layers.
  public let layout: ParameterLayout
  /// The number of intervals of a grid.
  public let grid: Int
  /// The polynomial order of the splines.
  public let order: Int

  /// The number of features of a point.
  public var inputs: Int { layers[0].ranges.count }

  /// The number of outputs of a point.
  public var outputs: Int { layers[layers.count - 1].base.columns }

  /// What all of the outputs is proportional to.
  public var outputWeights: [ParameterView] {
    [layers[layers.count - 1].base, layers[layers.count - 1].scale]
  }

  /// A network inputs → hidden… → outputs.
  ///
  /// `ranges` are those of the grid for each input of each layer, [−1, 1] everywhere by default.
  public init(
    inputs: Int, hidden: [Int] = [64, 64, 64], outputs: Int, grid: Int = 10, order: Int = 3,
    ranges: [[ClosedRange<Double>]]? = nil
  ) {
    let widths = [inputs] + hidden + [outputs]
    let ranges =
      ranges ?? widths.dropLast().map { [ClosedRange<Double>](repeating: -1...1, count: $0) }
    precondition(
      ranges.map(\.count) == widths.dropLast(),
      "grids for \(ranges.map(\.count)) inputs of layers of \(widths)")
    var layout = ParameterLayout()
    layers = ranges.enumerated().map { i, ranges in
      KANLayer(
        "layer\(i)", ranges: ranges, outputs: widths[i + 1], grid: grid, order: order,
        in: &layout)
    }
    self.layout = layout
    self.grid = grid
    self.order = order
  }

  /// Draws the functions layer by layer, see ``KANLayer``.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    for layer in layers { layer.initialize(&parameters, using: &rng) }
  }

  /// The outputs (points, outputs) for x (points, inputs).
  public func callAsFunction<S: Scalar>(
    _ x: Tape<S>.Variable, on tape: Tape<S>
  ) -> Tape<S>.Variable {
    layers.reduce(x) { $1($0, on: tape) }
  }
}

extension Architecture {
  /// A Kolmogorov–Arnold network on the four-momenta.
  public static let kan = Architecture(
    name: "kan", summary: "Kolmogorov–Arnold network: learned splines on the edges",
    features: "momenta", activation: .silu, schedule: .oneCycle, hidden: [64, 64, 64],
    hasDenseHead: false, sizes: Sizes(grid: 10, order: 3)
  ) { options, features in
    guard options.activation == .silu else {
      throw AmpError(
        "a Kolmogorov–Arnold network has no activation \(options.activation) between its layers",
        in: "--activation", remedy: "Leave it out: silu stands beside the splines.")
    }
    let (grid, order) = (options.grid ?? 10, options.order ?? 3)
    guard (1...10_000).contains(grid), (1...5).contains(order) else {
      throw AmpError(
        "splines of order \(order) on \(grid) intervals are not possible",
        in: (1...5).contains(order) ? "--grid" : "--order",
        remedy: "Choose an order from 1 to 5 and at least one interval.")
    }
    if let ranges = options.gridRanges,
      ranges.map(\.count) != [features] + options.hidden
        || ranges.joined().contains(where: { !(($0.upperBound - $0.lowerBound) > 0) })
    {
      throw AmpError(
        "the ranges of the grids do not fit the layers",
        remedy: "Give one range of positive length for each input of each layer.")
    }
    return KAN(
      inputs: features, hidden: options.hidden, outputs: options.outputs, grid: grid,
      order: order, ranges: options.gridRanges)
  }
}
