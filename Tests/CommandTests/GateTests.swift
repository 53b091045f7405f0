import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// `amp-cli gate`, against the same numbers found by other means.
struct GateTests {
  @Test func numbersAreThoseOfTheTrustedPoints() throws {
    try withPoints(1000) { amp in
      let fit = try amp("fit points.npz --epochs 5 --hidden 16,16 --batch 64 --output run")
      #expect(fit.code == 0, "\(fit.errors)")
      let generated = try amp("generate --points 2000 --seed 7 --output new.npz")
      #expect(generated.code == 0)
      let table = try AmplitudeTable(contentsOf: amp.path("new.npz"))
      let surrogate = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
      let prediction = try surrogate.predict(table.momenta)
      let sigma = try #require(prediction.logTotal)
      let limit = sigma.sorted()[1200]
      let outcome = try amp(
        "gate run --data new.npz --max-uncertainty \(limit) --exact-cost 0.5 --json gate.json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("trusted") && outcome.output.contains("speed-up"))

      let domain = try #require(surrogate.description.domain)
      let features = surrogate.description.features
      let x: [Double] = try features(table.momenta)
      let width = features.width
      let isInside = (0..<2000).map { domain.contains(Array(x[$0 * width..<($0 + 1) * width])) }
      let rows = (0..<2000).filter { isInside[$0] && sigma[$0] <= limit }
      let numbers = try amp.json("gate.json")
      func number(_ key: String, _ part: String? = nil) -> Double {
        let object = part.map { numbers[$0] as? [String: Any] ?? [:] } ?? numbers
        return (object[key] as? NSNumber)?.doubleValue ?? .nan
      }
      let trusted = Double(rows.count) / 2000
      #expect(rows.count > 500 && rows.count <= 1201)
      #expect(number("trusted") == trusted)
      #expect(number("outside") == Double(isInside.count { !$0 }) / 2000)
      expectClose(number("trusted") + number("uncertain") + number("outside"), 1, absolute: 1e-12)
      let deltas = zip(prediction.amplitude, table.amplitudes).map { $0 / $1 - 1 }
      func rms(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
      }
      let kept = rows.map { deltas[$0] }
      expectClose(number("rms", "before"), rms(deltas), relative: 1e-9)
      expectClose(number("rms", "trusted_points"), rms(kept), relative: 1e-9)
      expectClose(number("rms", "after"), rms(kept) * trusted.squareRoot(), relative: 1e-9)
      expectClose(number("largest", "after"), kept.map(abs).max() ?? 0, relative: 1e-9)
      let sum = table.amplitudes.reduce(0, +)
      let change = rows.reduce(0) { $0 + prediction.amplitude[$1] - table.amplitudes[$1] }
      expectClose(number("value", "cross_section_bias_after"), change / sum, absolute: 1e-12)
      let all = prediction.amplitude.reduce(0, +) / sum - 1
      expectClose(number("value", "cross_section_bias_before"), all, absolute: 1e-12)
      #expect(
        number("trusted_beyond_5_sigma")
          == Double(rows.count { abs(deltas[$0]) > 5 * sigma[$0] }))
      let cost = number("surrogate_seconds")
      #expect(cost > 0 && cost < 0.1)
      expectClose(
        number("speed_up"), 0.5 / (cost + (1 - trusted) * 0.5), relative: 1e-9)
    }
  }

  @Test func mistakesAreNamed() throws {
    try withPoints(40) { amp in
      #expect(try amp("fit points.npz --epochs 1 --hidden 4 --output run").code == 0)
      #expect(
        try amp("fit points.npz --epochs 1 --hidden 4 --uncertainty none --output blind").code == 0)
      for (arguments, word) in [
        ("gate run --data points.npz --max-uncertainty 0", "--max-uncertainty"),
        ("gate run --data points.npz --max-uncertainty nan", "--max-uncertainty"),
        ("gate run --data points.npz --max-uncertainty 1 --exact-cost -1", "--exact-cost"),
        ("gate run --data nowhere.npz --max-uncertainty 1", "nowhere.npz"),
        ("gate nowhere --data points.npz --max-uncertainty 1", "nowhere"),
        ("gate run --data points.npz --max-uncertainty 1 --json no/a.json", "no/a.json"),
        ("gate run --data points.npz --max-uncertainty 1 --samples 2", "one network"),
        ("gate blind --data points.npz --max-uncertainty 1", "no uncertainty"),
        ("gate run --data points.npz", "max-uncertainty"),
      ] {
        let outcome = try amp(arguments)
        #expect(outcome.code == 1 || outcome.code == 64, "\(arguments)")
        #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)")
        #expect(outcome.output == "")
      }
    }
  }
}
