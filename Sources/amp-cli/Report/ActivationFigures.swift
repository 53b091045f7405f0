import AmpNets
import AmpPlots

/// The activation functions of a network, a panel for each layer.
///
/// arXiv:2412.12069 shows such a picture in Fig. 2.
struct ActivationFigures {
  private let layers: [ActivationCurves]
  private let architecture: String

  init(_ layers: [ActivationCurves], of architecture: String) {
    self.layers = layers
    self.architecture = architecture
  }

  /// What is drawn, in a sentence.
  var summary: String {
    guard let first = layers.first else { return "the network has no activation functions" }
    switch first.kind {
    case .fixed(let activation): return "\(activation) in all layers, fixed, not learned"
    case .rational(let start):
      return "rational functions, one for each group of channels and layer; "
        + "dashed: \(name(of: start)), the start of the training"
    case .splines:
      return "the strongest functions on edges, each of another input of the layer; "
        + "dots: the ends of their spline grids"
    }
  }

  /// All panels; a fixed function needs only one.
  func grid() -> FigureGrid {
    var drawn = layers
    if let first = layers.first, case .fixed = first.kind { drawn = [first] }
    let figures = drawn.map(figure)
    return FigureGrid(
      "Activation functions of \(architecture)", subtitle: summary, figures: figures,
      columns: figures.count == 4 ? 2 : min(3, max(1, figures.count)))
  }

  private func figure(_ layer: ActivationCurves) -> Figure {
    var figure = Figure(title(of: layer), x: Axis("x"), y: Axis("f(x)"))
    (figure.width, figure.height) = (400, 330)
    switch layer.kind {
    case .fixed(let activation):
      figure.title = "all layers"
      figure.width = 480
      figure.marks = [.note("fixed: not learned")]
      for curve in layer.curves {
        figure.marks.append(.line(x: curve.x, y: curve.values, label: activation.description))
      }
    case .rational(let start):
      for (group, curve) in layer.curves.enumerated() {
        // More than six colours cannot be told apart: then the groups are not named.
        let isNamed = layer.curves.count <= 6
        let label = isNamed ? curve.name : group == 0 ? "\(layer.curves.count) groups" : nil
        figure.marks.append(
          .line(x: curve.x, y: curve.values, label: label, colour: .series(group)))
      }
      if let first = layer.curves.first, let values = first.start {
        figure.marks.append(
          .line(x: first.x, y: values, label: name(of: start), colour: .ink, dashed: true))
      }
    case .splines(let edges):
      figure.y.label = "φ(x)"
      figure.marks = [.note("\(layer.curves.count) of \(grouped(edges)) edges")]
      for (i, curve) in layer.curves.enumerated() {
        figure.marks.append(
          .line(x: curve.x, y: curve.values, label: curve.name, colour: .series(i)))
        if let ends = ends(of: curve) {
          figure.marks.append(.points(x: ends.x, y: ends.y, colour: .series(i)))
        }
      }
    }
    return figure
  }

  /// The points of a curve nearest to the ends of its grid.
  private func ends(of curve: ActivationCurves.Curve) -> (x: [Double], y: [Double])? {
    guard let grid = curve.grid, let first = curve.x.firstIndex(where: { $0 >= grid.lowerBound }),
      let last = curve.x.lastIndex(where: { $0 <= grid.upperBound })
    else { return nil }
    return ([curve.x[first], curve.x[last]], [curve.values[first], curve.values[last]])
  }

  /// `layer0` as "layer 1", `type1.layer0` as "embedding of type 1, layer 1".
  private func title(of layer: ActivationCurves) -> String {
    let parts = layer.layer.split(separator: ".").map(String.init)
    func number(_ part: String?, after prefix: String) -> Int? {
      part.flatMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }
    }
    guard let index = number(parts.last, after: "layer") else { return layer.layer }
    guard let type = number(parts.first, after: "type") else {
      let isMain = layers.contains { $0.layer.hasPrefix("type") }
      return "\(isMain ? "main network, " : "")layer \(index + 1)"
    }
    return "embedding of type \(type), layer \(index + 1)"
  }

  private func name(of start: RationalStart) -> String {
    switch start {
    case .gelu: "GELU"
    case .silu: "SiLU"
    case .identity: "f(x) = x"
    }
  }
}
