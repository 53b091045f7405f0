import AmpNets
import TestSupport
import Testing

/// Outputs and all gradients against PyTorch (Tests/Fixtures/scripts/architectures_reference.py).
struct ArchitecturePyTorchTests {
  static let names = ["ds", "ds_rational", "dsi", "rational", "kan", "kan_ranges"]

  static func network(_ name: String) -> any Network {
    switch name {
    case "ds", "ds_rational":
      DeepSets(
        types: [0, 0, 1, 1, 2], hidden: [5, 7], embedding: 3, outputs: 2,
        activation: name == "ds" ? .gelu : .rational(groups: 2))
    case "dsi":
      DeepSets(
        types: [0, 0, 1, 1, 0], extra: 10, hidden: [5, 7], embedding: 3, outputs: 2,
        activation: .gelu)
    case "rational":
      MLP(inputs: 6, hidden: [8, 8], outputs: 2, activation: .rational(groups: 3))
    case "kan": KAN(inputs: 4, hidden: [5], outputs: 2)
    default:
      KAN(
        inputs: 3, hidden: [4], outputs: 2, grid: 4, order: 2,
        ranges: [[-2...1, -0.5...0.25, 0...3], [-1...1, -1...1, -1...1, -1...1]])
    }
  }

  private func compare<S: Scalar>(
    _ name: String, relative: Double, as type: S.Type
  ) throws {
    let reference = try ReferenceTensors("architectures.safetensors")
    let network = Self.network(name)
    for view in network.layout.views {
      #expect(
        reference.shape("\(name)/parameter/\(view.name)") == [view.rows, view.columns],
        "\(view.name)")
    }
    let result = NetworkGradients<S>(
      network, network.layout.views.flatMap { reference["\(name)/parameter/\($0.name)"] },
      x: reference["\(name)/x"], cotangent: reference["\(name)/cotangent"])
    func expect(_ values: [Double], _ key: String) {
      let expected = reference["\(name)/\(key)"]
      let size = expected.map { abs($0) }.max() ?? 0
      expectClose(values, expected, absolute: relative * max(size, 1), "\(name)/\(key)")
    }
    expect(result.output, "output")
    expect(result.inputs, "gradient/x")
    for view in network.layout.views {
      expect(Array(result.parameters[view.range]), "gradient/\(view.name)")
    }
  }

  @Test(arguments: names)
  func outputsAndGradientsAreThoseOfPyTorch(name: String) throws {
    try compare(name, relative: 1e-10, as: Double.self)
  }

  @Test(arguments: names)
  func singlePrecisionIsCloseToDouble(name: String) throws {
    try compare(name, relative: 1e-5, as: Float.self)
  }
}
