import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Histograms with propagated uncertainties, by hand and as files.
struct HistogramTests {
  @Test func uncertaintiesOfTwoPointsByHand() throws {
    var histogram = PropagatedHistogram(edges: [0, 1, 2])
    var prediction = Prediction(
      logMean: [log(2), log(3), log(5)], logSystematic: [0.1, 0.2, 0.3],
      logStatistical: [0.1, 0.1, 0.1])
    // Two networks, mean in ln A as predicted, σ_stat = 0.1 each: ± 0.1/√2.
    let half = 0.1 / 2.0.squareRoot()
    prediction.members = [1, -1].map { sign in
      .init(logMean: prediction.logMean.map { $0 + sign * half })
    }
    histogram.add(
      [0.5, 0.7, 1.5], weights: [1, 2, 1], prediction: prediction, exact: [2, 2, 4], trials: 10)
    let bin = histogram.bins[1]
    #expect(bin.points == 2)
    expectClose(bin.predicted, 8, relative: 1e-14)
    expectClose(histogram.error(of: bin), (4.0 + 36 - 6.4).squareRoot(), relative: 1e-14)
    expectClose(bin.systematicCorrelated, 0.2 + 1.2, relative: 1e-14)
    expectClose(bin.systematicUncorrelated, (0.04 + 1.44).squareRoot(), relative: 1e-14)
    // The networks differ by a common factor: (e^h − e^−h)·8, over √2.
    let spread = 8 * (exp(half) - exp(-half)) / 2.0.squareRoot()
    expectClose(try #require(bin.statistical), spread, relative: 1e-12)
    expectClose(try #require(bin.ratio), 8.0 / 6, relative: 1e-14)
    #expect(histogram.bins[2].points == 1 && histogram.bins[0].points == 0)
    // A σ_stat that was recalibrated to twice its size doubles the spread.
    prediction.logStatistical = [0.2, 0.2, 0.2]
    var wide = PropagatedHistogram(edges: [0, 1, 2])
    wide.add([0.5, 0.7, 1.5], weights: [1, 2, 1], prediction: prediction, exact: nil)
    let doubled = 8 * (exp(2 * half) - exp(-2 * half)) / 2.0.squareRoot()
    expectClose(try #require(wide.bins[1].statistical), doubled, relative: 1e-12)
    #expect(wide.bins[1].ratio == nil && wide.trials == nil)
  }

  @Test func equalShapesPassAndOthersFail() {
    let edges = (0...20).map { Double($0) / 20 }
    var passed = 0
    for seed in 0..<64 {
      var random = Philox(seed: UInt64(seed), purpose: .other)
      // Density 2x: by weight, and by events.
      let points = (0..<4000).map { _ in random.uniform() }
      let events = (0..<3000).map { _ in random.uniform().squareRoot() }
      let flat = HistogramTest.Sums(points, weights: points.map { 2 * $0 }, edges: edges)
      let test = HistogramTest(.init(events, weights: nil, edges: edges), flat)
      if test.pValue > 0.05 { passed += 1 }
      let skew = events.map { $0 * $0 }
      #expect(HistogramTest(.init(skew, weights: nil, edges: edges), flat).pValue < 1e-8)
    }
    // 0.95 · 64 ± 1.7.
    #expect((54...64).contains(passed), "\(passed) of 64")
  }

  @Test func observablesAreThoseOfTheMomenta() throws {
    let table = try DiphotonGenerator().generate(points: 100, seed: 8).table
    let all = Observable.all(of: .diphotonGluon)
    #expect(
      all.map(\.name) == ["m_a1a2", "pt_a1", "pt_a2", "pt_g", "dr_a1a2", "dr_a1g", "dr_a2g"])
    let p = (2..<5).map { table.momenta[7, $0] }
    let values = all.map { $0.values(table.momenta)[7] }
    expectClose(values[0] * values[0], 2 * minkowski(p[0], p[1]), relative: 1e-10)
    expectClose(values[1], hypot(p[0][1], p[0][2]), relative: 1e-14)
    expectClose(values[3], hypot(p[2][1], p[2][2]), relative: 1e-14)
    func direction(_ q: SIMD4<Double>) -> (Double, Double) {
      (atanh(q[3] / q[0]), atan2(q[2], q[1]))
    }
    let (a, b) = (direction(p[0]), direction(p[2]))
    let angle = acos(cos(a.1 - b.1))
    expectClose(values[5], hypot(a.0 - b.0, angle), relative: 1e-7)
  }

  @Test func commandWritesPicturesNumbersAndYODA() throws {
    try withPoints(1500) { amp in
      #expect(
        try amp(
          "fit points.npz --epochs 5 --hidden 16,16 --batch 64 --uncertainty ensemble --members 2 "
            + "--output run"
        ).code == 0)
      let drawn = try amp("histograms run --points 4096 --seed 2 --bins 8 --output h")
      #expect(drawn.code == 0, "\(drawn.errors)")
      #expect(drawn.output.contains("systematic, correlated") && drawn.output.contains("pb"))
      let numbers = try amp.json("h/histograms.json")
      let total = try #require(numbers["total"] as? [String: Any])
      let sigma = try #require(total["exact"] as? Double)
      let error = try #require(total["exact_mc"] as? Double)
      // 300 000 points: 0.001000 pb.
      expectClose(sigma, 0.001, absolute: 5 * error)
      #expect(error < 0.05 * sigma && total["statistical"] as? Double ?? 0 > 0)
      let histograms = try #require(numbers["histograms"] as? [[String: Any]])
      for histogram in histograms {
        let bins = try #require(histogram["bins"] as? [[String: Any]])
        #expect(bins.count == 10)
        expectClose(
          bins.reduce(0) { $0 + ($1["exact"] as? Double ?? 0) }, sigma, relative: 1e-9)
        #expect(amp.has("h/\(histogram["name"] as? String ?? "").svg"))
      }
      let text = try Command.text(amp.path("h/histograms.yoda"))
      #expect(text.components(separatedBy: "BEGIN YODA_HISTO1D_V3").count == 8)
      #expect(text.components(separatedBy: "END YODA_ESTIMATE1D_V3").count == 15)
      let read = try amp("histograms run --data points.npz --output d --threads 1")
      #expect(read.code == 0, "\(read.errors)")
      let mean =
        try AmplitudeTable(contentsOf: amp.path("points.npz")).amplitudes
        .reduce(0, +) / 1500
      let found = try #require(try amp.json("d/histograms.json")["total"] as? [String: Any])
      expectClose(try #require(found["exact"] as? Double), mean, relative: 1e-12)
      for (arguments, word) in [
        ("histograms run --output x", "--points"),
        ("histograms run --points 10 --data points.npz --output x", "--points"),
        ("histograms run --points 0 --output x", "--points"),
        ("histograms run --points 100 --bins 1 --output x", "--bins"),
        ("histograms run --points 1024 --events points.npz --without-exact --output x", "--events"),
      ] {
        let outcome = try amp(arguments)
        #expect(outcome.code == 1 && outcome.errors.contains(word), "\(arguments)")
        #expect(!amp.has("x"))
      }
    }
  }

  /// Rivet's text as another reader understands it.
  @Test(.enabled(if: hasPython(with: "babyyoda")))
  func anotherReaderUnderstandsTheYODAFile() throws {
    var file = YODAFile()
    file.append(
      path: "/AMP/a", title: "a", edges: [0, 1, 3],
      sums: [0.0, 1, 2, 4].map {
        .init(weight: $0, weightSquares: $0 * $0, weightedX: $0, weightedXSquares: $0, entries: 1)
      })
    file.append(
      path: "/AMP/b", title: "b", edges: [0, 1, 3], values: [0.25, 1e-7],
      labels: ["mc", "statistical"], errors: [[0.5, 2e-9], [0.125, 1]])
    try withScratchFolder { folder in
      try file.write(to: folder + "/a.yoda")
      let run = try runPython([fixture("scripts/read_yoda.py"), folder + "/a.yoda"])
      #expect(run.code == 0, "\(run.output)")
    }
  }
}
