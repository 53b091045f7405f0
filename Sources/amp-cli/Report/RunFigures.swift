import AmpPlots

/// Pictures of several runs together.
enum RunFigures {
  /// What the picture shows of a run.
  struct Run {
    var architecture: String
    var recipe: String
    var seconds: Double
    var medianAbsDelta: Double
  }

  /// The median of |Δ| against the seconds of training, both logarithmic.
  ///
  /// A colour for each architecture; its runs by one recipe are joined by a line, dashed for all recipes
  /// but the first.
  static func accuracyAgainstTime(_ runs: [Run]) -> Figure {
    let (architectures, recipes) = (
      distinct(runs.map(\.architecture)), distinct(runs.map(\.recipe))
    )
    let title =
      recipes.count == 2 ? ": recipe \(recipes[0]), and dashed \(recipes[1])" : ""
    var figure = Figure(
      "Accuracy against time" + title, x: Axis("training, seconds", .logarithmic),
      y: Axis("median |Δ|", .logarithmic))
    (figure.width, figure.height) = (720, 480)
    for (index, architecture) in architectures.enumerated() {
      let colour = Colour.series(index)
      for (number, recipe) in recipes.enumerated() {
        let joined = runs.filter { $0.architecture == architecture && $0.recipe == recipe }
          .sorted { $0.seconds < $1.seconds }
        if joined.isEmpty { continue }
        let (x, y) = (joined.map(\.seconds), joined.map(\.medianAbsDelta))
        if x.count > 1 {
          figure.marks.append(.line(x: x, y: y, colour: colour, dashed: number > 0))
        }
        figure.marks.append(.points(x: x, y: y, colour: colour))
      }
      figure.marks.append(.points(x: [], y: [], label: architecture, colour: colour))
    }
    return figure
  }

  private static func distinct(_ names: [String]) -> [String] {
    names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
