/// Records a computation and runs it backwards: reverse-mode differentiation in one list.
///
/// Operations append nodes while they compute; ``backward(from:)`` visits the nodes in reverse
/// order and lets each rule add to the gradients of its operands and parameters. Nodes are whole
/// layers, not elements, and all memory comes from an arena: a step of fixed shape allocates
/// nothing after the first. A tape belongs to one thread at a time.
///
/// What every step calls is specialised for both precisions: a generic call from another module would
/// ask the runtime for the types of its numbers each time, which took 2 % of a perceptron's step.
public final class Tape<S: Scalar> {
  /// A matrix (rows, columns) on a tape.
  public struct Variable: Sendable {
    package let index: Int
    /// The number of rows: points of the batch.
    public let rows: Int
    /// The number of columns: features of a point.
    public let columns: Int
  }

  /// What a node keeps between the forward and the backward pass.
  package struct Node {
    package var rule: any DifferentiationRule.Type
    package var operands: (Int, Int) = (-1, -1)
    package var rows: Int
    package var columns: Int
    package var stride: Int
    package var value: UnsafeMutablePointer<S>
    package var needsGradient: Bool
    /// Has memory from the first contribution until the node's own rule has used it.
    package var gradient: UnsafeMutablePointer<S>?
    package var saved: UnsafeMutablePointer<S>?
    package var activation = Activation.identity
    /// Whether the gradient has gone back through the activation already.
    package var isPulledBack = false
    package var weight: ParameterView?
    package var bias: ParameterView?
    package var scale: ParameterView?
    package var spread: UnsafeMutablePointer<S>?
    package var block: Block?
    package var numbers: (Int, Int) = (0, 0)
    package var configuration: (any Sendable)?
  }

  // A tape belongs to one thread, and no access to these calls back into the tape; to have that checked
  // at each of them takes half a percent of a perceptron's step.
  @exclusivity(unchecked) package var nodes: ContiguousArray<Node> = []
  @exclusivity(unchecked) private var arena = Arena<S>()
  package private(set) var parameters: PackedParameters<S>
  /// Where these stand; what rules read.
  @exclusivity(unchecked) package private(set) var weights: PackedParameters<S>.Memory

  /// Whether gradients can be asked for; without, activations save no derivative.
  public let differentiates: Bool

  /// Where the noise of uncertain weights comes from; nil lets all weights have their means.
  package var noise: NormalStream?

  /// Where parameter gradients go, laid out as the parameters, and which views have some yet.
  @exclusivity(unchecked) package var parameterGradients: UnsafeMutablePointer<S>?
  @exclusivity(unchecked) private var touched: [Bool]

  /// Memory of gradients that have done their duty, for those of the nodes before.
  ///
  /// A chain of layers needs two of them: what a step works on stays in the cache.
  @exclusivity(unchecked) private var idle: [(count: Int, memory: UnsafeMutableRawPointer)] = []

  package init(_ parameters: PackedParameters<S>, differentiates: Bool) {
    self.parameters = parameters
    weights = parameters.memory
    self.differentiates = differentiates
    touched = [Bool](repeating: false, count: parameters.layout.views.count)
    nodes.reserveCapacity(32)
  }

  /// Creates a tape over fixed parameters.
  public convenience init(_ parameters: Parameters<S>, differentiates: Bool = true) {
    self.init(PackedParameters(parameters), differentiates: differentiates)
  }

  /// How often memory was allocated so far.
  package var allocations: Int { arena.allocations }

  /// The bytes of all values, gradients and what rules save.
  package var bytes: Int { arena.taken * MemoryLayout<S>.stride }

  /// Makes room for `bytes` before the first node, where a tape of its kind is known to need them.
  package func reserve(bytes: Int) { arena.reserve(bytes: bytes) }

  /// Forgets all nodes and takes their memory back.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  public func reset() {
    nodes.removeAll(keepingCapacity: true)
    idle.removeAll(keepingCapacity: true)
    arena.reset()
    for i in touched.indices { touched[i] = false }
  }

  /// Forgets all nodes and goes on with other parameters of the same network.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func reset(to parameters: PackedParameters<S>) {
    precondition(
      parameters.layout.count == self.parameters.layout.count,
      "\(parameters.layout.count) parameters on a tape for \(self.parameters.layout.count)")
    self.parameters = parameters
    weights = parameters.memory
    reset()
  }

  // MARK: - Nodes

  /// A node of new memory for a (rows, columns) value; the caller fills it.
  ///
  /// Rows are a little apart where a power of two would map them all to the same cache lines.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func push(
    _ rule: any DifferentiationRule.Type, rows: Int, columns: Int, needsGradient: Bool = true
  ) -> Int {
    let line = 64 / MemoryLayout<S>.stride
    var stride = (columns + 7) / 8 * 8
    if stride % (8 * line) == 0 { stride += line }
    nodes.append(
      Node(
        rule: rule, rows: rows, columns: columns, stride: stride, value: arena.take(rows * stride),
        needsGradient: differentiates && needsGradient))
    return nodes.count - 1
  }

  /// Memory for what a rule saves, as large as the node's value.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func save(for node: Int) -> UnsafeMutablePointer<S> {
    let memory = arena.take(nodes[node].rows * nodes[node].stride)
    nodes[node].saved = memory
    return memory
  }

  /// Memory for `count` numbers until the next ``reset()``, with old contents.
  package func scratch(_ count: Int) -> UnsafeMutablePointer<S> { arena.take(count) }

  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func variable(_ index: Int) -> Variable {
    Variable(index: index, rows: nodes[index].rows, columns: nodes[index].columns)
  }

  /// Whether anything before `variable` wants a gradient.
  package func needsGradient(_ variable: Variable) -> Bool {
    nodes[variable.index].needsGradient
  }

  // MARK: - Leaves

  /// A (rows, columns) input that `fill` writes; `fill` gets the memory and the row stride.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func input(
    rows: Int, columns: Int, needsGradient: Bool = false,
    fill: (UnsafeMutablePointer<S>, Int) -> Void
  ) -> Variable {
    let index = push(Leaf.self, rows: rows, columns: columns, needsGradient: needsGradient)
    fill(nodes[index].value, nodes[index].stride)
    return variable(index)
  }

  /// A constant or input matrix (rows, columns).
  public func input(_ tensor: Tensor<S>, needsGradient: Bool = false) -> Variable {
    precondition(tensor.shape.count == 2, "an input is a matrix, not of shape \(tensor.shape)")
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    return input(rows: rows, columns: columns, needsGradient: needsGradient) { memory, stride in
      tensor.elements.withUnsafeBufferPointer { source in
        for row in 0..<rows {
          for j in 0..<columns { memory[row * stride + j] = source[row * columns + j] }
        }
      }
    }
  }

  // MARK: - Results

  /// The value of `variable` as (rows, columns).
  public func value(of variable: Variable) -> Tensor<S> {
    matrix(nodes[variable.index].value, of: variable)
  }

  /// The gradient of an input as (rows, columns); zeros where none arrived.
  ///
  /// Traps for what was computed: the memory of its gradient was needed elsewhere.
  public func gradient(of variable: Variable) -> Tensor<S> {
    precondition(nodes[variable.index].rule == Leaf.self, "only inputs keep their gradients")
    guard let gradient = nodes[variable.index].gradient else {
      return Tensor(shape: [variable.rows, variable.columns])
    }
    return matrix(gradient, of: variable)
  }

  private func matrix(_ memory: UnsafePointer<S>, of variable: Variable) -> Tensor<S> {
    let stride = nodes[variable.index].stride
    var result = Tensor<S>(shape: [variable.rows, variable.columns])
    for row in 0..<variable.rows {
      for j in 0..<variable.columns {
        result.elements[row * variable.columns + j] = memory[row * stride + j]
      }
    }
    return result
  }

  // MARK: - Backward

  /// Sets the gradient of `variable`, (rows, columns).
  public func setGradient(_ gradient: Tensor<S>, of variable: Variable) {
    precondition(
      gradient.shape == [variable.rows, variable.columns],
      "gradient of shape \(gradient.shape) for \([variable.rows, variable.columns])")
    let (memory, _, stride) = gradientMemory(of: variable.index)
    for row in 0..<variable.rows {
      for j in 0..<variable.columns {
        memory[row * stride + j] = gradient.elements[row * variable.columns + j]
      }
    }
  }

  /// Carries the gradient set on `variable` back to all inputs and parameters.
  ///
  /// The gradients of the parameters are written to `parameterGradients`, zeros where none arrive, or
  /// added to what stands there.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func backward(
    from variable: Variable, parameterGradients: UnsafeMutablePointer<S>, accumulate: Bool = false
  ) {
    precondition(differentiates, "this tape was made without differentiation")
    self.parameterGradients = parameterGradients
    if accumulate { for view in touched.indices { touched[view] = true } }
    for index in stride(from: variable.index, through: 0, by: -1)
    where nodes[index].rule != Leaf.self {
      if nodes[index].gradient == nil { continue }
      nodes[index].rule.backward(index, on: self)
      guard let gradient = nodes[index].gradient else { continue }
      idle.append((nodes[index].rows * nodes[index].stride, UnsafeMutableRawPointer(gradient)))
      nodes[index].gradient = nil
      nodes[index].isPulledBack = false
    }
    for view in parameters.layout.views where !touched[view.index] {
      S.clear(parameterGradients + view.offset, count: view.count)
    }
    self.parameterGradients = nil
  }

  /// The gradients of all parameters for the gradient set on `variable`.
  public func backward(from variable: Variable) -> Parameters<S> {
    let gradients = AlignedBuffer<S>(parameters.layout.count)
    backward(from: variable, parameterGradients: gradients.pointer)
    return Parameters(
      parameters.layout, values: Array(gradients.array.prefix(parameters.layout.count)))
  }

  /// Where to write or add the gradient of node `index`, whether to add, and the row stride.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func gradientMemory(
    of index: Int
  ) -> (memory: UnsafeMutablePointer<S>, accumulate: Bool, stride: Int) {
    let stride = nodes[index].stride
    if let gradient = nodes[index].gradient { return (gradient, true, stride) }
    precondition(nodes[index].needsGradient, "node \(index) wants no gradient")
    let count = nodes[index].rows * stride
    let memory: UnsafeMutablePointer<S>
    if let place = idle.lastIndex(where: { $0.count == count }) {
      memory = idle.remove(at: place).memory.assumingMemoryBound(to: S.self)
    } else {
      memory = arena.take(count)
    }
    nodes[index].gradient = memory
    return (memory, false, stride)
  }

  /// Makes the gradient of node `index` that of `other`, a node over the same matrix.
  package func handOnGradient(of index: Int, to other: Int) {
    (nodes[other].gradient, nodes[index].gradient) = (nodes[index].gradient, nil)
  }

  /// Where to write or add the gradient of a parameter, and whether to add.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func gradientMemory(
    of view: ParameterView
  ) -> (memory: UnsafeMutablePointer<S>, accumulate: Bool) {
    guard let parameterGradients else {
      preconditionFailure("parameter gradients exist only while the tape runs backwards")
    }
    defer { touched[view.index] = true }
    return (parameterGradients + view.offset, touched[view.index])
  }
}

/// How one kind of node passes a gradient on: reads the node's gradient, adds to its operands'.
package protocol DifferentiationRule {
  /// Adds what node `index` contributes to the gradients of its operands and parameters.
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>)

  /// What computes the value of node `index` anew, see ``Tape/steps()``; nil unless overridden.
  static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)?
}

extension DifferentiationRule {
  package static func step<S: Scalar>(_ index: Int, on tape: Tape<S>) -> (() -> Void)? { nil }
}

/// Inputs and constants pass nothing on.
private enum Leaf: DifferentiationRule {
  static func backward<S: Scalar>(_ index: Int, on tape: Tape<S>) {}
}
