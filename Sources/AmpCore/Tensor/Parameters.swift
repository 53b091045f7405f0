/// A named matrix inside the flat parameter buffer of a network.
public struct ParameterView: Sendable, Equatable {
  /// The name in model files, for example `layer0.weight`.
  public let name: String
  /// The number of rows; a weight matrix has one row per input.
  public let rows: Int
  /// The number of columns; a weight matrix has one column per output.
  public let columns: Int
  /// Where the view begins in the flat buffer.
  public let offset: Int
  /// The position among the views of its layout.
  public let index: Int
  /// Whether it acts on vectors as a matrix: then it is packed for products.
  public let isMatrix: Bool

  /// The number of parameters.
  public var count: Int { rows * columns }
  /// The elements of the flat buffer that belong to this view.
  public var range: Range<Int> { offset..<offset + count }
}

/// Which parameters a network has: an ordered list of named matrices in one flat buffer.
///
/// Everything that treats all parameters alike (an optimiser, a checkpoint, a norm) is one loop
/// over the buffer; everything that needs a matrix asks for its view.
public struct ParameterLayout: Sendable, Equatable {
  /// The matrices in the order in which they were added.
  public private(set) var views: [ParameterView] = []
  /// The number of parameters.
  public private(set) var count = 0
  /// For each view the index of its partner: of a weight its ln σ², of that its weight.
  private var partners: [Int?] = []
  /// The names of all views.
  private var names: Set<String> = []

  /// Creates an empty layout.
  public init() {}

  /// Adds a matrix (rows, columns) behind the others; traps if the name is taken.
  ///
  /// `isMatrix` is false for a mere table of numbers, such as the coefficients of functions.
  public mutating func add(
    _ name: String, rows: Int, columns: Int, isMatrix: Bool = true
  ) -> ParameterView {
    precondition(names.insert(name).inserted, "two parameters are called \(name)")
    let view = ParameterView(
      name: name, rows: rows, columns: columns, offset: count, index: views.count,
      isMatrix: isMatrix)
    views.append(view)
    partners.append(nil)
    count += view.count
    return view
  }

  /// Several copies of this layout one behind the other; `prefix` tells the names of a copy apart.
  package func repeated(_ copies: Int, prefix: (Int) -> String) -> ParameterLayout {
    var result = ParameterLayout()
    for copy in 0..<copies {
      let start = prefix(copy)
      for view in views {
        result.views.append(
          ParameterView(
            name: start + view.name, rows: view.rows, columns: view.columns,
            offset: copy * count + view.offset, index: copy * views.count + view.index,
            isMatrix: view.isMatrix))
        result.partners.append(partners[view.index].map { copy * views.count + $0 })
        result.names.insert(start + view.name)
      }
    }
    result.count = copies * count
    return result
  }

  /// Adds λ = ln σ² of the elements of `weight` as `NAME.logvariance`, a table of the same shape.
  ///
  /// Weights with such a partner have a Gaussian posterior N(weight, σ²). Traps if there is one.
  @discardableResult
  package mutating func addLogVariance(of weight: ParameterView) -> ParameterView {
    precondition(logVariance(of: weight) == nil, "\(weight.name) has a variance already")
    let view = add(
      weight.name + ".logvariance", rows: weight.rows, columns: weight.columns, isMatrix: false)
    (partners[weight.index], partners[view.index]) = (view.index, weight.index)
    return view
  }

  /// The view of ln σ² of the weights `view`; nil if their values are certain.
  package func logVariance(of view: ParameterView) -> ParameterView? {
    partners[view.index].flatMap { $0 > view.index ? views[$0] : nil }
  }

  /// The weights of which `view` holds ln σ²; nil for any other view.
  package func weight(ofLogVariance view: ParameterView) -> ParameterView? {
    partners[view.index].flatMap { $0 < view.index ? views[$0] : nil }
  }
}

/// The parameters of one network: a layout and one number for each of its elements.
public struct Parameters<Element: Scalar>: Sendable, Equatable {
  /// The names and shapes.
  public let layout: ParameterLayout
  /// All parameters in one flat buffer.
  public var values: [Element]

  /// Wraps `values`, zeros if none are given; traps unless there is one per parameter.
  public init(_ layout: ParameterLayout, values: [Element]? = nil) {
    self.layout = layout
    self.values = values ?? [Element](repeating: 0, count: layout.count)
    precondition(
      self.values.count == layout.count,
      "\(self.values.count) values for \(layout.count) parameters")
  }

  /// The matrix `view` as a tensor (rows, columns).
  public subscript(view: ParameterView) -> Tensor<Element> {
    get { Tensor(Array(values[view.range]), shape: [view.rows, view.columns]) }
    set {
      precondition(
        newValue.shape == [view.rows, view.columns],
        "\(view.name) has shape \([view.rows, view.columns]), not \(newValue.shape)")
      values.replaceSubrange(view.range, with: newValue.elements)
    }
  }

  /// The same parameters in another precision.
  public func converted<Other: Scalar>(to type: Other.Type = Other.self) -> Parameters<Other> {
    Parameters<Other>(layout, values: values.map { Other($0) })
  }
}
