import AmpData
import AmpExport
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// The C interface, called as C calls it.
struct InterfaceTests {
  static let momenta = Result {
    try DiphotonGenerator().generate(points: 10_000, seed: 9, threads: 2).table.momenta
  }

  @Test(arguments: QuickSurrogate.all, [Precision.float32, .float64])
  func predictsAsSwiftDoes(kind: QuickSurrogate, precision: Precision) throws {
    let momenta = try InterfaceTests.momenta.get()
    let surrogate = try kind.fit(precision)
    try withModel(surrogate) { path in
      let loaded = try #require(Loaded.load(path).loaded)
      let values = loaded.evaluate(momenta)
      let prediction = try surrogate.predict(momenta, threads: 2)
      let tolerance = precision == .float32 ? 1e-5 : 1e-12
      func expect(_ values: [Double], _ references: [Double]?, _ label: String) {
        if let references {
          expectClose(values, references, relative: tolerance, label)
        } else {
          #expect(!values.contains { !$0.isNaN }, "\(label)")
        }
      }
      #expect(values.status == 0)
      expect(values.amplitude, prediction.amplitude, "amplitude")
      expect(values.systematic, prediction.systematic, "systematic")
      expect(values.statistical, prediction.statistical, "statistical")
      let some = momenta.rows(0..<500)
      #expect(loaded.evaluateEach(some) == loaded.evaluate(some))
      #expect(unload(loaded.number) == 0)
    }
  }

  @Test(arguments: ["mlp", "dsi", "kan", "lgatr-slim", "mlp bayesian"])
  func eightThreadsGetTheBitsOfOne(name: String) throws {
    let momenta = try InterfaceTests.momenta.get().rows(0..<2000)
    let kind = try #require(QuickSurrogate.all.first { $0.description == name })
    try withModel(kind.fit(.float32)) { path in
      let loaded = try #require(Loaded.load(path).loaded)
      let alone = loaded.evaluate(momenta)
      let results = Mutexed([Loaded.Values?](repeating: nil, count: 8))
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        // Each begins elsewhere, so that they compute different points at the same time.
        let order = (0..<momenta.count).map { ($0 + 250 * thread) % momenta.count }
        let values =
          thread % 2 == 0
          ? loaded.evaluate(momenta.rows(order)) : loaded.evaluateEach(momenta.rows(order))
        var sorted = Loaded.Values(momenta.count)
        for (at, row) in order.enumerated() {
          sorted.amplitude[row] = values.amplitude[at]
          sorted.systematic[row] = values.systematic[at]
          sorted.statistical[row] = values.statistical[at]
          sorted.verdict[row] = values.verdict[at]
        }
        results.with { $0[thread] = sorted }
      }
      for result in results.with({ $0 }) { #expect(result == alone) }
    }
  }

  @Test func verdictsFollowThresholdAndDomain() throws {
    let table = try QuickSurrogate.points.get()
    let surrogate = try QuickSurrogate.all[0].fit(.float64)
    let total = try #require(try surrogate.predict(table.momenta).logTotal)
    let threshold = total.sorted()[200]
    try withModel(surrogate) { path in
      let loaded = try #require(Loaded.load(path, threshold).loaded)
      let values = loaded.evaluate(table.momenta.rows(0..<300))
      for i in 0..<300 {  // the training points
        let expected: PointVerdict = total[i] <= threshold ? .trusted : .uncertain
        #expect(values.verdict[i] == expected.rawValue)
      }
      // A jet a million times softer than in any training point.
      var soft = table.momenta.rows(0..<1)
      for k in 16..<20 { soft.components[k] *= 1e-6 }
      #expect(loaded.evaluate(soft).verdict == [PointVerdict.outside.rawValue])
      let free = try #require(Loaded.load(path).loaded)
      #expect(free.evaluate(table.momenta.rows(0..<1)).verdict == [PointVerdict.trusted.rawValue])
    }
  }
}

/// A value that several threads change.
final class Mutexed<Value>: @unchecked Sendable {
  private var value: Value
  private let lock = NSLock()

  init(_ value: Value) { self.value = value }

  func with<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.withLock { body(&value) }
  }
}
