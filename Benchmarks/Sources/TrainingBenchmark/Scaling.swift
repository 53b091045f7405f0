import AmpNets
import AmpPlots
import AmpUncertainty
import Foundation

/// Draws how the cost of a training grows with the data, the width and the members.
///
/// Perceptrons with GELU in single precision, batches of 1024. Each point is the median of three
/// measurements; the lines are proportional to data, width² and members, and go through the last point.
func drawScaling(to path: String, threads: Int) throws {
  func milliseconds(_ change: (inout Request) -> Void) throws -> Double {
    var request = Request(model: "mlp_gelu", threads: threads)
    change(&request)
    let times = try (0..<3).map { _ in try timeSteps(request, as: Float.self).ms ?? .nan }
    return times.sorted()[1]
  }
  let data = try stride(from: 13, through: 18, by: 1).map { power in
    let points = 1 << power
    let step = try milliseconds { $0.points = points }
    return (Double(points), step * Double(points / 1024) / 1000)
  }
  let widths = try [32, 64, 128, 256, 512].map { width in
    (Double(width), try milliseconds { $0.hidden = [width, width, width] } * 1000 / 1024)
  }
  let members = try [1, 2, 4, 8, 16, 32].map { members in
    (Double(members), try milliseconds { $0.model = "ensemble\(members)" })
  }
  let grid = FigureGrid(
    "Cost of a training", subtitle: "3 × 128 nodes, GELU, float32, batch 1024, \(threads) threads",
    figures: [
      figure("Data", "training points", "seconds per epoch", data, power: 1),
      figure("Width", "nodes of a hidden layer", "µs per point", widths, power: 2),
      figure("Members", "networks of an ensemble", "ms per step", members, power: 1),
    ])
  try Data(grid.svg().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  for (name, points) in [("points", data), ("width", widths), ("members", members)] {
    for (x, y) in points { print("\(name) \(Int(x)): \(y)") }
  }
}

private func figure(
  _ title: String, _ x: String, _ y: String, _ points: [(x: Double, y: Double)], power: Double
) -> Figure {
  var figure = Figure(title, x: Axis(x, .logarithmic), y: Axis(y, .logarithmic))
  let last = points[points.count - 1]
  figure.marks = [
    .line(
      x: points.map(\.x), y: points.map { last.y * pow($0.x / last.x, power) },
      label: power == 1 ? "proportional" : "proportional to the square", colour: .series(1),
      dashed: true),
    .points(x: points.map(\.x), y: points.map(\.y), label: "measured"),
  ]
  return figure
}
