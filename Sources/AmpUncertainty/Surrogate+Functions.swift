// What a surrogate's network has learned, function by function.
extension Surrogate {
  /// The activation functions, or the functions on edges, layer by layer as they are in the network.
  ///
  /// Of several networks, those of the first one; the same holds for the fractions below.
  /// Throws an ``AmpError`` if the architecture has none that could be drawn.
  /// See ``AmpNets/ActivatedNetwork``.
  public func activationCurves(
    over range: ClosedRange<Double> = -4...4, strongest: Int = 6
  ) throws -> [ActivationCurves] {
    guard let network = try description.network() as? any ActivatedNetwork else {
      throw AmpError(
        "the architecture \(description.architecture) has no activation functions to draw",
        remedy: "Give a model with activations or splines: mlp, mlp-i, ds, dsi, kan, groupkan.")
    }
    return switch weights {
    case .float32(let values):
      network.activationCurves(
        first(of: values, network), over: range, strongest: strongest)
    case .float64(let values):
      network.activationCurves(
        first(of: values, network), over: range, strongest: strongest)
    }
  }

  /// The fraction of values outside the spline grid in front of each layer, at the given points;
  /// nil for a network without grids.
  ///
  /// Such values are no error: SiLU acts on them alone. But many of them say that points are unlike
  /// those of the training, or that the grids are too narrow.
  public func fractionsOutsideGrid(at momenta: Momenta, threads: Int = 1) throws -> [Double]? {
    guard let network = try description.network() as? KAN else { return nil }
    func fractions<S: Scalar>(_ values: [S]) throws -> [Double] {
      network.fractionsOutsideGrid(
        first(of: values, network),
        at: try description.features(momenta, threads: threads))
    }
    return switch weights {
    case .float32(let values): try fractions(values)
    case .float64(let values): try fractions(values)
    }
  }

  private func first<S: Scalar>(of values: [S], _ network: any Network) -> Parameters<S> {
    description.method.base.network(0, from: Parameters(layout, values: values), of: network)
  }
}
