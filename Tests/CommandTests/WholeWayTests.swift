import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// From points to pulls through the commands that a user types.
struct WholeWayTests {
  @Test(arguments: ["float32", "float64"])
  func pointsBecomePredictionsAndPulls(precision: String) throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      #expect(try amp("generate --points 3000 --seed 3 --output points.npz").code == 0)

      let inspection = try amp("inspect points.npz")
      #expect(inspection.code == 0)
      #expect(inspection.output.contains("3000 points of 5 particles, with amplitudes"))
      #expect(inspection.output.contains("3000 rows checked, 0 bad"))

      let fit = try amp(
        "fit points.npz --epochs 4 --batch 128 --hidden 24,24 --precision \(precision) --output run"
      )
      #expect(fit.code == 0, "\(fit.errors)")
      #expect(fit.output == "")
      #expect(fit.errors.contains("Wrote run."))
      for name in ["config.yaml", "history.jsonl", "best.safetensors", "last.safetensors"] {
        #expect(amp.has("run/" + name), "\(name)")
      }
      let history = try Command.text(amp.path("run/history.jsonl")).split(separator: "\n")
      #expect(history.count == 4)
      let about = try amp("inspect run")
      #expect(about.output.contains("precision     \(precision)"))

      try comparePredictions(amp)
      try judge(amp)
    }
  }

  /// Both formats hold what the library predicts from the model file, to the last bit.
  private func comparePredictions(_ amp: Command) throws {
    #expect(try amp("predict run points.npz --output a.npz --threads 2").code == 0)
    #expect(try amp("predict run/best.safetensors points.npz --output a.csv --threads 1").code == 0)
    let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
    let surrogate = try Surrogate(contentsOf: amp.path("run/best.safetensors"))
    let expected = try surrogate.predict(table.momenta)
    let arrays = try NumpyArchive(contentsOf: amp.path("a.npz"))
    #expect(try arrays.array("amplitude").doubles() == expected.amplitude)
    #expect(try arrays.array("systematic").doubles() == expected.systematic)
    let lines = try Command.text(amp.path("a.csv")).split(separator: "\n")
    #expect(lines[0] == "amplitude,systematic")
    let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(rows.map { $0[0] } == expected.amplitude)
    #expect(rows.map { $0[1] } == expected.systematic)
    // Absolute, in GeV⁻²: of the size of the amplitudes themselves.
    let ratios = SortedSample(zip(expected.amplitude, table.amplitudes).map { $0 / $1 })
    #expect(ratios.median > 0.3 && ratios.median < 3)
    // Written and read again, the surrogate predicts the same.
    try surrogate.write(to: amp.path("copy.safetensors"))
    #expect(try amp.contents("copy.safetensors") == amp.contents("run/best.safetensors"))
    #expect(
      try Surrogate(contentsOf: amp.path("copy.safetensors")).predict(table.momenta) == expected)
  }

  private func judge(_ amp: Command) throws {
    let pulls = try amp("pulls run --data points.npz --json pulls.json --report report")
    #expect(pulls.code == 0, "\(pulls.errors)")
    #expect(pulls.output.contains("600 test points of points.npz"))
    let numbers = try amp.json("pulls.json")
    for key in [
      "points", "median_abs_delta", "median_relative_systematic", "seconds", "samples_per_second",
    ] { #expect((numbers[key] as? Double).map { $0 > 0 } == true, "\(key)") }
    #expect(numbers["points"] as? Int == 600)
    #expect(numbers["median_relative_statistical"] is NSNull)
    let pull = try #require(numbers["pull_systematic"] as? [String: Any])
    for key in ["mean", "std", "ks", "coverage_1sigma", "coverage_2sigma", "coverage_3sigma"] {
      #expect((pull[key] as? Double)?.isFinite == true, "\(key)")
    }
    #expect(try amp.contents("report/metrics.json") == amp.contents("pulls.json"))
    #expect(try amp.contents("run/metrics.json") == amp.contents("pulls.json"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: amp.path("report")).count == 2)
    let page = try Command.text(amp.path("report/index.html"))
    #expect(page.components(separatedBy: "<svg").count > 6)
    for word in ["src=", "href=\"http", "@import", "url(", "<link", "<script src"] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  @Test func amplitudeGivesTheLabelsOfGenerate() throws {
    try withPoints(1500) { amp in
      #expect(try amp("amplitude points.npz --output labelled.npz --threads 2").code == 0)
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      let labelled = try NumpyArchive(contentsOf: amp.path("labelled.npz"))
      #expect(try labelled.array("amplitudes").doubles() == table.amplitudes)
      #expect(try labelled.array("momenta").shape == [1500, 5, 4])
      let accuracies = try labelled.array("accuracies").doubles()
      #expect(accuracies.count == 1500 && accuracies.allSatisfy { $0 >= 0 && $0 <= 1e-8 })
      #expect(try amp("amplitude points.npz --output labelled.csv").code == 0)
      #expect(try AmplitudeTable(contentsOf: amp.path("labelled.csv")) == table)
    }
  }

  @Test func generateGivesTheSameBytesForAnyThreads() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      for format in ["npz", "npy", "csv", "csv.gz"] {
        for threads in [1, 2] {
          let run = try amp(
            "generate --points 2500 --seed 7 --threads \(threads) --output \(threads).\(format)")
          #expect(run.code == 0)
        }
        #expect(try amp.contents("1." + format) == amp.contents("2." + format))
      }
      try amp("generate --points 2500 --seed 8 --output other.npz")
      #expect(try amp.contents("other.npz") != amp.contents("1.npz"))
      #expect(
        try AmplitudeTable(contentsOf: amp.path("1.csv"))
          == AmplitudeTable(contentsOf: amp.path("1.npz")))
    }
  }

  @Test func cutsAreThoseOfTheOptions() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let run = try amp(
        """
        generate --points 400 --sqrt-s 2000 --pdf nnpdf31 --pt-gamma1 80 --pt-gamma2 60 \
        --eta-gamma 1.5 --pt-jet 50 --eta-jet 2 --dr-gamma-gamma 0.8 --dr-gamma-jet 0.9 \
        --output points.npz
        """)
      #expect(run.code == 0, "\(run.errors)")
      let momenta = try Momenta(contentsOf: amp.path("points.npz"))
      func transverse(_ p: SIMD4<Double>) -> Double { hypot(p[1], p[2]) }
      func eta(_ p: SIMD4<Double>) -> Double { asinh(p[3] / transverse(p)) }
      func separation(_ p: SIMD4<Double>, _ q: SIMD4<Double>) -> Double {
        let angle = atan2(p[2], p[1]) - atan2(q[2], q[1])
        return hypot(eta(p) - eta(q), remainder(angle, 2 * .pi))
      }
      for row in 0..<momenta.count {
        let (a, b, jet) = (momenta[row, 2], momenta[row, 3], momenta[row, 4])
        #expect(transverse(a) >= 80 && transverse(b) >= 60 && transverse(jet) >= 50)
        #expect(abs(eta(a)) <= 1.5 && abs(eta(b)) <= 1.5 && abs(eta(jet)) <= 2)
        let nearest = min(separation(a, jet), separation(b, jet))
        #expect(separation(a, b) >= 0.8 && nearest >= 0.9)
      }
    }
  }

  @Test func noiseSmearsTheAmplitudesAlone() throws {
    try withPoints(3000) { amp in
      try amp("generate --points 3000 --seed 1 --noise 0.05 --output noisy.npz")
      let truth = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      let noisy = try AmplitudeTable(contentsOf: amp.path("noisy.npz"))
      #expect(noisy.momenta == truth.momenta)
      let ratios = zip(noisy.amplitudes, truth.amplitudes).map { $0 / $1 - 1 }
      let width = (ratios.reduce(0) { $0 + $1 * $1 } / 3000).squareRoot()
      expectClose(width, 0.05, relative: 0.06)
    }
  }

  /// A fit on noisy data is judged against the noise, its accuracy against the truth.
  @Test func pullsOfANoisyFitKnowItsNoise() throws {
    try withPoints(3000) { amp in
      let fit = try amp(
        "fit points.npz --noise 0.3 --epochs 10 --batch 128 --hidden 24,24 --output run")
      #expect(fit.code == 0, "\(fit.errors)")
      try amp("pulls run --data points.npz --json pulls.json")
      let numbers = try amp.json("pulls.json")
      let sigma = try #require(numbers["median_relative_systematic"] as? Double)
      let delta = try #require(numbers["median_abs_delta"] as? Double)
      #expect(sigma > 0.25 && delta < sigma)
    }
  }
}
