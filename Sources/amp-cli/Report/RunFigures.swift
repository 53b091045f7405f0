import AmpPlots

/// Pictures of several runs together.
enum RunFigures {
  /// What the picture shows of a run.
  struct Run {
    /// Runs of one series are joined by a line.
    var series: String
    var seconds: Double
    var medianAbsDelta: Double
  }

  /// The median of |Δ| against the seconds of training, both logarithmic, a colour for each series.
  static func accuracyAgainstTime(_ runs: [Run]) -> Figure {
    var figure = Figure(
      "Accuracy against time", x: Axis("training, seconds", .logarithmic),
      y: Axis("median |Δ|", .logarithmic))
    (figure.width, figure.height) = (720, 480)
    var names: [String] = []
    for run in runs where !names.contains(run.series) { names.append(run.series) }
    figure.marks = names.enumerated().flatMap { index, name in
      let members = runs.filter { $0.series == name }.sorted { $0.seconds < $1.seconds }
      let (x, y) = (members.map(\.seconds), members.map(\.medianAbsDelta))
      let colour = Colour.series(index)
      let points = Mark.points(x: x, y: y, label: name, colour: colour)
      // Six colours are told apart; what comes after them is dashed.
      return x.count < 2
        ? [points] : [.line(x: x, y: y, colour: colour, dashed: index > 5), points]
    }
    return figure
  }
}
