import AmpData
import Foundation
import TestSupport
import Testing

/// Helicity amplitudes, single orderings and what must cancel among them.
struct HelicityTests {
  struct Reference: Decodable {
    var amplitudes: [[Double]]
    var ordering12345: [[Double]]
  }

  let legs = FiveLegs()
  let points: Momenta

  init() throws { points = try ReferencePoints("amplitude_points.csv").momenta }

  /// Helicity amplitudes of one point, and whatever else `body` takes from the tables.
  func evaluate(
    _ point: Int, shift: Double = 0, orderings: Range<Int> = 0..<12,
    _ body: (LoopWorkspace) -> Void = { _ in }
  ) -> [LaneComplex] {
    let workspace = LoopWorkspace()
    defer { workspace.deallocate() }
    let valid = points.components.withUnsafeBufferPointer {
      workspace.sumOverOrderings(
        $0.baseAddress! + 20 * point, legs: legs, shift: shift, orderings: orderings)
    }
    #expect(valid)
    body(workspace)
    return workspace.helicityAmplitudes(legs: legs)
  }

  /// The number of the ordering 1 2 3 4 5.
  var natural: Int {
    get throws {
      try #require(
        (0..<12).first { n in
          (0..<5).contains { turn in
            (0..<5).allSatisfy { legs.orderings[5 * n + ($0 + turn) % 5] == $0 }
          }
        })
    }
  }

  @Test func thereAreTwelveDifferentOrderingsWithGluonsInCyclicOrder() {
    var seen = Set<[Int]>()
    for n in 0..<12 {
      let ordering = Array(legs.orderings[5 * n..<5 * n + 5])
      #expect(ordering.filter { $0 != 2 && $0 != 3 } == [0, 1, 4])
      seen.insert(ordering)
    }
    #expect(seen.count == 12)
  }

  @Test func amplitudesAgreeWithFiftyDigits() throws {
    let reference = try json("amplitude_helicities.json", as: Reference.self)
    for (n, a) in evaluate(0).enumerated() {
      expectClose(
        [a.re[0], a.im[0]], reference.amplitudes[n], absolute: 1e-14, "helicity \(n)")
    }
    let ordering = try natural
    // The logarithms are taken of s/ŝ here, of s in GeV² there.
    let energy = points[0, 0][0] + points[0, 1][0]
    let z = points[0, 0][3] + points[0, 1][3]
    let single = evaluate(
      0, shift: log((energy - z) * (energy + z)), orderings: ordering..<ordering + 1)
    for (n, a) in single.enumerated() {
      let expected = reference.ordering12345[n]
      expectClose([a.re[0], a.im[0]], expected, absolute: 1e-14, "ordering 12345, helicity \(n)")
    }
  }

  @Test(arguments: 0..<20)
  func treesOfAllOrderingsCancel(point: Int) {
    var sum = LaneComplex.zero
    var largest = 0.0
    _ = evaluate(point) { workspace in
      for n in 0..<12 {
        let o = legs.orderings[5 * n..<5 * n + 5].map { $0 }
        var tree = LaneComplex([1, 1])
        for place in 0..<5 {
          tree = tree * workspace.inverseAngle[5 * o[place] + o[(place + 1) % 5]]
        }
        sum += tree
        largest = max(largest, tree.norm[0].squareRoot())
      }
    }
    #expect(sum.norm[0].squareRoot() < 1e-12 * largest)
  }

  @Test(arguments: 0..<20)
  func constantInTheLogarithmsChangesNothing(point: Int) {
    let plain = evaluate(point)
    let shifted = evaluate(point, shift: 100)
    let single = evaluate(point, orderings: 0..<1)
    let singleShifted = evaluate(point, shift: 100, orderings: 0..<1)
    let scale = plain.map { $0.norm[0] }.reduce(0, +).squareRoot()
    var moved = 0.0
    for n in 0..<32 {
      #expect((plain[n] - shifted[n]).norm[0].squareRoot() < 1e-10 * scale)
      moved = max(moved, (single[n] - singleShifted[n]).norm[0].squareRoot())
    }
    // One ordering alone does depend on it.
    #expect(moved > 0.1 * scale)
  }

  @Test func oppositeHelicitiesDiffer() throws {
    // 16 helicities times 2 is not the sum over 32: absorptive parts interfere.
    let reference = try ReferencePoints("amplitude_points.csv")
    let prefactor = DiphotonGluonAmplitude().prefactor
    var worst = 0.0
    for point in 0..<200 {
      let squares = evaluate(point).map { $0.norm[0] }
      expectClose(
        prefactor * squares.reduce(0, +), reference.values[point], relative: 1e-12)
      let half = (0..<32).filter { $0.nonzeroBitCount <= 2 }.map { squares[$0] }.reduce(0, +)
      worst = max(worst, abs(prefactor * 2 * half / reference.values[point] - 1))
      for mask in 0..<32 where mask.nonzeroBitCount <= 1 {
        expectClose(squares[mask], squares[31 ^ mask], relative: 1e-13)
      }
    }
    #expect(worst > 0.01)
  }
}
