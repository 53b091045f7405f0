import AmpUncertainty
import XCTest

/// Table 1: every symmetry that a network knows makes it more accurate.
///
/// With SOAP, by which the networks come near in seconds to where Adam takes them in an hour, and
/// in float32, which is enough there.
final class SymmetryReproductionTests: XCTestCase {
  func testArchitecturesComeInTheOrderOfThePaper() throws {
    let outcomes = try ["mlp", "mlp-i", "ds", "dsi"].map { name in
      var fit = try Fit(.paper, architecture: name, epochs: 12, seed: 1)
      (fit.hidden, fit.precision) = ([64, 64, 64], .float32)
      (fit.training.batch, fit.training.optimizer) = (128, .soap)
      if name.hasPrefix("ds") { fit.embedding = 16 }
      fit.training.rate = OptimizerChoice.soap.usualRate
      return try QuickFit.run(fit, points: 60_000)
    }
    for values in [outcomes.map(\.systematic), outcomes.map(\.accuracy)] {
      for (worse, better) in zip(values, values.dropFirst()) {
        XCTAssertLessThan(better, 0.8 * worse, "MLP > MLP-I > DS > DSI: \(values)")
      }
    }
  }
}
