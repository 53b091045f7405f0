import AmpCore
import TestSupport
import Testing

/// exp and the activations against mpmath, and at the ends of the number line.
@Suite struct VectorMathTests {
  let reference: ReferenceTensors

  init() throws { reference = try ReferenceTensors("vector_math.safetensors") }

  /// Expects |value − reference| ≤ ulps · ulp(reference) + absolute · size for all elements, whose sizes
  /// are 1 unless given.
  func expect<S: KernelScalar>(
    _ values: [S], _ references: [Double], ulps: Double, absolute: Double = 0,
    of sizes: [Double]? = nil, _ label: String
  ) {
    var worst = (excess: -Double.infinity, index: 0, ulps: 0.0)
    for (i, (value, reference)) in zip(values, references).enumerated() {
      if S(reference).isInfinite && value == S(reference) { continue }
      let off = abs(Double(value) - reference)
      let ulp = Double(S(reference).ulp)
      let excess = off - absolute * (sizes?[i] ?? 1) - ulps * ulp
      if !(excess <= worst.excess) { worst = (excess, i, off / ulp) }
    }
    #expect(
      worst.excess <= 0,
      """
      \(label): \(values[worst.index]) for \(references[worst.index]), off by \(worst.ulps) ulps, \
      \(abs(Double(values[worst.index]) - references[worst.index]))
      """)
  }

  func arguments<S: KernelScalar>(_ function: String, _: S.Type) -> (x: [S], value: [Double]) {
    let suffix = S.self == Float.self ? "_float" : ""
    return (reference.values("\(function)/x\(suffix)"), reference["\(function)/value\(suffix)"])
  }

  func exponentials<S: KernelScalar>(_: S.Type, ulps: Double, smallest: Double) {
    let (x, value) = arguments("exp", S.self)
    for kernels in S.levels {
      // Below `smallest` the result is flushed to zero.
      expect(kernels.exp(x), value, ulps: ulps, absolute: smallest, "\(kernels.level): exp")
      let normal = x.indices.filter { value[$0] > smallest }
      expect(
        kernels.exp(normal.map { x[$0] }), normal.map { value[$0] }, ulps: ulps,
        "\(kernels.level): exp, normal results")
    }
  }

  @Test func expIsRightToAnUlp() {
    exponentials(Double.self, ulps: 1.5, smallest: 0x1p-1021)
    exponentials(Float.self, ulps: 1.5, smallest: 0x1p-125)
  }

  /// What each activation was measured to reach: ulps of the result and absolute.
  struct Tolerance {
    var name: String
    var kind: CInt
    var float: (ulps: Double, absolute: Double)
    var double: (ulps: Double, absolute: Double)
    var floatSlope = (ulps: 0.0, absolute: 0.0)
    var doubleSlope = (ulps: 0.0, absolute: 0.0)
  }

  static let tolerances = [
    Tolerance(
      name: "gelu", kind: kernelActivations[3].kind, float: (3, 6e-8), double: (3, 2e-16),
      floatSlope: (3, 2.4e-7), doubleSlope: (3, 5e-16)),
    // z (1 − s) in the derivative has z times the rounding error of s, until 1 − s vanishes.
    Tolerance(
      name: "silu", kind: kernelActivations[4].kind, float: (2, 1e-36), double: (2.5, 1e-304),
      floatSlope: (3, 1e-6), doubleSlope: (3, 4e-15)),
    Tolerance(name: "tanh", kind: kernelActivations[5].kind, float: (2.5, 0), double: (2.5, 0)),
  ]

  @Test(arguments: tolerances.indices)
  func activationsAndDerivativesAgreeWithMpmath(index: Int) {
    let tolerance = VectorMathTests.tolerances[index]
    func check<S: KernelScalar>(
      _: S.Type, _ value: (ulps: Double, absolute: Double),
      _ slope: (ulps: Double, absolute: Double)
    ) {
      let saves = slope.ulps > 0
      let (x, reference) = arguments(tolerance.name, S.self)
      for kernels in S.levels {
        expect(
          kernels.values(tolerance.kind, of: x, saves: saves).value, reference, ulps: value.ulps,
          absolute: value.absolute, "\(kernels.level): \(tolerance.name)")
        guard saves else { continue }
        let (x, reference) = arguments("\(tolerance.name)_derivative", S.self)
        expect(
          kernels.values(tolerance.kind, of: x, saves: true).slope, reference, ulps: slope.ulps,
          absolute: slope.absolute, "\(kernels.level): derivative of \(tolerance.name)")
      }
    }
    check(Float.self, tolerance.float, tolerance.floatSlope)
    check(Double.self, tolerance.double, tolerance.doubleSlope)
  }

  /// Without its derivative GELU comes by a polynomial in single precision: z times the rounding error
  /// of Φ between 0 and 1.
  @Test func geluWithoutDerivativeAgreesWithMpmath() {
    func check<S: KernelScalar>(
      _: S.Type, ulps: Double, absolute: Double, of size: (Double) -> Double
    ) {
      let (x, reference) = arguments("gelu", S.self)
      for kernels in S.levels {
        expect(
          kernels.values(kernelActivations[3].kind, of: x, saves: false).value, reference,
          ulps: ulps, absolute: absolute, of: x.map { size(Double($0)) }, "\(kernels.level): gelu")
      }
    }
    check(Float.self, ulps: 2, absolute: 2e-7) { min(6, abs($0)) }
    check(Double.self, ulps: 3, absolute: 2e-16) { _ in 1 }
  }

  func specials<S: KernelScalar>(_: S.Type) {
    let big = S.greatestFiniteMagnitude
    let tiny = [S.leastNonzeroMagnitude, S.leastNormalMagnitude / 2, .leastNormalMagnitude]
    let x: [S] = [0, -0.0, .infinity, -.infinity, .nan, big, -big] + tiny + tiny.map { -$0 }
    // f at +∞, −∞, the largest and the smallest number, and the derivative at ±∞ if it is saved.
    let limits: [(S, S, S, S)] = [
      (.infinity, -.infinity, big, -big), (.infinity, 0, big, 0),
      (.infinity, -.infinity, big, -big * 0.01), (.infinity, 0, big, 0), (.infinity, 0, big, 0),
      (1, -1, 1, -1),
    ]
    for kernels in S.levels {
      for (activation, limit) in zip(kernelActivations, limits) {
        let label = "\(kernels.level): \(activation.name)"
        for shift in 0..<x.count {  // every argument in every lane and in the remainder
          let x = Array(x[shift...] + x[..<shift])
          let (value, slope) = kernels.values(activation.kind, of: x, saves: activation.saves)
          let alone = kernels.values(activation.kind, of: x, saves: false).value
          for (i, x) in x.enumerated() {
            #expect(
              alone[i] == value[i] || x.isNaN && alone[i].isNaN, "\(label)(\(x)) without slope")
            switch x {
            case .infinity: #expect(value[i] == limit.0, "\(label)(\(x))")
            case -.infinity: #expect(value[i] == limit.1, "\(label)(\(x))")
            case big: #expect(value[i] == limit.2, "\(label)(\(x))")
            case -big:
              #expect(abs(value[i] - limit.3) <= limit.3.magnitude.ulp, "\(label)(\(x))")
            case let x where x.isNaN:
              #expect(value[i].isNaN, "\(label)(NaN)")
              #expect(slope[i].isNaN, "\(label)'(NaN)")
            default: #expect(abs(value[i]) <= abs(x), "\(label)(\(x))")
            }
            guard activation.saves, !x.isNaN else { continue }
            let expected: S = abs(x) < 1 ? 0.5 : x > 0 ? 1 : 0
            #expect(slope[i] == expected, "\(label)'(\(x))")
          }
        }
      }
      let exponentials = kernels.exp(x)
      #expect(exponentials[0..<4] == [1, 1, .infinity, 0], "\(kernels.level): exp")
      #expect(exponentials[4].isNaN, "\(kernels.level): exp")
      #expect(exponentials[5...6] == [.infinity, 0], "\(kernels.level): exp")
      #expect(exponentials[7...].allSatisfy { $0 == 1 }, "\(kernels.level): exp")
    }
  }

  @Test func limitsAreReachedAndNaNStaysNaN() {
    specials(Float.self)
    specials(Double.self)
  }

  func levels<S: KernelScalar>(_: S.Type, ulps: Double, absolute: Double) {
    var random = Philox(seed: 3, purpose: .other)
    let x = (0..<4001).map { _ in S(4 * random.normal()) }
    guard let first = S.levels.first else { return }
    for kernels in S.levels.dropFirst() {
      expect(
        kernels.exp(x), first.exp(x).map { Double($0) }, ulps: ulps, "\(kernels.level): exp")
      for activation in kernelActivations {
        let a = kernels.values(activation.kind, of: x, saves: activation.saves)
        let b = first.values(activation.kind, of: x, saves: activation.saves)
        expect(
          a.value, b.value.map { Double($0) }, ulps: ulps, absolute: absolute,
          "\(kernels.level) and \(first.level): \(activation.name)")
        guard activation.saves else { continue }
        expect(
          a.slope, b.slope.map { Double($0) }, ulps: ulps, absolute: absolute,
          "\(kernels.level) and \(first.level): derivative of \(activation.name)")
      }
    }
  }

  @Test func levelsAgreeToAFewUlps() {
    levels(Float.self, ulps: 4, absolute: 4e-7)
    levels(Double.self, ulps: 4, absolute: 9e-16)
  }
}
