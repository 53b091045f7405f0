import AmpUncertainty
import Foundation
import TestSupport

/// The names of all likelihoods.
let likelihoodNames = AnyLikelihood.kinds.map { $0.name }

/// The names of those that learn a density.
let densityNames = likelihoodNames.filter { $0 != "none" }

/// The likelihood that options call `name`.
func likelihood(_ name: String, components: Int? = nil) throws -> any Likelihood {
  var options = UncertaintyOptions()
  (options.likelihood, options.components) = (name, components)
  return try options.resolvedLikelihood()
}

extension Likelihood {
  /// The summed loss.
  func loss(_ outputs: [Double], _ targets: [Double]) -> Double {
    loss(outputs: outputs, targets: targets, rows: targets.count, weight: 1, gradient: nil)
  }

  /// `weight` times the slopes of the loss.
  func gradient(_ outputs: [Double], _ targets: [Double], weight: Double = 1) -> [Double] {
    var gradient = [Double](repeating: .nan, count: outputs.count)
    _ = loss(
      outputs: outputs, targets: targets, rows: targets.count, weight: weight, gradient: &gradient)
    return gradient
  }
}

/// Numbers of PyTorch, SciPy and mpmath; made by Tests/Fixtures/scripts/likelihoods.py.
struct LikelihoodReference: Decodable {
  struct Case: Decodable {
    let kind: String
    let outputs: [Double]
    let target: Double
    let loss: Double
    let gradient: [Double]
    let moments: [Double]
    let cumulative: Double?
  }
  let cases: [Case]
  let studentTails, normalLogCdf, halfSteps: [[Double]]

  static func load() throws -> LikelihoodReference {
    let data = try Data(contentsOf: URL(fileURLWithPath: fixture("likelihoods.json")))
    return try JSONDecoder().decode(LikelihoodReference.self, from: data)
  }
}
