import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Which predictions are trusted, and what stands in for the others.
struct TrustGateTests {
  /// Points on a line in the plane of two features: by hand.
  @Test func aDomainIsRangeAndDistance() throws {
    // Four directions vary: with x = (±1, …) the covariance is known.
    let table = try QuickSurrogate.points.get()
    let surrogate = try QuickSurrogate.all[0].fit(.float32)
    let domain = try #require(surrogate.description.domain)
    let features = surrogate.description.features
    let x: [Double] = try features(table.momenta.rows(0..<300))
    let width = features.width
    for j in 0..<width {
      let column = (0..<300).map { x[$0 * width + j] }
      #expect(domain.low[j] == column.min() && domain.high[j] == column.max())
      expectClose(domain.center[j], column.reduce(0, +) / 300, absolute: 1e-12)
    }
    // The mean square distance of the points from their own centre is one.
    let distances = (0..<300).map { domain.distance(Array(x[$0 * width..<($0 + 1) * width])) }
    expectClose(distances.reduce(0) { $0 + $1 * $1 } / 300, 1, relative: 1e-9)
    expectClose(domain.radius, try #require(distances.max()), relative: 1e-12)
    #expect((0..<300).allSatisfy { domain.contains(Array(x[$0 * width..<($0 + 1) * width])) })
    expectClose(domain.distance(domain.center), 0, absolute: 1e-12)
    var far = domain.center
    far[0] = domain.high[0] + 0.01
    #expect(!domain.contains(far))
    far[0] = .nan
    #expect(!domain.contains(far))
    // Within all ranges, but against what the features have in common.
    let corner = (0..<width).map { $0 % 2 == 0 ? domain.low[$0] : domain.high[$0] }
    #expect(domain.distance(corner) > domain.radius && !domain.contains(corner))
  }

  @Test func distanceIsTheRootMeanSquareAlongTheAxes() throws {
    let kind = try #require(QuickSurrogate.all.first { $0.description == "dsi" })
    let surrogate = try kind.fit(.float32)
    let (features, domain) = (
      surrogate.description.features, try #require(surrogate.description.domain)
    )
    let momenta = try InterfaceTests.momenta.get().rows(0..<400)
    let x: [Double] = try features(momenta)
    let (evaluator, width) = (try PointEvaluator(surrogate), features.width)
    let workspace = evaluator.workspace()
    for row in 0..<momenta.count {
      let point = Array(x[row * width..<(row + 1) * width])
      var square = 0.0
      for axis in stride(from: 0, to: domain.axes.count, by: width) {
        var product = 0.0
        for j in 0..<width { product += domain.axes[axis + j] * (point[j] - domain.center[j]) }
        square += product * product
      }
      let distance = (square * Double(width) / Double(domain.axes.count)).squareRoot()
      #expect(domain.distance(point) == distance)
      #expect(evaluator.predict(momenta, row, in: workspace).isInside == domain.contains(point))
    }
  }

  @Test(arguments: ["mlp", "mlp-i silu, ln", "ds leaky ReLU", "dsi", "lgatr-slim"])
  func newPointsAreMostlyInside(name: String) throws {
    let kind = try #require(QuickSurrogate.all.first { $0.description == name })
    let surrogate = try kind.fit(.float32)
    let momenta = try InterfaceTests.momenta.get().rows(0..<2000)
    let gate = TrustGate(maximum: nil)
    let verdicts = try surrogate.verdicts(
      on: surrogate.predict(momenta), at: momenta, by: gate)
    // Of 300 training points: about (2 features + 1)/300 of new ones are more extreme.
    let outside = verdicts.count { $0 == .outside }
    #expect(outside < 700, "\(outside) of 2000")
    #expect(verdicts.allSatisfy { $0 == .outside || $0 == .trusted })
  }

  @Test func untrustedPointsGetTheExactAmplitude() throws {
    let surrogate = try QuickSurrogate.all[0].fit(.float64)
    let table = try QuickSurrogate.points.get()
    let total = try #require(try surrogate.predict(table.momenta).logTotal)
    let threshold = total.sorted()[100]
    var asked = 0
    let gated = try surrogate.predict(table.momenta, trusting: TrustGate(maximum: threshold)) {
      asked = $0.count
      return DiphotonGluonAmplitude().amplitudes(of: $0).values
    }
    let trusted = gated.verdicts.count { $0 == .trusted }
    #expect(trusted + asked == 400 && trusted > 50 && trusted <= 101)
    for i in 0..<400 {
      if gated.verdicts[i] == .trusted {
        #expect(total[i] <= threshold)
        #expect(gated.amplitudes[i] == gated.prediction.amplitude[i])
      } else {
        #expect(total[i] > threshold || gated.verdicts[i] == .outside)
        expectClose(gated.amplitudes[i], table.amplitudes[i], relative: 1e-9)
      }
    }
    let everything = try surrogate.predict(
      table.momenta.rows(0..<300), trusting: TrustGate(maximum: 1e9)
    ) { _ in
      Issue.record("nothing was to be evaluated")
      return []
    }
    #expect(everything.trustedFraction == 1)
  }

  @Test func withoutAnUncertaintyNothingIsTrusted() throws {
    let kind = try #require(QuickSurrogate.all.first { $0.description == "mlp none" })
    let surrogate = try kind.fit(.float32)
    let momenta = try QuickSurrogate.points.get().momenta.rows(0..<300)
    let prediction = try surrogate.predict(momenta)
    func verdicts(_ gate: TrustGate) throws -> Set<Verdict> {
      Set(try surrogate.verdicts(on: prediction, at: momenta, by: gate))
    }
    #expect(try verdicts(TrustGate(maximum: 0.1)) == [.unknown])
    #expect(try verdicts(TrustGate(maximum: nil)) == [.trusted])
    #expect(try verdicts(TrustGate(maximum: nil, checksDomain: false)) == [.unknown])
  }

  @Test func filesWithoutADomainAreStillRead() throws {
    let surrogate = try QuickSurrogate.all[0].fit(.float32)
    let momenta = try QuickSurrogate.points.get().momenta
    var description = surrogate.description
    description.domain = nil
    let old = try Surrogate(description, weights: surrogate.weights)
    try withScratchFolder { folder in
      try old.write(to: folder + "/old.safetensors")
      let text = String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/old.safetensors")),
        as: Unicode.ASCII.self)
      #expect(!text.contains("domain"))
      let read = try Surrogate(contentsOf: folder + "/old.safetensors")
      #expect(read == old)
      #expect(try read.predict(momenta) == surrogate.predict(momenta))
      let verdicts = try read.verdicts(
        on: read.predict(momenta), at: momenta, by: TrustGate(maximum: 1e9))
      #expect(Set(verdicts) == [.trusted])
    }
  }
}
