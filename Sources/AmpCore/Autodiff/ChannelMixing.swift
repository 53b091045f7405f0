import CAmpKernels

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
  let biases: [(view: ParameterView, target: Int)]
  /// The products that give the rows written, and those that give the gradient of the rows read.
  let forward: Sums
  let backward: Sums
  /// The rows whose outer products give the gradient of each weight matrix.
  let gradients: [(weight: ParameterView, pairs: [amp_pair])]

  /// Joins paths and biases, a bias being added to the rows that begin at `target`.
  ///
  /// Traps unless the paths write all rows, in blocks that do not overlap.
  public init(
    inputs: Int, outputs: Int, paths: [Path], biases: [(view: ParameterView, target: Int)]
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.biases = biases
    forward = Sums(
      paths.map { path in
        Product(
          first: path.target, rows: path.weight.columns, weight: path.weight.offset,
          depth: path.weight.rows, row: 1, step: path.weight.columns, source: path.source,
          negative: path.negative)
      }, biases: biases)
    backward = Sums(
      paths.map { path in
        Product(
          first: path.source, rows: path.weight.rows, weight: path.weight.offset,
          depth: path.weight.columns, row: path.weight.columns, step: 1, source: path.target,
          negative: path.negative)
      }, biases: [])
    let weights = Dictionary(grouping: paths, by: \.weight.index)
    gradients = weights.keys.sorted().compactMap { index in
      guard let paths = weights[index], let first = paths.first else { return nil }
      return (
        first.weight,
        paths.map { amp_pair(source: $0.source, target: $0.target, negative: $0.negative ? 1 : 0) }
      )
    }
    let written = forward.groups.reduce(0) { $0 + $1.rows }
    precondition(written == outputs, "\(written) of \(outputs) rows are written")
  }
}

extension ChannelMixing {
  /// M as one matrix (inputs, outputs) with zeros where no path leads, and the biases (outputs), for
  /// all `weights` of a network.
  package func matrix(_ weights: [Double]) -> (matrix: [Double], bias: [Double]) {
    var matrix = [Double](repeating: 0, count: inputs * outputs)
    var constants = [Double](repeating: 0, count: outputs)
    for product in forward.products {
      for r in 0..<product.rows {
        for k in 0..<product.depth {
          let weight = weights[product.weight + r * product.row + k * product.step]
          matrix[(product.source + k) * outputs + product.first + r] +=
            product.negative ? -weight : weight
        }
      }
    }
    for (view, target) in biases {
      for r in 0..<view.count { constants[target + r] += weights[view.offset + r] }
    }
    return (matrix, constants)
  }

  /// Rows `first` ..< `first` + `rows` gain A·X, A(r, k) = weights[weight + r·row + k·step] and X the
  /// rows from `source`.
  struct Product: Sendable {
    var first: Int
    var rows: Int
    var weight: Int
    var depth: Int
    var row: Int
    var step: Int
    var source: Int
    var negative: Bool
  }

  /// Sums of products by the rows that they give, as the kernels want them.
  struct Sums: Sendable {
    /// The first row, the number of rows, the position of the bias, and the products.
    let groups: [(first: Int, rows: Int, bias: Int?, products: Range<Int>)]
    let products: [Product]

    init(_ all: [Product], biases: [(view: ParameterView, target: Int)]) {
      let byFirst = Dictionary(grouping: all, by: \.first)
      var (groups, products) = ([(Int, Int, Int?, Range<Int>)](), [Product]())
      for first in byFirst.keys.sorted() {
        let parts = byFirst[first] ?? []
        let bias = biases.first { $0.target == first }?.view.offset
        groups.append((first, parts[0].rows, bias, products.count..<products.count + parts.count))
        products += parts
      }
      self.groups = groups.map { (first: $0.0, rows: $0.1, bias: $0.2, products: $0.3) }
      self.products = products
    }

    /// Calls `body` with the kernel's description for these `weights`.
    func withGroups<S, Result>(
      _ weights: UnsafePointer<S>, _ body: (UnsafeBufferPointer<amp_mixing>) -> Result
    ) -> Result {
      withUnsafeTemporaryAllocation(of: amp_term.self, capacity: products.count) { terms in
        for (i, product) in products.enumerated() {
          terms.initializeElement(
            at: i,
            to: amp_term(
              depth: product.depth, a: weights + product.weight, a_row: product.row,
              a_k: product.step, source: product.source, negative: product.negative ? 1 : 0))
        }
        return withUnsafeTemporaryAllocation(of: amp_mixing.self, capacity: groups.count) { list in
          for (i, group) in groups.enumerated() {
            list.initializeElement(
              at: i,
              to: amp_mixing(
                target: group.first, rows: group.rows,
                bias: group.bias.map { UnsafeRawPointer(weights + $0) },
                terms: terms.baseAddress.map { UnsafePointer($0 + group.products.lowerBound) },
                count: group.products.count))
          }
          return body(UnsafeBufferPointer(list))
        }
      }
    }

    /// The kernel's description for these `weights`, which must outlive it.
    func kept<S>(_ weights: UnsafePointer<S>) -> KeptGroups {
      withGroups(weights) { KeptGroups($0, products: products.count) }
    }
  }
}

/// A copy of what the kernels are told of a mixing, for steps that are made again and again.
final class KeptGroups {
  private let terms: AlignedBuffer<amp_term>
  private let groups: AlignedBuffer<amp_mixing>

  /// The groups as kernels want them.
  var list: UnsafeBufferPointer<amp_mixing> {
    UnsafeBufferPointer(start: groups.pointer, count: groups.count)
  }

  fileprivate init(_ list: UnsafeBufferPointer<amp_mixing>, products: Int) {
    terms = AlignedBuffer(products)
    groups = AlignedBuffer(list.count)
    var next = 0
    for (i, group) in list.enumerated() {
      groups.pointer[i] = group
      groups.pointer[i].terms = UnsafePointer(terms.pointer + next)
      for k in 0..<group.count {
        if let term = group.terms { terms.pointer[next] = term[Int(k)] }
        next += 1
      }
    }
  }
}
