import AmpData
import AmpExport
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Whatever a C program passes: a status and a message, never a crash.
struct BadCallTests {
  /// Numbers that are no momenta of a point, or hardly.
  static let numbers: [Double] = [
    .nan, .infinity, -.infinity, .signalingNaN, 0, -0.0, 1e308, -1e308,
    Double.leastNonzeroMagnitude, 1e-300, -1, 1e154,
  ]

  @Test(arguments: [
    "mlp", "mlp-i silu, ln", "ds leaky ReLU", "dsi", "kan", "groupkan", "lgatr-slim",
  ])
  func momentaOfAllKinds(name: String) throws {
    let kind = try #require(QuickSurrogate.all.first { $0.description == name })
    let table = try QuickSurrogate.points.get()
    var random = Philox(seed: 3, purpose: .other)
    for precision in [Precision.float32, .float64] {
      try withModel(kind.fit(precision)) { path in
        let loaded = try #require(Loaded.load(path, 0.5).loaded)
        var momenta = Momenta([], particles: 5)
        for round in 0..<2000 {
          var point = table.momenta.rows([round % table.count]).components
          for _ in 0...Int(random.uniform() * Double(round % 20)) {
            let number = BadCallTests.numbers[Int(random.uniform() * 11.99)]
            point[Int(random.uniform() * 19.99)] = number
          }
          momenta.components += point
        }
        let values = loaded.evaluate(momenta)
        #expect(values.status == Status.point.rawValue)
        for i in 0..<momenta.count {
          let isFinite = momenta.components[20 * i..<20 * i + 20].allSatisfy(\.isFinite)
          let isInvalid = values.verdict[i] == PointVerdict.invalid.rawValue
          #expect(values.amplitude[i].isNaN == isInvalid)
          if !isFinite { #expect(isInvalid, "point \(i)") }
        }
        #expect(loaded.evaluateEach(momenta) == values)
      }
    }
  }

  @Test func pointersSizesAndNumbers() throws {
    try withModel(QuickSurrogate.all[0].fit(.float32)) { path in
      let loaded = try #require(Loaded.load(path).loaded)
      let point = try QuickSurrogate.points.get().momenta.rows(0..<1).components
      var result = [0.0, 0, 0]
      var verdict: CInt = 0
      var message = [CChar](repeating: 1, count: 64)
      for round in 0..<3000 {
        let wrong = [0, -1, Int32.min, Int32.max, loaded.number + 1_000_000][round % 5]
        #expect(evaluatePoint(wrong, point, &result, &verdict) == Status.handle.rawValue)
        #expect(
          evaluate(wrong, 1, 5, point, &result, nil, nil, nil, &message, 64)
            == Status.handle.rawValue)
        #expect(particles(wrong) == 0)
        #expect(unload(wrong) == Status.handle.rawValue)
        let sizes = [(1, 4), (1, 0), (-1, 5), (Int.min, 5), (Int.max, -5), (0, 6), (3, Int.max)]
        let (points, count) = sizes[round % sizes.count]
        #expect(
          evaluate(loaded.number, points, count, point, &result, nil, nil, nil, &message, 64)
            == Status.argument.rawValue)
        #expect(message.contains(0))
      }
      let argument = Status.argument.rawValue
      #expect(evaluatePoint(loaded.number, nil, &result, &verdict) == argument)
      #expect(evaluatePoint(loaded.number, point, nil, &verdict) == argument)
      #expect(evaluatePoint(loaded.number, point, &result, nil) == 0)
      #expect(evaluate(loaded.number, 1, 5, nil, &result, nil, nil, nil, nil, 0) == argument)
      #expect(evaluate(loaded.number, 1, 5, point, nil, nil, nil, nil, nil, 0) == argument)
      #expect(evaluate(loaded.number, 0, 5, nil, nil, nil, nil, nil, nil, 0) == 0)
      #expect(evaluate(loaded.number, 1, 5, point, &result, nil, nil, nil, nil, 64) == 0)
      #expect(process(loaded.number, nil, 5) == argument)
      #expect(path.withCString { load($0, 0, 0, nil, nil, 0) } == argument)
      for capacity in -2..<5 {
        message = [CChar](repeating: 1, count: 8)
        version(&message, capacity)
        #expect(message[max(0, capacity)...].allSatisfy { $0 == 1 }, "capacity \(capacity)")
        #expect(capacity < 1 || message[capacity - 1] == 0)
      }
      for (maximum, samples) in [(-1.0, 0), (.nan, 0), (0, -1)] {
        #expect(Loaded.load(path, maximum, samples: samples).status == argument)
      }
      #expect(Loaded.load(path, samples: 2).message.contains("one network"))
      #expect(Loaded.load(nil).status == argument)
      #expect(unload(loaded.number) == 0)
      #expect(unload(loaded.number) == Status.handle.rawValue)
      #expect(evaluatePoint(loaded.number, point, &result, &verdict) == Status.handle.rawValue)
    }
  }

  /// Bytes changed, cut off, doubled, or the header's text bent: refused, or still a surrogate.
  @Test(arguments: ["mlp", "kan", "mlp bayesian", "mlp ensemble"])
  func modelFilesOfAllKinds(name: String) throws {
    let kind = try #require(QuickSurrogate.all.first { $0.description == name })
    try withModel(kind.fit(.float32)) { path in
      let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
      let header = 8 + whole[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      var random = Philox(seed: 4, purpose: .other)
      func below(_ n: Int) -> Int { Int(random.uniform() * Double(n)) }
      var refused = 0
      for round in 0..<1200 {
        var bytes = whole
        switch round % 4 {
        case 0: bytes = Array(whole.prefix(below(round % 8 == 0 ? header : whole.count)))
        case 1: for _ in 0...below(4) { bytes[below(header)] = UInt8(below(256)) }
        case 2:
          // A digit of a number in the header.
          let digits = (8..<header).filter { (48...57).contains(whole[$0]) }
          bytes[digits[below(digits.count)]] = UInt8(48 + below(10))
          if round % 3 == 0 { bytes.insert(UInt8(57), at: digits[below(digits.count)]) }
        default: for _ in 0...below(9) { bytes[below(whole.count)] = UInt8(below(256)) }
        }
        try write(bytes, to: path)
        let outcome = Loaded.load(path)
        if let loaded = outcome.loaded {
          _ = loaded.evaluate(try QuickSurrogate.points.get().momenta.rows(0..<2))
          #expect(unload(loaded.number) == 0)
        } else {
          refused += 1
          #expect(outcome.status == Status.model.rawValue && !outcome.message.isEmpty)
        }
      }
      #expect(refused > 500, "\(refused)")
    }
  }

  @Test func otherVersionsAndOtherFiles() throws {
    try withModel(QuickSurrogate.all[0].fit(.float32)) { path in
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let other = String(decoding: whole, as: Unicode.ASCII.self)
      #expect(other.contains("amp-surrogate 3"))
      var bytes = [UInt8](whole)
      let at = try #require(whole.firstRange(of: Data("amp-surrogate 3".utf8)))
      bytes[at.upperBound - 1] = 57
      try write(bytes, to: path)
      #expect(Loaded.load(path).message.contains("amp-surrogate 9"))
      for other in ["/", "/nowhere/model", "/dev/null", ""] {
        let outcome = Loaded.load(other)
        #expect(outcome.status == Status.model.rawValue && !outcome.message.isEmpty)
      }
    }
  }
}
