import AmpCore
import TestSupport
import Testing

@Suite struct LeastSquaresTests {
  let reference: ReferenceTensors

  init() throws { reference = try ReferenceTensors("linear_algebra.safetensors") }

  @Test func lineThroughThreePointsIsExact() throws {
    // (0, 1), (1, 2), (2, 4): y = 5/6 + 3/2 x.
    let fit = try Double.leastSquares([1, 0, 1, 1, 1, 2], [1, 2, 4], columns: 2)
    expectClose(fit.solution, [5.0 / 6, 1.5], absolute: 1e-14)
    #expect(fit.rank == 2)
  }

  @Test func agreesWithSciPyForAnyRankAndShape() throws {
    let b = reference["least_squares/b"]
    let fit = try Double.leastSquares(reference["tall"], b, columns: 4)
    expectClose(fit.solution, reference["least_squares/solution"], absolute: 1e-13)
    expectClose(
      fit.singularValues, reference["least_squares/singular_values"], absolute: 1e-13)
    let deficient = try Double.leastSquares(reference["deficient"], b, columns: 5)
    expectClose(deficient.solution, reference["deficient/solution"], absolute: 1e-13)
    #expect(deficient.rank == 4)
    let wide = try Double.leastSquares(reference["wide"], Array(b.prefix(3)), columns: 6)
    expectClose(wide.solution, reference["wide/solution"], absolute: 1e-13)
    let single = try Float.leastSquares(
      reference.values("tall"), reference.values("least_squares/b"), columns: 4)
    expectClose(single.solution, reference.values("least_squares/solution"), absolute: 2e-6)
  }

  @Test func ridgeAgreesWithNormalEquationsInSciPy() throws {
    let b = reference["least_squares/b"]
    let x = try Double.ridge(reference["tall"], b, columns: 4, penalty: 0.3)
    expectClose(x, reference["ridge/solution"], absolute: 1e-13)
    let single = try Float.ridge(
      reference.values("tall"), reference.values("least_squares/b"), columns: 4, penalty: 0.3)
    expectClose(single, reference.values("ridge/solution"), absolute: 2e-6)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func residualsAreOrthogonalToTheColumns(seed: UInt64) throws {
    let columns = 1 + Int(seed % 9)
    let rows = columns + Int(seed)
    let a: [Double] = randomMatrix(rows, columns, seed: seed)
    let b: [Double] = randomMatrix(rows, 1, seed: seed + 77)
    let zero = [Double](repeating: 0, count: columns)

    func gradient(_ x: [Double]) -> [Double] {
      let ax = Double.product(a, vector: x, rows: rows, columns: columns)
      let residual = zip(b, ax).map { $0 - $1 }
      return Double.product(a, vector: residual, rows: rows, columns: columns, transpose: true)
    }
    let x = try Double.leastSquares(a, b, columns: columns).solution
    expectClose(gradient(x), zero, absolute: 1e-11 * (1 + largest(x)), "Aᵀ(b − Ax)")
    let y = try Double.ridge(a, b, columns: columns, penalty: 2)
    expectClose(gradient(y), y.map { 2 * $0 }, absolute: 1e-11, "Aᵀ(b − Ay) = λy")
  }

  @Test func ridgeHasASolutionWithoutEquationsOrRank() throws {
    #expect(try Double.ridge([], [], columns: 3, penalty: 1) == [0, 0, 0])
    let x = try Double.ridge([1, 1], [2], columns: 2, penalty: 2)
    expectClose(x, [0.5, 0.5], absolute: 1e-15)
  }

  @Test func numbersThatAreNotFiniteAreRefused() {
    #expect(throws: LinearAlgebraError.notFinite) {
      try Double.leastSquares([1, .nan], [1, 2], columns: 1)
    }
    #expect(throws: LinearAlgebraError.notFinite) {
      try Float.ridge([1, 1], [1, .infinity], columns: 1, penalty: 1)
    }
  }
}
