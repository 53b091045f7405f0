import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// One network where a method could have many: a documented value or a message, never a crash.
struct FewNetworksTests {
  @Test(arguments: [
    "ensemble --members 1", "repulsive --members 1", "bayesian --samples 1", "laplace --samples 1",
    "repulsive --members 1 --repulsion weights", "bayesian --samples 1 --bayesian-layers last",
  ])
  func oneNetworkHasNoStatisticalUncertainty(uncertainty: String) throws {
    try withPoints(800) { amp in
      let fit = try amp(
        "fit points.npz --uncertainty \(uncertainty) --epochs 3 --batch 64 --hidden 12,12 "
          + "--output run")
      #expect(fit.code == 0 && !fit.errors.contains("nan"), "\(fit.errors)")
      #expect(try amp("predict run points.npz --output a.csv").code == 0)
      let header = try Command.text(amp.path("a.csv")).split(separator: "\n")[0]
      #expect(header == "amplitude,systematic")
      let pulls = try amp("pulls run --data points.npz --json pulls.json --report report")
      #expect(pulls.code == 0, "\(pulls.errors)")
      let numbers = try amp.json("pulls.json")
      #expect(numbers["pull_systematic"] is [String: Any])
      for key in ["pull_statistical", "median_relative_statistical"] {
        #expect(numbers[key] is NSNull, "\(key)")
      }
      for (arguments, words) in [
        ("pulls run --data points.npz --scaled 1", "there is one network"),
        ("calibrate run --method ensemble --output a.safetensors", "single network"),
      ] {
        let outcome = try amp(arguments)
        #expect(outcome.code == 1 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!amp.has("a.safetensors"))
      }
      #expect(try amp("calibrate run --output a.safetensors").code == 0)
    }
  }

  @Test func moreNetworksThanThereAreAreRefused() throws {
    try withPoints(300) { amp in
      for (options, words) in [
        ("heteroscedastic", "there is one network, not 2. Leave it out."),
        ("ensemble --members 1", "there is one network, not 2. Leave it out."),
        ("ensemble --members 3", "there are 3 networks, not 9. Ask for 1 to 3."),
        ("bayesian", "0 networks cannot be drawn. Ask for 1 or more."),
      ] {
        let name = options.replacing(" ", with: "")
        let fit = try amp(
          "fit points.npz --epochs 1 --hidden 4 --output \(name) --uncertainty \(options)")
        #expect(fit.code == 0, "\(fit.errors)")
        let samples = options.contains("3") ? 9 : options == "bayesian" ? 0 : 2
        let outcome = try amp("predict \(name) points.npz --samples \(samples) --output a.npz")
        #expect(outcome.code == 1 && outcome.errors.contains(words), "\(outcome.errors)")
      }
    }
  }

  /// Members with the same weights agree exactly: σ_stat is zero, and its pulls have no number.
  @Test func membersThatAgreeAreSurvived() throws {
    try withPoints(600) { amp in
      try amp(
        "fit points.npz --uncertainty ensemble --members 3 --epochs 2 --hidden 8 --output run")
      let path = amp.path("run/best.safetensors")
      let fitted = try Surrogate(contentsOf: path)
      guard case .float32(let values) = fitted.weights else { return }
      let first = values.prefix(values.count / 3)
      try Surrogate(fitted.description, weights: .float32(Array(first + first + first)))
        .write(to: path)
      let pulls = try amp("pulls run --data points.npz --json pulls.json --report report")
      #expect(pulls.code == 0 && pulls.output.contains("pulls without a number"), "\(pulls.errors)")
      let numbers = try amp.json("pulls.json")
      #expect(numbers["median_relative_statistical"] as? Double == 0)
      let statistical = try #require(numbers["pull_statistical"] as? [String: Any])
      let toTruth = try #require(statistical["to_truth"] as? [String: Any])
      #expect(toTruth["points"] as? Int == 0 && toTruth["std"] is NSNull)
      #expect(toTruth["not_finite"] as? Int == 3 * 120)
      let ensemble = try amp(
        "calibrate run --method ensemble --output run/a.safetensors --json a.json")
      #expect(ensemble.code == 0, "\(ensemble.errors)")
      let record = try #require(try amp.json("a.json")["recalibration"] as? [String: Any])
      expectClose(try #require(record["correlation"] as? Double), 1, absolute: 1e-9)
    }
  }

  /// A width below the smallest number: all networks of the posterior are the same.
  @Test func posteriorsWithoutWidthAreSurvived() throws {
    try withPoints(600) { amp in
      try amp(
        "fit points.npz --uncertainty bayesian --samples 3 --epochs 2 --hidden 8 --output run")
      let path = amp.path("run/best.safetensors")
      let fitted = try Surrogate(contentsOf: path)
      guard case .float32(var values) = fitted.weights else { return }
      for view in fitted.layout.views where view.name.hasSuffix("logvariance") {
        for i in view.range { values[i] = -30 }
      }
      try Surrogate(fitted.description, weights: .float32(values)).write(to: path)
      for command in [
        "pulls run --data points.npz --report report",
        "calibrate run --method ensemble --output run/a.safetensors",
        "calibrate run --method head --output run/b.safetensors",
      ] {
        let outcome = try amp(command)
        #expect(outcome.code == 0 && !outcome.output.contains("nan"), "\(outcome.errors)")
      }
    }
  }
}
