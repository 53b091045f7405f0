import AmpCore

/// A computation in the operators of ONNX (operator set 17), built node by node.
///
/// Field numbers are those of `onnx.proto`. Nodes stand in the order in which they were added, which
/// is an order in which they can be computed.
package struct Graph {
  /// What a node puts out, by its name.
  package struct Value: Hashable {
    let name: String
  }

  /// The type of a tensor's elements, with its number in `TensorProto.DataType`.
  package enum Element: Int {
    case float32 = 1
    case int64 = 7
    case float64 = 11

    /// The type that holds `S`.
    init<S: Scalar>(_ type: S.Type) { self = type == Float.self ? .float32 : .float64 }
  }

  /// A fixed number of a node.
  enum Attribute {
    case int(Int)
    case ints([Int])
    case float(Float)
  }

  package init() {}

  private var nodes: [Message] = []
  private var constants: [Message] = []
  private var known: [[UInt8]: Value] = [:]
  private var inputs: [Message] = []
  private var outputs: [Message] = []

  /// The number of nodes.
  var count: Int { nodes.count }

  // MARK: - Ends

  /// An input of the graph; a nil dimension is the number of points.
  mutating func input(_ name: String, _ element: Element, shape: [Int?]) -> Value {
    inputs.append(Graph.information(name, element, shape))
    return Value(name: name)
  }

  /// Makes `value` an output called `name`, one number per point.
  mutating func output(_ name: String, _ value: Value, _ element: Element) {
    var node = Message()
    node.add(1, value.name)
    node.add(2, name)
    node.add(4, "Identity")
    nodes.append(node)
    outputs.append(Graph.information(name, element, [nil]))
  }

  private static func information(_ name: String, _ element: Element, _ shape: [Int?]) -> Message {
    var dimensions = Message()
    for size in shape {
      var dimension = Message()
      if let size { dimension.add(1, size) } else { dimension.add(2, "points") }
      dimensions.add(1, dimension)
    }
    var tensor = Message()
    tensor.add(1, element.rawValue)
    tensor.add(2, dimensions)
    var type = Message()
    type.add(1, tensor)
    var message = Message()
    message.add(1, name)
    message.add(2, type)
    return message
  }

  // MARK: - Nodes

  /// Adds a node with one output.
  mutating func callAsFunction(
    _ operation: String, _ operands: Value..., attributes: [(String, Attribute)] = []
  ) -> Value {
    node(operation, operands, attributes)
  }

  /// Adds a node with one output and any number of operands.
  mutating func node(
    _ operation: String, _ operands: [Value], _ attributes: [(String, Attribute)] = []
  ) -> Value {
    let value = Value(name: "\(operation.lowercased())\(nodes.count)")
    var node = Message()
    for operand in operands { node.add(1, operand.name) }
    node.add(2, value.name)
    node.add(3, value.name)
    node.add(4, operation)
    for (name, attribute) in attributes {
      var message = Message()
      message.add(1, name)
      switch attribute {
      case .float(let number):
        message.add(2, number)
        message.add(20, 1)
      case .int(let number):
        message.add(3, number)
        message.add(20, 2)
      case .ints(let numbers):
        for number in numbers { message.add(8, number) }
        message.add(20, 7)
      }
      node.add(5, message)
    }
    nodes.append(node)
    return value
  }

  // MARK: - Constants

  /// A tensor of fixed numbers; equal ones are kept once.
  package mutating func constant(_ numbers: [Double], shape: [Int], _ element: Element) -> Value {
    var data: [UInt8] = []
    data.reserveCapacity(8 * numbers.count)
    for number in numbers {
      switch element {
      case .float32:
        withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { data += $0 }
      case .float64: withUnsafeBytes(of: number.bitPattern.littleEndian) { data += $0 }
      case .int64: withUnsafeBytes(of: Int64(number).littleEndian) { data += $0 }
      }
    }
    var message = Message()
    for size in shape { message.add(1, size) }
    message.add(2, element.rawValue)
    message.add(9, data)
    if let value = known[message.bytes] { return value }
    let value = Value(name: "constant\(constants.count)")
    known[message.bytes] = value
    message.add(8, value.name)
    constants.append(message)
    return value
  }

  /// One number, of no dimension.
  mutating func constant(_ number: Double, _ element: Element) -> Value {
    constant([number], shape: [], element)
  }

  /// A list of integers, such as axes.
  mutating func indices(_ numbers: [Int]) -> Value {
    constant(numbers.map(Double.init), shape: [numbers.count], .int64)
  }

  // MARK: - File

  /// The bytes of a model file with this graph.
  func model(name: String, metadata: [(String, String)]) -> [UInt8] {
    var graph = Message()
    for node in nodes { graph.add(1, node) }
    graph.add(2, name)
    for constant in constants { graph.add(5, constant) }
    for input in inputs { graph.add(11, input) }
    for output in outputs { graph.add(12, output) }
    var operators = Message()
    operators.add(1, "")
    operators.add(2, 17)
    var model = Message()
    model.add(1, 8)
    model.add(2, "Amp")
    model.add(3, ampVersion)
    model.add(7, graph)
    model.add(8, operators)
    for (key, value) in metadata {
      var entry = Message()
      entry.add(1, key)
      entry.add(2, value)
      model.add(14, entry)
    }
    return model.bytes
  }
}
