import AmpUncertainty
import XCTest

/// Tab. 1: every symmetry that a network knows makes it more accurate.
final class SymmetryReproductionTests: XCTestCase {
  func testArchitecturesComeInTheOrderOfThePaper() throws {
    let outcomes = try ["mlp", "mlp-i", "ds", "dsi"].map { name in
      var fit = try Fit(.paper, architecture: name, epochs: name.hasPrefix("ds") ? 12 : 30, seed: 1)
      (fit.hidden, fit.training.batch) = ([64, 64, 64], 64)
      if name.hasPrefix("ds") { fit.embedding = 32 }
      return try QuickFit.run(fit)
    }
    for values in [outcomes.map(\.systematic), outcomes.map(\.accuracy)] {
      for (worse, better) in zip(values, values.dropFirst()) {
        XCTAssertLessThan(better, 0.9 * worse, "MLP > MLP-I > DS > DSI: \(values)")
      }
    }
  }
}
