import AmpPlots
import AmpUncertainty
import Foundation

/// The pictures of a ``HistogramBook``: distributions, and below them predicted over exact, less one.
struct HistogramFigures {
  private let book: HistogramBook

  init(_ book: HistogramBook) { self.book = book }

  /// Writes all together and each by itself into a folder.
  func write(to folder: String, title: String) throws {
    let figures = book.entries.map(figure)
    let total = book.total.bins[1]
    let subtitle =
      "\(grouped(book.points)) points, \(book.symbol) = \(scientific(total.predicted * book.scale)) "
      + book.unit
    try RunFolder.write(
      FigureGrid(title, subtitle: subtitle, figures: figures, columns: 4).svg(),
      to: folder + "/histograms.svg")
    for (entry, figure) in zip(book.entries, figures) {
      try figure.write(to: folder + "/\(entry.observable.name).svg")
    }
  }

  /// One observable.
  private func figure(_ entry: HistogramBook.Entry) -> Figure {
    let (histogram, observable) = (entry.histogram, entry.observable)
    let (edges, bins) = (histogram.edges, Array(histogram.bins.dropFirst().dropLast()))
    let unit = observable.unit.isEmpty ? "" : " in \(observable.unit)"
    let widths = zip(edges.dropFirst(), edges).map { $0 - $1 }
    func density(_ values: [Double]) -> [Double] {
      zip(values, widths).map { $0 * book.scale / $1 }
    }
    let below = [book.unit, observable.unit].filter { !$0.isEmpty }.joined(separator: "/")
    let head = book.unit.isEmpty && !observable.unit.isEmpty ? "1/" : ""
    var figure = Figure(
      x: Axis(observable.label + unit, observable.isLogarithmic ? .logarithmic : .linear),
      y: Axis(
        "d\(book.symbol)/d\(observable.label.prefix { $0 != "(" })" + " in " + head + below,
        .logarithmic))
    figure.height = 420
    let x = HistogramFigures.stepped(edges)
    let predicted = density(bins.map(\.predicted))
    let errors = density(bins.map { histogram.error(of: $0) })
    figure.marks = [
      .band(
        x: x, low: doubled(zip(predicted, errors).map { max($0 - $1, 0.2 * $0) }),
        high: doubled(zip(predicted, errors).map(+)), label: "Monte Carlo error",
        colour: .series(0)),
      .line(x: x, y: doubled(predicted), label: "surrogate", colour: .series(0)),
    ]
    if book.hasExact {
      figure.marks.append(
        .line(
          x: x, y: doubled(density(bins.map(\.exact))), label: "exact", colour: .ink, dashed: true))
    }
    if let events = entry.events {
      let sum = events.weights.reduce(0, +)
      let exact = histogram.bins.reduce(0) { $0 + $1.exact }
      let centres = zip(edges.dropFirst(), edges).map {
        observable.isLogarithmic ? ($0 * $1).squareRoot() : ($0 + $1) / 2
      }
      func scaled(_ values: [Double]) -> [Double] {
        density(values.dropFirst().dropLast().map { $0 / sum * exact })
      }
      figure.marks.append(
        .points(
          x: centres, y: scaled(events.weights),
          errors: scaled(events.squares.map { $0.squareRoot() }), label: "events",
          colour: .series(1)))
    }
    figure.lower = panel(histogram, bins, x)
    return figure
  }

  /// Predicted over exact, or the relative uncertainties alone.
  private func panel(
    _ histogram: PropagatedHistogram, _ bins: [PropagatedHistogram.Bin], _ x: [Double]
  ) -> Figure.Panel {
    let ratios = bins.map { book.hasExact ? ($0.ratio ?? 1) - 1 : 0 }
    var marks: [Mark] = []
    func band(_ values: [Double], _ label: String, _ colour: Colour) {
      let relative = zip(values, bins).map { $1.predicted > 0 ? $0 / $1.predicted : 0 }
      marks.append(
        .band(
          x: x, low: doubled(zip(ratios, relative).map { $0 - $1 }),
          high: doubled(zip(ratios, relative).map(+)), label: label, colour: colour))
    }
    for (name, values) in book.errors(histogram) {
      switch name {
      case "systematic_correlated": band(values, "syst., correlated", .series(4))
      case "systematic_uncorrelated": band(values, "syst., independent", .series(2))
      case "statistical": band(values, "statistical", .series(3))
      case "mc" where !book.hasExact: band(values, "Monte Carlo", .series(0))
      default: break
      }
    }
    marks.append(.line(x: x, y: doubled(ratios), colour: .series(0)))
    marks.append(.horizontal(at: 0))
    return Figure.Panel(
      y: Axis(book.hasExact ? "ratio − 1" : "relative"), marks: marks)
  }

  /// Both ends of every bin.
  private static func stepped(_ edges: [Double]) -> [Double] {
    zip(edges, edges.dropFirst()).flatMap { [$0, $1] }
  }

  private func doubled(_ values: [Double]) -> [Double] { values.flatMap { [$0, $0] } }
}
