import AmpData
import TestSupport
import Testing

struct LoopFunctionTests {
  struct Case: Decodable {
    var a, b: Double
    var forward, inverse: [[Double]]
  }

  private func check(_ functions: RatioFunctions, _ reference: [[Double]], _ label: String) {
    let names = ["ln r", "L0", "L1", "L2", "Li2(1−r)"]
    let all = [functions.log, functions.l0, functions.l1, functions.l2, functions.dilog]
    for (n, value) in all.enumerated() {
      let scale = max(abs(reference[n][0]), abs(reference[n][1]))
      for lane in 0..<2 {
        expectClose(
          [value.re[lane], value.im[lane]], reference[n], absolute: 1e-13 * scale + 1e-15,
          "\(names[n]) of \(label)")
      }
    }
  }

  @Test func ratiosOfBothSignsAgreeWithFiftyDigits() throws {
    let cases = try json("loop_functions.json", as: [Case].self)
    #expect(cases.count == 48)
    for c in cases {
      let a = Lanes(repeating: c.a)
      let b = Lanes(repeating: c.b)
      let functions = RatioFunctions(a: a, b: b)
      check(functions, c.forward, "\(c.a)/\(c.b)")
      check(functions.inverted(a: a, b: b), c.inverse, "\(c.b)/\(c.a)")
    }
  }

  @Test func functionsAreContinuousAtOne() {
    let one = RatioFunctions(a: [1, 1], b: [1, 1])
    #expect(one.l0.re[0] == -1)
    #expect(one.l1.re[0] == -0.5)
    expectClose(one.l2.re[0], 1.0 / 6, relative: 1e-15)
    #expect(one.dilog.re[0] == 0)
  }

  @Test func boxesOfAPointAgreeWithFiftyDigits() throws {
    struct Boxes: Decodable {
      var first, second, l2: [Double]
      enum CodingKeys: String, CodingKey {
        case first = "Ls1(23,34;51)"
        case second = "Ls1(12,51;34)"
        case l2 = "L2(23,51)"
      }
    }
    let reference = try json("amplitude_helicities.json", as: Boxes.self)
    let points = try ReferencePoints("amplitude_points.csv").momenta
    let legs = FiveLegs()
    let workspace = LoopWorkspace()
    defer { workspace.deallocate() }
    let valid = points.components.withUnsafeBufferPointer {
      workspace.sumOverOrderings($0.baseAddress!, legs: legs, shift: 0, orderings: 0..<1)
    }
    #expect(valid)
    func pair(_ i: Int, _ j: Int) -> Int { legs.pair[5 * (i - 1) + j - 1] }
    let first = workspace.ls1[5 * pair(5, 1) + 2]
    let second = workspace.ls1[5 * pair(3, 4) + 0]
    let l2 = workspace.l2[10 * pair(2, 3) + pair(5, 1)]
    expectClose([first.re[0], first.im[0]], reference.first, absolute: 1e-14)
    expectClose([second.re[0], second.im[0]], reference.second, absolute: 1e-14)
    expectClose([l2.re[0], l2.im[0]], reference.l2, absolute: 1e-14)
  }
}
