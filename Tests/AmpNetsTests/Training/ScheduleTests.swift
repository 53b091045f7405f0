import AmpNets
import TestSupport
import Testing

@Suite struct ScheduleTests {
  @Test(arguments: [(Schedule.oneCycle, "one_cycle"), (.cosine, "cosine")])
  func ratesAreThoseOfPyTorch(schedule: Schedule, name: String) throws {
    let rates = try ReferenceTensors("mlp_reference.safetensors")["schedule/\(name)"]
    let factors = rates.indices.map { 1e-3 * schedule.factor(step: $0, of: rates.count) }
    // PyTorch's cosine is a recursion, whose rounding adds up.
    expectClose(factors, rates, relative: 1e-12, absolute: 1e-17, name)
  }

  @Test func warmUpRisesForATenthAndFallsToTheEnd() {
    let factor = { (step: Int) in Schedule.warmUpCosine.factor(step: step, of: 1000) }
    expectClose(factor(0), 0.04, relative: 1e-12)
    expectClose(factor(50), 0.52, relative: 1e-12)
    expectClose(factor(100), 1, relative: 1e-12)
    expectClose(factor(550), 0.50005, relative: 1e-12)
    #expect((1...100).allSatisfy { factor($0) > factor($0 - 1) })
    #expect((101..<1000).allSatisfy { factor($0) < factor($0 - 1) && factor($0) > 1e-4 })
  }

  @Test(arguments: Schedule.allCases)
  func factorsAreFiniteAndAtMostOneForAnyLength(schedule: Schedule) {
    for steps in 1...40 {
      for step in 0..<steps {
        let factor = schedule.factor(step: step, of: steps)
        #expect(factor >= 0 && factor <= 1 + 1e-15, "step \(step) of \(steps): \(factor)")
      }
    }
  }
}
