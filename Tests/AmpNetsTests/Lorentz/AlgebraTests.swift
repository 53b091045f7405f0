import AmpNets
import TestSupport
import Testing

struct AlgebraTests {
  /// The table as printed by an independent program, rows and columns in the order of components.
  static let table = """
    +0 +1 +2 +3 +4 +5 +6 +7 +8 +9 +10 +11 +12 +13 +14 +15
    +1 +0 +5 +6 +7 +2 +3 +4 +11 +12 +13 +8 +9 +10 +15 +14
    +2 -5 -0 +8 +9 +1 -11 -12 -3 -4 +14 +6 +7 -15 -10 +13
    +3 -6 -8 -0 +10 +11 +1 -13 +2 -14 -4 -5 +15 +7 +9 -12
    +4 -7 -9 -10 -0 +12 +13 +1 +14 +2 +3 -15 -5 -6 -8 +11
    +5 -2 -1 +11 +12 +0 -8 -9 -6 -7 +15 +3 +4 -14 -13 +10
    +6 -3 -11 -1 +13 +8 +0 -10 +5 -15 -7 -2 +14 +4 +12 -9
    +7 -4 -12 -13 -1 +9 +10 +0 +15 +5 +6 -14 -2 -3 -11 +8
    +8 +11 +3 -2 +14 +6 -5 +15 -0 +10 -9 -1 +13 -12 -4 -7
    +9 +12 +4 -14 -2 +7 -15 -5 -10 -0 +8 -13 -1 +11 +3 +6
    +10 +13 +14 +4 -3 +15 +7 -6 +9 -8 -0 +12 -11 -1 -2 -5
    +11 +8 +6 -5 +15 +3 -2 +14 -1 +13 -12 -0 +10 -9 -7 -4
    +12 +9 +7 -15 -5 +4 -14 -2 -13 -1 +11 -10 -0 +8 +6 +3
    +13 +10 +15 +7 -6 +14 +4 -3 +12 -11 -1 +9 -8 -0 -5 -2
    +14 -15 -10 +9 -8 +13 -12 +11 -4 +3 -2 +7 -6 +5 +0 -1
    +15 -14 -13 +12 -11 +10 -9 +8 -7 +6 -5 +4 -3 +2 +1 -0
    """

  @Test func productsOfBladesAreThoseOfTheTable() {
    let expected = AlgebraTests.table.split(separator: "\n").map { $0.split(separator: " ") }
    for i in 0..<16 {
      for j in 0..<16 {
        let (component, sign) = SpacetimeAlgebra.product[i][j]
        #expect("\(sign < 0 ? "-" : "+")\(component)" == expected[i][j], "\(i) · \(j)")
      }
    }
    #expect(
      SpacetimeAlgebra.innerProductSigns == [
        1, 1, -1, -1, -1, -1, -1, -1, 1, 1, 1, 1, 1, 1, -1, -1,
      ]
    )
  }

  /// The kernel's product of multivectors, one point each.
  func product(_ x: [Double], _ y: [Double]) -> [Double] {
    let tape = Tape(Parameters<Double>(ParameterLayout()))
    let pairs = zip(x, y).flatMap {
      [[Double]](arrayLiteral: [$0], [$1]).flatMap { row in
        row + [Double](repeating: 0, count: 15)
      }
    }
    let shape = TokenShape(components: 16, channels: 1, scalars: 0)
    let pair = tape.input(Tensor(pairs, shape: [32, 16]))
    let result = tape.value(of: tape.geometricProduct(pair, scalarsOf: pair, shape: shape))
    return (0..<16).map { result.elements[16 * $0] }
  }

  @Test func kernelMultipliesBladesLikeTheAlgebra() {
    for i in 0..<16 {
      for j in 0..<16 {
        let unit = { (k: Int) in (0..<16).map { $0 == k ? 1.0 : 0 } }
        let (component, sign) = SpacetimeAlgebra.product[i][j]
        #expect(product(unit(i), unit(j)) == unit(component).map { $0 * Double(sign) })
      }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>) func productIsAssociative(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let (x, y, z) = (normals(16, &rng), normals(16, &rng), normals(16, &rng))
    expectClose(product(product(x, y), z), product(x, product(y, z)), absolute: 1e-12)
  }

  @Test func squareOfAMomentumIsItsMassSquared() {
    let p = [0, 7, 1, 2, 3] + [Double](repeating: 0, count: 11)
    #expect(product(p, p) == [49 - 14] + [Double](repeating: 0, count: 15))
  }

  @Test(arguments: 0..<16 as Range<UInt64>) func productCommutesWithTransformations(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let lambda = LorentzTransformation(using: &rng)
    let map = lambda.onMultivectors
    func moved(_ x: [Double]) -> [Double] {
      map.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let (x, y) = (normals(16, &rng), normals(16, &rng))
    expectClose(product(moved(x), moved(y)), moved(product(x, y)), relative: 1e-10, absolute: 1e-9)
  }
}
