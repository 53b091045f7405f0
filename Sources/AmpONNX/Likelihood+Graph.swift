import AmpCore
import AmpUncertainty

/// Mean and variances of the standardised target, each (networks, points) and in Double.
struct MomentGraph {
  var mean: Graph.Value
  /// Nil where no width is learned.
  var systematic: Graph.Value?
  /// Nil unless the network itself states the variance of its mean.
  var statistical: Graph.Value?

  /// The moments of `likelihood` for `outputs` (networks, points, outputs).
  ///
  /// Throws an ``AmpError`` for a likelihood that ONNX is not told yet.
  init(_ likelihood: any Likelihood, of outputs: Graph.Value, in graph: inout Graph) throws {
    func output(_ index: Int) -> Graph.Value { graph.column(outputs, index) }
    func exponential(_ index: Int, _ range: ClosedRange<Double>) -> Graph.Value {
      graph("Exp", graph.clip(output(index), range))
    }
    mean = output(0)
    switch likelihood {
    case is SquaredError: break
    case let gaussian as HeteroscedasticGaussian:
      systematic = exponential(1, gaussian.logVarianceRange)
    case let student as StudentT:
      let start = graph.constant(StudentT.freedomStart, .float64)
      let excess = graph(
        "Exp", graph.clip(graph.add(output(2), start), StudentT.freedomRange))
      let freedom = graph.add(excess, graph.constant(2, .float64))
      systematic = graph.divide(
        graph.multiply(exponential(1, student.logScaleRange), freedom), excess)
    case is EvidentialGaussian:
      let variance = exponential(3, EvidentialGaussian.varianceRange)
      systematic = variance
      statistical = graph.divide(variance, exponential(1, EvidentialGaussian.evidenceRange))
    case let mixture as GaussianMixture:
      let k = mixture.components
      let weights = graph(
        "Softmax", graph.slice(outputs, 0..<k), attributes: [("axis", .int(-1))])
      let means = graph.add(
        graph.slice(outputs, k..<2 * k), graph.constant(mixture.shifts, shape: [k], .float64))
      let variances = graph(
        "Exp",
        graph.clip(graph.slice(outputs, 2 * k..<3 * k), GaussianMixture.logVarianceRange))
      func average(_ x: Graph.Value) -> Graph.Value {
        graph(
          "ReduceSum", graph.multiply(weights, x), graph.indices([-1]),
          attributes: [("keepdims", .int(0))])
      }
      mean = average(means)
      let distances = graph.subtract(means, graph.widened(mean, axis: -1))
      systematic = average(graph.add(variances, graph.multiply(distances, distances)))
    default:
      throw AmpError(
        "the likelihood \"\(type(of: likelihood).name)\" cannot be written as ONNX",
        remedy: "Export a surrogate with another likelihood, for example heteroscedastic.")
    }
  }

  /// Averages over `networks`, see ``Surrogate/predict(_:threads:samples:keepingMembers:posteriorMean:ranks:)``.
  func averaged(over networks: Int, in graph: inout Graph) -> MomentGraph {
    var result = self
    result.mean = graph.mean(mean)
    result.systematic = systematic.map { graph.mean($0) }
    result.statistical = statistical.map { graph.mean($0) }
    if networks < 2 { return result }
    let distance = graph.subtract(mean, result.mean)
    let unbiased = Double(networks) / Double(networks - 1)
    let spread = graph.multiply(
      graph.mean(graph.multiply(distance, distance)), graph.constant(unbiased, .float64))
    result.statistical = result.statistical.map { graph.add($0, spread) } ?? spread
    return result
  }
}
