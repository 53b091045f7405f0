import Foundation

/// A quantity known at prediction time, in which a calibration can differ from point to point.
public enum CalibrationVariable: Sendable, Equatable {
  /// The predicted amplitude, as its mean ln A.
  case amplitude
  /// The uncertainty that is corrected, as ln σ of ln A: ln σ_syst, or ln σ_stat where there is none.
  case uncertainty
  /// The invariant s_ij = 2 p_i·p_j in GeV² of two particles, counted from 1, i < j.
  case invariant(Int, Int)

  /// `amplitude`, `uncertainty`, or for example `s12`.
  public var name: String {
    switch self {
    case .amplitude: "amplitude"
    case .uncertainty: "uncertainty"
    case .invariant(let i, let j): "s\(i)\(j)"
    }
  }

  /// The variable called `name` for `particles` particles; throws an ``AmpError`` with the names.
  public init(named name: String, particles: Int) throws {
    self = try choose(
      name, among: CalibrationVariable.all(particles: particles), of: "variable", by: \.name)
  }

  /// All variables of points with `particles` particles.
  public static func all(particles: Int) -> [CalibrationVariable] {
    let pairs = (1...particles).flatMap { i in
      (1...particles).filter { $0 > i }.map { CalibrationVariable.invariant(i, $0) }
    }
    return [.amplitude, .uncertainty] + pairs
  }

  /// Whether points with `particles` particles have it.
  func fits(particles: Int) -> Bool {
    if case .invariant(_, let j) = self { return j <= particles }
    return true
  }

  /// Its values, one per point.
  package func callAsFunction(_ prediction: Prediction, _ momenta: Momenta) -> [Double] {
    switch self {
    case .amplitude: prediction.logMean
    case .uncertainty: (prediction.logSystematic ?? prediction.logStatistical ?? []).map(log)
    case .invariant(let i, let j):
      (0..<momenta.count).map { 2 * minkowski(momenta[$0, i - 1], momenta[$0, j - 1]) }
    }
  }

  /// Its value for one point.
  func callAsFunction(_ prediction: PointPrediction, _ momenta: UnsafePointer<Double>) -> Double {
    switch self {
    case .amplitude: prediction.logMean
    case .uncertainty: log(prediction.logSystematic ?? prediction.logStatistical ?? .nan)
    case .invariant(let i, let j): CalibrationVariable.invariant(i, j, of: momenta)
    }
  }

  private static func invariant(
    _ i: Int, _ j: Int, of momenta: UnsafePointer<Double>
  ) -> Double {
    func momentum(_ particle: Int) -> SIMD4<Double> {
      let p = momenta + 4 * (particle - 1)
      return SIMD4(p[0], p[1], p[2], p[3])
    }
    return 2 * minkowski(momentum(i), momentum(j))
  }
}

extension CalibrationVariable: Codable {
  /// Reads its name.
  public init(from decoder: any Decoder) throws {
    try self.init(
      named: decoder.singleValueContainer().decode(String.self), particles: 9)
  }

  /// Writes its name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

/// Intervals of a variable; the lowest and the highest are open to infinity.
package struct CalibrationBins: Sendable, Equatable {
  package let variable: CalibrationVariable
  /// The rising borders; a border belongs to the bin above it.
  package let edges: [Double]

  package init(_ variable: CalibrationVariable, edges: [Double]) {
    self.variable = variable
    self.edges = edges
  }

  /// `count` bins with equal numbers of `values`, to one; fewer where values coincide.
  package init(_ variable: CalibrationVariable, count: Int, dividing values: [Double]) {
    let sorted = values.filter(\.isFinite).sorted()
    var edges: [Double] = []
    for k in 1..<max(1, min(count, sorted.count)) {
      let edge = sorted[k * sorted.count / count]
      if edge > edges.last ?? sorted[0] { edges.append(edge) }
    }
    self.init(variable, edges: edges)
  }

  package var count: Int { edges.count + 1 }

  /// The bin of each value, the number of borders up to it; NaN lies in the lowest.
  package func rows(of values: [Double]) -> [Int] { values.map(edges.bin(of:)) }
}

extension [Double] {
  /// The number of these rising borders up to `value`; none for NaN.
  func bin(of value: Double) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
