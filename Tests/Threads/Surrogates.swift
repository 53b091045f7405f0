import AmpData
import AmpUncertainty
import Foundation
import TestSupport

// Points, fits and predictions on several threads against one.
extension ThreadTest {
  private static func table(_ points: Int, threads: Int = 1) throws -> AmplitudeTable {
    try DiphotonGenerator().generate(points: points, seed: 1, threads: threads).table
  }

  static func generation() throws {
    let one = try table(3000)
    require(try table(3000, threads: 4) == one, "generated points")
    let amplitude = DiphotonGluonAmplitude()
    require(
      amplitude.amplitudes(of: one.momenta, threads: 4).values
        == amplitude.amplitudes(of: one.momenta).values, "amplitudes of momenta")
  }

  /// A fit of a small network, of every kind of uncertainty that trains otherwise.
  private static func fits() throws -> [(String, Fit)] {
    try [
      ("heteroscedastic", "mlp", OptimizerChoice.soap), ("repulsive", "mlp", .adam),
      ("ensemble", "mlp", .adam), ("bayesian", "mlp", .adam), ("laplace", "mlp", .adam),
      ("heteroscedastic", "kan", .adam), ("heteroscedastic", "lgatr", .adam),
    ].map { uncertainty, architecture, optimizer in
      var fit = try Fit(.fast, architecture: architecture, epochs: 2, seed: 5)
      var options = UncertaintyOptions()
      if ["ensemble", "repulsive"].contains(uncertainty) { options.members = 3 }
      fit.hidden = [8]
      (fit.likelihood, fit.method) = try UncertaintyChoice(named: uncertainty).resolve(
        options, hidden: fit.hidden)
      fit.refitsHead = fit.refitsHead && fit.method.canRefitHeads(with: fit.likelihood)
      fit.finishing.epochs = fit.canBeFinished ? 1 : 0
      fit.gridUpdates = architecture == "kan" ? [0] : nil
      fit.training.optimizer = optimizer
      fit.training.batch = 64
      return ("\(architecture), \(uncertainty)", fit)
    }
  }

  static func training() throws {
    let points = try table(400)
    for (name, fit) in try fits() {
      let one = try fit.run(points, validation: points)
      for threads in [2, 4] {
        let many = try fit.run(points, validation: points, threads: threads)
        require(many.surrogate == one.surrogate, "\(name) with \(threads) threads")
      }
    }
  }

  static func ranks() throws {
    let points = try table(300)
    for (name, fit) in try fits() where name.hasPrefix("mlp") {
      let one = try fit.run(points, validation: points)
      let all = try ThreadRanks.run(2) {
        try fit.run(points, validation: points, threads: 2, ranks: $0).surrogate
      }
      require(all.allSatisfy { $0 == one.surrogate }, "\(name) by two ranks")
    }
  }

  static func predictions() throws {
    let points = try table(300)
    for (name, fit) in try fits() {
      let surrogate = try fit.run(points, validation: points).surrogate
      let expected = try surrogate.predict(points.momenta)
      parallel(threads: 8) { worker in
        let prediction = try? surrogate.predict(points.momenta, threads: 1 + worker % 3)
        require(prediction?.logMean == expected.logMean, "\(name), asked by many")
        require(prediction?.logSystematic == expected.logSystematic, "\(name), asked by many")
      }
    }
  }

  static func points() throws {
    let points = try table(200)
    for (name, fit) in try fits() {
      let surrogate = try fit.run(points, validation: points).surrogate
      let expected = try surrogate.predict(points.momenta)
      let evaluator = try PointEvaluator(surrogate)
      let crew = Crew(threads: 8)
      crew.run { worker in
        let workspace = evaluator.workspace()
        for point in 0..<points.count {
          let one = points.momenta.components.withUnsafeBufferPointer { components in
            components.baseAddress.map { evaluator($0 + 20 * point, in: workspace) }
          }
          require(one?.logMean == expected.logMean[point], "\(name), point \(point)")
        }
      }
    }
  }
}
