import AmpPlots
import AmpUncertainty

/// A histogram with the numbers of its sample, small enough to be kept as JSON.
struct Counts: Codable, Sendable, Equatable {
  /// The first and the last edge.
  let low: Double
  let high: Double
  /// Whether bins have equal ratios instead of equal widths.
  let isLogarithmic: Bool
  let counts: [Int]
  /// The values outside the edges, and those that are not finite.
  let outside: Int
  let ignored: Int
  /// Mean, standard deviation and √⟨x²⟩ of the finite values; absent without two of them.
  let mean: Double?
  let width: Double?
  let rms: Double?

  enum CodingKeys: String, CodingKey {
    case low, high, counts, outside, ignored, mean, width, rms
    case isLogarithmic = "logarithmic"
  }

  /// Counts `values` in equal bins.
  init(_ values: [Double], bins: Int, range: ClosedRange<Double>, logarithmic: Bool = false) {
    let histogram =
      logarithmic
      ? Histogram(values, logarithmicBins: bins, range: range)
      : Histogram(values, bins: bins, range: range)
    (low, high, isLogarithmic) = (range.lowerBound, range.upperBound, logarithmic)
    counts = histogram.heights.map { Int($0) }
    (outside, ignored) = (histogram.outside, histogram.ignored)
    let sample = values.filter(\.isFinite)
    let n = Double(sample.count)
    guard n > 1 else {
      (mean, width, rms) = (nil, nil, nil)
      return
    }
    let mean = sample.reduce(0, +) / n
    let squares = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    width = (squares / (n - 1)).squareRoot()
    rms = (squares / n + mean * mean).squareRoot()
  }

  /// Pulls between −6 and 6.
  init(pulls: [Double]) { self.init(pulls, bins: 120, range: -6...6) }

  /// The histogram with unit area, or of counts; `joining` neighbours into one bin each.
  func histogram(density: Bool = true, joining: Int = 1) -> Histogram {
    let edges =
      isLogarithmic
      ? Histogram.logarithmicEdges(bins: counts.count, range: low...high)
      : Histogram.edges(bins: counts.count, range: low...high)
    let bins = counts.count / max(1, joining)
    let histogram = Histogram(
      counts: (0..<bins).map { counts[$0 * joining..<($0 + 1) * joining].reduce(0, +) },
      edges: (0...bins).map { edges[$0 * joining] }, outside: outside, ignored: ignored)
    return density ? histogram.density() : histogram
  }
}
