/// A linear map between token matrices: which weights lead from which rows to which rows.
///
/// y[target ..< target + W.columns] += ± Wᵀ x[source ..< source + W.rows] for each path, plus
/// biases. Weights that appear in several paths are shared, which is what makes a map equivariant:
/// the components of a grade all use the same matrix.
public struct ChannelMixing: Sendable {
  /// One path of a mixing.
  public struct Path: Sendable {
    /// The matrix, (inputs, outputs).
    public var weight: ParameterView
    /// The first row read.
    public var source: Int
    /// The first row written.
    public var target: Int
    /// Whether the product is subtracted.
    public var negative: Bool

    /// Describes a path.
    public init(_ weight: ParameterView, from source: Int, to target: Int, negative: Bool = false) {
      self.weight = weight
      self.source = source
      self.target = target
      self.negative = negative
    }
  }

  /// The number of rows read.
  public let inputs: Int
  /// The number of rows written.
  public let outputs: Int
  let paths: [Path]
  let biases: [(view: ParameterView, target: Int)]
  /// The paths by the rows they write and by the rows they read; within, in the order given.
  let byTarget: [[Path]]
  let bySource: [[Path]]

  /// Joins paths and biases, a bias being added to the rows that begin at `target`.
  ///
  /// Traps unless the paths write all rows, in blocks that do not overlap.
  public init(
    inputs: Int, outputs: Int, paths: [Path], biases: [(view: ParameterView, target: Int)]
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.paths = paths
    self.biases = biases
    func grouped(by row: (Path) -> Int) -> [[Path]] {
      Set(paths.map(row)).sorted().map { first in paths.filter { row($0) == first } }
    }
    byTarget = grouped { $0.target }
    bySource = grouped { $0.source }
    let written = byTarget.reduce(0) { $0 + $1[0].weight.columns }
    precondition(written == outputs, "\(written) of \(outputs) rows are written")
  }
}
