import AmpUncertainty
import Foundation
import TestSupport
import Testing

@Suite struct HeadRefitTests {
  /// A refit whose hidden layer has `width` features.
  private func refit(width: Int = 2, priorPoints: Double = 0) -> HeadRefit {
    var refit = HeadRefit(
      MLP(inputs: 1, hidden: [width], outputs: 2, activation: .tanh), HeteroscedasticGaussian())
    refit.priorPoints = priorPoints
    return refit
  }

  private func dot(_ design: [Double], row: Int, _ w: [Double]) -> Double {
    w.indices.reduce(0) { $0 + design[row * w.count + $1] * w[$1] }
  }

  /// Two groups of points with one feature each: their σ² are the mean squares of the groups.
  @Test func groupsGetTheirMeanSquares() {
    let design: [Double] = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1]
    let squares: [Double] = [4, 2, 0.25, 0.75]
    let w = refit().minimise(trained: [0, 0, 0], design: design, squares: squares)
    expectClose(w[0] + w[2], log(3), absolute: 1e-6)
    expectClose(w[1] + w[2], log(0.5), absolute: 1e-6)
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func minimumIsWhereTheSlopeVanishes(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (count, order) = (400, 4)
    let design = (0..<count * order).map { $0 % order == order - 1 ? 1 : random.normal() }
    let truth = (0..<order).map { _ in random.normal() }
    let squares = (0..<count).map { i in
      let lambda = dot(design, row: i, truth)
      let e = exp(0.5 * lambda) * random.normal()
      return e * e
    }
    let refit = refit(width: order - 1, priorPoints: 10)
    let trained = (0..<order).map { _ in random.normal() }
    let w = refit.minimise(trained: trained, design: design, squares: squares)
    let features = design.indices.filter { $0 % order < order - 1 }.map { design[$0] }
    let square = features.reduce(0) { $0 + $1 * $1 } / Double(features.count)
    for j in 0..<order {
      var slope = j < order - 1 ? 10 * 0.5 * square * (w[j] - trained[j]) : 0
      for i in 0..<count {
        let lambda = dot(design, row: i, w)
        slope += 0.5 * (1 - squares[i] * exp(-lambda)) * design[i * order + j]
      }
      expectClose(slope / Double(count), 0, absolute: 1e-6, "slope \(j)")
      expectClose(w[j], truth[j], absolute: 0.4, "weight \(j)")
    }
  }

  /// A feature that hardly varies over the points says nothing about its weight: without the
  /// trained row chance would set it, and a point where the feature is large would get any σ.
  @Test func directionsWithoutPointsKeepTheirTrainedWeight() {
    var random = Philox(seed: 3, purpose: .other)
    let count = 2000
    var design: [Double] = []
    for _ in 0..<count { design += [random.normal(), 1e-3 * random.normal(), 1] }
    let squares = (0..<count).map { _ in pow(random.normal(), 2) }
    let trained = [0.5, 2.0, 0.0]
    let free = refit().minimise(trained: trained, design: design, squares: squares)
    let held = refit(priorPoints: 10).minimise(trained: trained, design: design, squares: squares)
    #expect(abs(free[1] - 2) > 5, "the case should show the effect: \(free[1])")
    expectClose(held[1], 2, absolute: 0.1)
    expectClose(held[0], 0, absolute: 0.1)
  }

  /// The weighted least-squares solution of an exact linear residual removes it.
  @Test func meanTakesOutALinearResidual() {
    var random = Philox(seed: 5, purpose: .other)
    let count = 200
    var (design, residuals) = ([Double](), [Double]())
    for _ in 0..<count {
      let h = [random.normal(), random.normal(), 1]
      design += h
      residuals.append(0.3 * h[0] - 2 * h[1] + 0.1)
    }
    let change = refit().meanChange(
      design: design, residuals: residuals, logVariance: [1, -0.5, 0.2])
    expectClose(change, [-0.3, 2, -0.1], absolute: 1e-8)
  }

  @Test func residualsOfZeroLeaveFiniteWeights() {
    let w = refit().minimise(
      trained: [0.1, 0.2, 0.3], design: [1, 0, 1, 0, 1, 1], squares: [0, 0])
    #expect(w.allSatisfy { $0.isFinite })
  }
}
