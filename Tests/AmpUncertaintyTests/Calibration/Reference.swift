import Foundation
import TestSupport

/// Numbers from SciPy and NumPy; made by Tests/Fixtures/scripts/pulls.py.
struct Reference: Decodable {
  struct Sample: Decodable {
    struct ChiSquare: Decodable {
      let value: Double
      let ndf: Int
      let p: Double
    }
    let name: String
    let values: [Double]
    let mean, std, median, rms, ks, ksP, central50: Double
    let quantiles, coverage: [Double]
    let chi2: ChiSquare?
  }
  let samples: [Sample]
  let ppf, cdf, kstwoSf, chi2Sf: [[Double]]

  static func load() throws -> Reference {
    let data = try Data(contentsOf: URL(fileURLWithPath: fixture("pulls.json")))
    return try JSONDecoder().decode(Reference.self, from: data)
  }
}
