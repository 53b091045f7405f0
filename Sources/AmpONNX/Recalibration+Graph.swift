import AmpCore
import AmpUncertainty

extension Recalibration {
  /// σ corrected as ``applied(to:at:networks:threads:)`` does it, in units of ln A.
  ///
  /// `features` are those of the surrogate, (points, width) in double precision.
  func apply(
    to sigma: Graph.Value, logMean: Graph.Value, features: Graph.Value, at point: PointGraph,
    networks: Int, in graph: inout Graph
  ) throws -> Graph.Value {
    if method == .head { return sigma }
    let common = correlationFactor(networks: networks)
    func constants(_ values: some Sequence<Double>) -> Graph.Value {
      let values = Array(values)
      return graph.constant(values, shape: [values.count], .float64)
    }
    if let network {
      var translation = Translation([network.parameters])
      let outputs = try translation(network.network, of: features, in: &graph)
      let limit = WidthNetwork.largest
      let g = graph.clip(graph.column(graph.pick(outputs, 0, axis: 0), 0), -limit...limit)
      let half = graph.multiply(g, graph.constant(0.5, .float64))
      return graph.multiply(
        sigma, graph.multiply(graph("Exp", half), graph.constant(common * factors[0], .float64)))
    }
    guard let variable else {
      return graph.multiply(sigma, graph.constant(common * factors[0], .float64))
    }
    let value =
      switch variable {
      case .amplitude: logMean
      case .uncertainty: graph("Log", sigma)
      case .invariant(let i, let j): point.invariant(i - 1, j - 1, in: &graph)
      }
    let values = graph.widened(value, axis: -1)
    func sum(_ terms: Graph.Value) -> Graph.Value {
      graph("ReduceSum", terms, graph.indices([-1]), attributes: [("keepdims", .int(0))])
    }
    guard let nodes else {
      // The bin is the number of borders up to the value.
      let above = graph("GreaterOrEqual", values, constants(edges))
      let bin = sum(graph.cast(above, to: .int64))
      return graph.multiply(sigma, graph("Gather", constants(factors.map { common * $0 }), bin))
    }
    // f_0 and, for every interval, its slope times how far the value has come in it.
    let widths = zip(nodes.dropFirst(), nodes).map { $0 - $1 }
    let slopes = zip(zip(factors.dropFirst(), factors), widths).map { common * ($0.0 - $0.1) / $1 }
    let start = graph.constant(common * factors[0], .float64)
    let beyond = graph.subtract(values, constants(nodes.dropLast()))
    let covered = graph("Min", graph("Max", beyond, graph.constant(0, .float64)), constants(widths))
    let rise = sum(graph.multiply(covered, constants(slopes)))
    return graph.multiply(sigma, graph.add(start, rise))
  }
}
