import AmpCore
import AmpData
import AmpUncertainty
import Foundation

/// The histograms of all observables and the total, filled batch by batch.
struct HistogramBook {
  /// An observable with its histogram and the χ² of events, if they were compared.
  struct Entry {
    let observable: Observable
    var histogram: PropagatedHistogram
    var events: HistogramTest.Sums?
    var test: HistogramTest?
  }

  let process: ScatteringProcess
  private let bins: Int
  private let drawn: Bool
  private(set) var entries: [Entry] = []
  private(set) var total = PropagatedHistogram(edges: [0, 1])
  private(set) var points = 0
  private(set) var hasExact = false

  init(process: ScatteringProcess, bins: Int, drawn: Bool) {
    (self.process, self.bins, self.drawn) = (process, bins, drawn)
  }

  /// What sums are multiplied by.
  var scale: Double { total.trials.map { 1 / Double($0) } ?? 0 }

  /// The unit of the total: pb for drawn points, that of |M|² for read ones.
  var unit: String {
    let power = 8 - 2 * process.particles.count
    return drawn ? "pb" : power == 0 ? "" : "GeV^{\(power)}"
  }

  /// What the total is.
  var symbol: String { drawn ? "σ" : "⟨|M|²⟩" }

  /// Adds points; the first batch fixes the bins.
  mutating func add(
    _ momenta: Momenta, weights: [Double], _ prediction: Prediction, exact: [Double]?, trials: Int
  ) {
    let values = Observable.all(of: process).map { ($0, $0.values(momenta)) }
    if entries.isEmpty {
      let contributions = zip(weights, prediction.logMean).map { $0 * exp($1) }
      entries = values.map { observable, values in
        Entry(
          observable: observable,
          histogram: PropagatedHistogram(
            edges: HistogramBook.edges(
              values, contributions, bins, isLogarithmic: observable.isLogarithmic)))
      }
    }
    for i in entries.indices {
      entries[i].histogram.add(
        values[i].1, weights: weights, prediction: prediction, exact: exact, trials: trials)
    }
    total.add(
      weights.map { _ in 0.5 }, weights: weights, prediction: prediction, exact: exact,
      trials: trials)
    points += weights.count
    hasExact = exact != nil
  }

  /// Compares events with the exact histograms.
  mutating func compare(_ momenta: Momenta, weights: [Double]?) {
    for i in entries.indices {
      let edges = entries[i].histogram.edges
      let events = HistogramTest.Sums(
        entries[i].observable.values(momenta), weights: weights, edges: edges)
      let bins = entries[i].histogram.bins
      let exact = HistogramTest.Sums(
        weights: bins.map(\.exact), squares: bins.map(\.exactSquares))
      entries[i].events = events
      entries[i].test = HistogramTest(events, exact)
    }
  }

  /// Edges from the smallest value to where 0.2 % of the contributions remain, rounded outwards.
  private static func edges(
    _ values: [Double], _ contributions: [Double], _ bins: Int, isLogarithmic: Bool
  ) -> [Double] {
    let order = values.indices.filter { values[$0].isFinite }.sorted { values[$0] < values[$1] }
    let sum = order.reduce(0) { $0 + contributions[$1] }
    var (rest, high) = (sum, order.last.map { values[$0] } ?? 1)
    for i in order {
      rest -= contributions[i]
      if rest <= 0.002 * sum {
        high = values[i]
        break
      }
    }
    func rounded(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
      guard value > 0 else { return 0 }
      let unit = pow(10, floor(log10(value)) - 1)
      return (value / unit).rounded(rule) * unit
    }
    let low = rounded(order.first.map { values[$0] } ?? 0, .down)
    let top = max(rounded(high, .up), low > 0 ? 1.1 * low : low + 0.1)
    return (0...bins).map { i in
      let part = Double(i) / Double(bins)
      return isLogarithmic && low > 0 ? low * pow(top / low, part) : low + (top - low) * part
    }
  }
}

// MARK: - Output

extension HistogramBook {
  /// The total with its uncertainties, and the χ² of events.
  var terminal: String {
    let bin = total.bins[1]
    let plain = unit.replacing("^{", with: "^").replacing("}", with: "")
    func row(_ name: String, _ value: Double?) -> [String] {
      [
        name, value.map { scientific($0 * scale) } ?? "–", plain,
        value.map { FitTables.number(100 * $0 / bin.predicted) + " %" } ?? "",
      ]
    }
    var rows = [
      [symbol + " of the surrogate", scientific(bin.predicted * scale), plain, ""],
      row("  Monte Carlo error", total.error(of: bin)),
      row("  systematic, correlated", bin.correlated > 0 ? bin.systematicCorrelated : nil),
      row("  systematic, uncorrelated", bin.correlated > 0 ? bin.systematicUncorrelated : nil),
      row("  statistical", bin.statistical),
    ]
    if let ratio = bin.ratio, let error = bin.ratioError {
      rows.append([symbol + " exact", scientific(bin.exact * scale), plain, ""])
      rows.append(row("  Monte Carlo error", total.exactError(of: bin)))
      rows.append(
        [
          "surrogate/exact − 1",
          "\(FitTables.number(ratio - 1)) ± \(FitTables.number(error))", "", "",
        ])
    }
    var text = FitTables.aligned(rows)
    let tests = entries.compactMap { entry in
      entry.test.map {
        [
          entry.observable.name, String(format: "%.1f", $0.value), "\($0.degreesOfFreedom)",
          FitTables.number($0.pValue),
        ]
      }
    }
    if !tests.isEmpty {
      text += "\n\n" + FitTables.aligned([["events", "χ²", "bins − 1", "p"]] + tests)
    }
    return text
  }

  /// The errors that there are, by name, each a value per bin of `histogram` without its ends.
  func errors(_ histogram: PropagatedHistogram) -> [(name: String, values: [Double])] {
    let inner = histogram.bins.dropFirst().dropLast()
    var all = [("mc", inner.map { histogram.error(of: $0) })]
    if inner.contains(where: { $0.correlated > 0 }) {
      all.append(("systematic_correlated", inner.map(\.systematicCorrelated)))
      all.append(("systematic_uncorrelated", inner.map(\.systematicUncorrelated)))
    }
    if inner.contains(where: { $0.statistical != nil }) {
      all.append(("statistical", inner.map { $0.statistical ?? 0 }))
    }
    return all
  }

  /// All numbers, as a JSON object.
  func json() throws -> String {
    func finite(_ value: Double?) -> Any { value.flatMap { $0.isFinite ? $0 : nil } ?? NSNull() }
    func numbers(_ bin: PropagatedHistogram.Bin, _ histogram: PropagatedHistogram) -> [String: Any]
    {
      var all: [String: Any] = [
        "points": bin.points, "predicted": bin.predicted * scale,
        "mc": histogram.error(of: bin) * scale,
        "systematic_correlated": finite(bin.correlated > 0 ? bin.correlated * scale : nil),
        "systematic_uncorrelated": finite(
          bin.correlated > 0 ? bin.systematicUncorrelated * scale : nil),
        "statistical": finite(bin.statistical.map { $0 * scale }),
      ]
      if hasExact {
        all["exact"] = bin.exact * scale
        all["exact_mc"] = histogram.exactError(of: bin) * scale
        all["ratio"] = finite(bin.ratio)
        all["ratio_error"] = finite(bin.ratioError)
      }
      return all
    }
    let histograms = entries.map { entry in
      var all: [String: Any] = [
        "name": entry.observable.name, "unit": entry.observable.unit,
        "edges": entry.histogram.edges,
        "bins": entry.histogram.bins.map { numbers($0, entry.histogram) },
      ]
      if let test = entry.test {
        all["events"] = [
          "chi2": finite(test.value), "degrees_of_freedom": test.degreesOfFreedom,
          "p": finite(test.pValue),
        ]
      }
      return all
    }
    let object: [String: Any] = [
      "process": process.name, "unit": unit, "points": points,
      "total": numbers(total.bins[1], total), "histograms": histograms,
    ]
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  /// Sums of weights as `HISTO1D`, densities with their uncertainties as `ESTIMATE1D`.
  func yoda() -> YODAFile {
    var file = YODAFile()
    for entry in entries {
      let (histogram, name) = (entry.histogram, entry.observable.name)
      let edges = histogram.edges
      let path = "/AMP/\(process.name)/"
      file.append(
        path: path + "surrogate/" + name, title: name, edges: edges,
        sums: histogram.bins.map { bin in
          YODAFile.Sums(
            weight: bin.predicted * scale, weightSquares: bin.predictedSquares * scale * scale,
            weightedX: bin.first * scale, weightedXSquares: bin.second * scale,
            entries: Double(bin.points))
        })
      let widths = zip(edges.dropFirst(), edges).map { $0 - $1 }
      func density(_ values: [Double]) -> [Double] { zip(values, widths).map { $0 * scale / $1 } }
      let inner = histogram.bins.dropFirst().dropLast()
      let errors = errors(histogram)
      file.append(
        path: path + "estimate/" + name, title: name, edges: edges,
        values: density(inner.map(\.predicted)), labels: errors.map(\.name),
        errors: errors.map { density($0.values) })
      if hasExact {
        file.append(
          path: path + "exact/" + name, title: name, edges: edges,
          values: density(inner.map(\.exact)), labels: ["mc"],
          errors: [density(inner.map { histogram.exactError(of: $0) })])
      }
    }
    return file
  }
}
