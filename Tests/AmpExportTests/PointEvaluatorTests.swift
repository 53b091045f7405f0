import AmpCore
import AmpData
import AmpNets
import AmpUncertainty
import TestSupport
import Testing

/// One point at a time against many at once.
struct PointEvaluatorTests {
  @Test(arguments: QuickSurrogate.all, [Precision.float32, .float64])
  func onePointHasTheBitsItHasAmongMany(kind: QuickSurrogate, precision: Precision) throws {
    let surrogate = try kind.fit(precision)
    let momenta = try DiphotonGenerator().generate(points: 300, seed: 5).table.momenta
    let many = try surrogate.predict(momenta)
    let evaluator = try PointEvaluator(surrogate)
    let workspace = evaluator.workspace()
    for _ in 0..<2 {
      for i in 0..<momenta.count {
        let one = evaluator.predict(momenta, i, in: workspace)
        #expect(one.logMean == many.logMean[i], "point \(i)")
        #expect(one.logSystematic == many.logSystematic?[i], "point \(i)")
        #expect(one.logStatistical == many.logStatistical?[i], "point \(i)")
      }
    }
  }

  /// Weights of a fit in double precision are rounded, and are read shortened; others are not.
  @Test(arguments: ["mlp", "dsi", "mlp laplace"])
  func weightsOfAnyBitsServeOnePoint(name: String) throws {
    let kind = try #require(QuickSurrogate.all.first { $0.description == name })
    var surrogate = try kind.fit(.float64)
    guard case .float64(let rounded) = surrogate.weights else {
      Issue.record("the weights are not in double precision")
      return
    }
    #expect(rounded.allSatisfy { $0.bitPattern & 0xffff == 0 })
    surrogate.weights = .float64(rounded.map { Double(bitPattern: $0.bitPattern | 1) })
    let momenta = try QuickSurrogate.points.get().momenta.rows(0..<50)
    let many = try surrogate.predict(momenta)
    let evaluator = try PointEvaluator(surrogate)
    let workspace = evaluator.workspace()
    for i in 0..<momenta.count {
      #expect(evaluator.predict(momenta, i, in: workspace).logMean == many.logMean[i])
    }
  }

  @Test func recalibrationsActOnOnePointAsOnMany() throws {
    let table = try DiphotonGenerator().generate(points: 500, seed: 5).table
    let members = try #require(QuickSurrogate.all.first { $0.description == "mlp ensemble" })
    let surrogate = try members.fit(.float64)
    let points = try CalibrationPoints(surrogate, table)
    let features = surrogate.description.features
    let layout = WidthNetwork.network(features: features.width, hidden: [5, 4]).layout
    var random = Philox(seed: 3, purpose: .weights)
    let width = Recalibration(
      .network, .systematic, points: 500, factors: [1.7],
      network: WidthNetwork(
        features, hidden: [5, 4], weights: (0..<layout.count).map { _ in random.normal() }))
    for recalibration in [
      try Recalibration.global(points), try .bins(points, 4), try .ensemble(points),
      try .bins(points, 3, by: .invariant(1, 2)), try .conformal(points, level: 0.7),
      try .smooth(points), try .smooth(points, by: .uncertainty),
      try .bins(points, 3, by: .uncertainty), width,
    ] {
      let calibrated = try surrogate.recalibrated(by: recalibration)
      let many = try calibrated.predict(table.momenta)
      #expect(try many == calibrated.predict(table.momenta, threads: 3))
      #expect(try many.logSystematic != surrogate.predict(table.momenta).logSystematic)
      let evaluator = try PointEvaluator(calibrated)
      let workspace = evaluator.workspace()
      for i in 0..<table.count {
        let one = evaluator.predict(table.momenta, i, in: workspace)
        #expect(one.logSystematic == many.logSystematic?[i], "\(recalibration), point \(i)")
      }
    }
  }

  @Test func fewerSamplesAndTheMeanOfAPosterior() throws {
    let kind = try #require(QuickSurrogate.all.first { $0.description == "mlp bayesian" })
    let surrogate = try kind.fit(.float32)
    let momenta = try QuickSurrogate.points.get().momenta
    let two = try PointEvaluator(surrogate, samples: 2)
    let mean = try PointEvaluator(surrogate, posteriorMean: true)
    #expect(
      two.predict(momenta, 7, in: two.workspace()).logStatistical
        == (try surrogate.predict(momenta, samples: 2).logStatistical?[7]))
    #expect(
      mean.predict(momenta, 7, in: mean.workspace()).logMean
        == (try surrogate.predict(momenta, posteriorMean: true).logMean[7]))
    #expect(throws: AmpError.self) { try PointEvaluator(surrogate, samples: 0) }
    #expect(throws: AmpError.self) { try PointEvaluator(surrogate, samples: 2_000_000_000) }
  }
}

extension PointEvaluator {
  /// The prediction for point number `row` of `momenta`.
  func predict(_ momenta: Momenta, _ row: Int, in workspace: Workspace) -> PointPrediction {
    momenta.components.withUnsafeBufferPointer { components in
      self(components.baseAddress.unsafelyUnwrapped + row * 4 * momenta.particles, in: workspace)
    }
  }
}
