import AmpCore
import AmpUncertainty

extension Recalibration {
  /// σ corrected as ``applied(to:at:networks:)`` does it, in units of ln A.
  func apply(
    to sigma: Graph.Value, logMean: Graph.Value, at point: PointGraph, networks: Int,
    in graph: inout Graph
  ) -> Graph.Value {
    if method == .head { return sigma }
    let common = correlationFactor(networks: networks)
    let all = graph.constant(
      factors.map { common * $0 }, shape: variable == nil ? [] : [factors.count], .float64)
    guard let variable else { return graph.multiply(sigma, all) }
    let value =
      switch variable {
      case .amplitude: logMean
      case .invariant(let i, let j): point.invariant(i - 1, j - 1, in: &graph)
      }
    // The bin is the number of borders up to the value.
    let above = graph(
      "GreaterOrEqual", graph.widened(value, axis: -1),
      graph.constant(edges, shape: [edges.count], .float64))
    let bin = graph(
      "ReduceSum",
      graph.cast(above, to: .int64), graph.indices([-1]), attributes: [("keepdims", .int(0))])
    return graph.multiply(sigma, graph("Gather", all, bin))
  }
}
