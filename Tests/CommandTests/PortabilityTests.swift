import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// One model file predicts the same, to rounding, with the kernels of every instruction set and with
/// OpenBLAS as it is on other processors.
///
/// Sums are taken in another order there, and products are fused with sums or not. By how much that may
/// change a prediction is measured on the model itself: a unit is the largest change of an amplitude,
/// over all points, when every weight is moved by up to one unit in its last place, eight times at
/// random. A dot product in any order is exact for weights moved by some rounding errors each, so
/// predictions may differ by a few units; a wrong kernel gives thousands.
struct PortabilityTests {
  /// A machine by its environment, and what OpenBLAS says of it.
  private struct Machine {
    var name: String
    var environment: [String: String]
    var core: String? { environment["OPENBLAS_CORETYPE"] }
  }

  /// Those that this processor can be.
  private static let machines: [Machine] = {
    let flags = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    var machines = ["baseline", "avx2", "avx512"].map {
      Machine(name: "kernels \($0)", environment: ["AMP_KERNELS": $0])
    }
    for (core, flag) in [
      ("Prescott", "sse2"), ("Nehalem", "sse4_2"), ("Haswell", "avx2"), ("SkylakeX", "avx512f"),
    ] where flags.contains(" \(flag) ") {
      machines.append(Machine(name: "OpenBLAS \(core)", environment: ["OPENBLAS_CORETYPE": core]))
    }
    if flags.contains(" sse2 ") {
      machines.append(
        Machine(
          name: "SSE alone",
          environment: ["AMP_KERNELS": "baseline", "OPENBLAS_CORETYPE": "Prescott"]))
    }
    return machines
  }()

  private static func fit(
    _ architecture: String, _ uncertainty: String, _ precision: Fit.Precision,
    to table: AmplitudeTable
  ) throws -> Surrogate {
    var fit = try Fit(.fast, architecture: architecture, epochs: 8, seed: 4)
    if !fit.hidden.isEmpty { fit.hidden = [40, 24] }
    if architecture == "lgatr" {
      fit.lorentz = LorentzWidth(blocks: 1, channels: 4, scalars: 8, heads: 2)
    }
    fit.precision = precision
    fit.training.batch = 64
    // Factors of bins step at their borders, which rounding crosses.
    (fit.finishing, fit.calibrates) = (.none, false)
    (fit.likelihood, fit.method) = try UncertaintyChoice(named: uncertainty).resolve(
      UncertaintyOptions(), hidden: fit.hidden)
    return try fit.run(table, validation: table, threads: 2).surrogate
  }

  /// The largest change of ln A when weights move by up to one unit in the last place of the precision in
  /// which the model predicts.
  private static func unit(_ surrogate: Surrogate, at momenta: Momenta) throws -> Double {
    let expected = try surrogate.predict(momenta).logMean
    var largest = 0.0
    for seed in 0..<8 as Range<UInt64> {
      var random = Philox(seed: seed, purpose: .other)
      var moved = surrogate
      switch surrogate.evaluatedWeights {
      case .float32(let values):
        moved.weights = .float32(values.map { $0 + $0.ulp * Float(2 * random.uniform() - 1) })
      case .float64(let values):
        moved.weights = .float64(values.map { $0 + $0.ulp * (2 * random.uniform() - 1) })
      }
      for (a, b) in zip(try moved.predict(momenta).logMean, expected) {
        largest = max(largest, abs(a - b))
      }
    }
    return largest
  }

  @Test(
    arguments: [
      ("mlp", "heteroscedastic"), ("mlp", "laplace"), ("kan", "heteroscedastic"),
      ("lgatr", "heteroscedastic"),
    ], [Fit.Precision.float32, .float64])
  func aModelFilePredictsTheSameEverywhere(
    model: (architecture: String, uncertainty: String), precision: Fit.Precision
  ) throws {
    try withPoints(300) { amp in
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      let surrogate = try PortabilityTests.fit(
        model.architecture, model.uncertainty, precision, to: table)
      try surrogate.write(to: amp.path("model.safetensors"))
      // Rounding alone moves a weight of a Float by half a unit; in Double ln A itself is rounded.
      let unit = max(try PortabilityTests.unit(surrogate, at: table.momenta), 1e-15)
      let expected = try surrogate.predict(table.momenta)
      var different = 0
      for machine in PortabilityTests.machines {
        let outcome = try amp(
          "predict model.safetensors points.npz --output out.npz --quiet",
          environment: machine.environment.merging(["OPENBLAS_VERBOSE": "2"]) { $1 })
        #expect(outcome.code == 0, "\(machine.name): \(outcome.errors)")
        if let core = machine.core {
          let said = outcome.output + outcome.errors
          #expect(said.contains("Core: \(core)"), "\(machine.name): \(said)")
        }
        let archive = try NumpyArchive(contentsOf: amp.path("out.npz"))
        func worst(_ name: String, _ expected: [Double]?) throws -> Double {
          guard let expected else { return 0 }
          return zip(try archive.array(name).doubles(), expected).reduce(0) {
            max($0, abs(log($1.0 / $1.1)))
          }
        }
        let amplitude = try worst("amplitude", expected.amplitude)
        let systematic = try worst("systematic", expected.systematic)
        let statistical = try worst("statistical", expected.statistical)
        let units = [amplitude, systematic, statistical].map { $0 / unit }
        // Measured: 1.5 and 1.6; σ_stat, the spread of networks that nearly agree, 3.1.
        #expect(units[0] <= 4, "\(machine.name): A is off by \(units[0]) units")
        #expect(units[1] <= 4, "\(machine.name): σ_syst is off by \(units[1]) units")
        #expect(units[2] <= 16, "\(machine.name): σ_stat is off by \(units[2]) units")
        if amplitude > 0 { different += 1 }
      }
      // Otherwise the kernels were not chosen, and nothing was shown.
      #expect(different > 0 || PortabilityTests.machines.count < 4)
    }
  }
}
