import AmpCore
import AmpData
import AmpExport
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// The Binoth Les Houches Accord, one test at a time: it knows one contract per process.
@Suite(.serialized) struct AccordTests {
  /// Writes `order`, asks for a contract, and returns the answers to its lines.
  private func answers(_ order: String, in folder: String) throws -> (code: CInt, lines: [String]) {
    try write(Array(order.utf8), to: folder + "/order.lh")
    var ok: CInt = 7
    (folder + "/order.lh").withCString { order in
      (folder + "/contract.lh").withCString { olpOrder(order, $0, &ok) }
    }
    let text = try String(contentsOfFile: folder + "/contract.lh", encoding: .utf8)
    return (ok, text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  private func start(_ path: String?) -> CInt {
    var ok: CInt = 7
    if let path { path.withCString { olpStart($0, &ok) } } else { olpStart(nil, &ok) }
    return ok
  }

  private func set(_ name: String, _ value: Double, _ imaginary: Double = 0) -> CInt {
    var ok: CInt = 7
    name.withCString { olpSetParameter($0, [value], [imaginary], &ok) }
    return ok
  }

  private var message: String {
    var buffer = [CChar](repeating: 0, count: 300)
    olpMessage(&buffer, 300)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func evaluate(
    _ label: CInt, _ momenta: [Double]
  ) -> (values: [Double], accuracy: Double) {
    var values = [7.0, 7, 7, 7]
    var accuracy = 7.0
    olpEvaluate2([label], momenta, [100], &values, &accuracy)
    return (values, accuracy)
  }

  /// Momenta as the accord has them: with a fifth number, the mass.
  private func call(_ momenta: Momenta, _ row: Int, order: [Int] = [0, 1, 2, 3, 4]) -> [Double] {
    order.flatMap { i in
      let p = momenta[row, i]
      return [p[0], p[1], p[2], p[3], 0]
    }
  }

  private func withContract(
    _ options: String, processes: String = "21 21 -> 22 22 21",
    _ body: (_ folder: String, _ surrogate: Surrogate) throws -> Void
  ) throws {
    let surrogate = try QuickSurrogate.all[0].fit(.float64)
    try withScratchFolder { folder in
      try surrogate.write(to: folder + "/m.safetensors")
      let (ok, lines) = try answers(
        "\(options)\nExtra AmpModel \(folder)/m.safetensors\n\(processes)\n", in: folder)
      #expect(ok == 1, "\(lines)")
      #expect(start(folder + "/contract.lh") == 1, "\(message)")
      try body(folder, surrogate)
    }
  }

  @Test func answersAreThoseOfTheAccord() throws {
    let surrogate = try QuickSurrogate.all[0].fit(.float32)
    try withScratchFolder { folder in
      try surrogate.write(to: folder + "/m.safetensors")
      let error = "Error: "
      let lines = [
        ("# an order", nil), ("", nil), ("InterfaceVersion BLHA2", "OK"),
        ("CorrectionType QCD # as always", "OK"), ("correctiontype EW", error + "unsupported flag"),
        ("IRregularisation DRED", "OK"), ("AmplitudeType Loop", error + "unsupported flag"),
        ("AmplitudeType LoopInduced", "OK"), ("CouplingPower QCD 3", "OK"),
        ("CouplingPower QED 2", "OK"), ("CouplingPower QXD 2", error + "unsupported flag"),
        ("MassiveParticles 6 25", "OK"), ("MassiveParticles 5 6", error + "unsupported flag"),
        ("MassiveParticles -9223372036854775808", "OK"),
        ("NJetReturnAccuracy 2", error + "unknown option"),
        ("Frobnicate", error + "unknown option"),
        ("Extra AmpModel \(folder)/m.safetensors", "OK"), ("Extra AmpAlphaS 0.118", "OK"),
        ("Extra AmpAlphaS -1", error + "unsupported flag"),
        ("Extra Nothing 1", error + "unknown option"),
        ("OperationMode CouplingsStrippedOff", error + "unsupported flag"),
        ("21 21 -> 22 22 21", "1 1"), ("21 21 -> 21 22 22", "1 2"),
        ("21 21 -> 22 22 22", error + "process not available"),
        ("2 -2 -> 22 22 21", error + "process not available"),
        ("21 21 -> 22 21", error + "process not available"),
        ("21 x -> 22 22 21", error + "process cannot be read"),
        ("21 21 ->", error + "process not available"),
        ("AlphasPower 2", "OK"), ("21 21 -> 22 22 21", error + "coupling powers not available"),
      ]
      let (ok, contract) = try answers(
        lines.map(\.0).joined(separator: "\n") + "\n", in: folder)
      #expect(ok == -2)
      for ((line, answer), signed) in zip(lines, contract) {
        #expect(signed == line + (answer.map { " | " + $0 } ?? ""))
      }
      #expect(start(folder + "/contract.lh") == 0)
      #expect(message.contains("line 5"), "\(message)")
    }
  }

  @Test func contractsAreReadAgainWithTheirLabels() throws {
    try withContract("AmplitudeType LoopInduced") { folder, surrogate in
      let momenta = try InterfaceTests.momenta.get()
      let amplitude = try surrogate.predict(momenta.rows(0..<1)).amplitude[0]
      var text = try String(contentsOfFile: folder + "/contract.lh", encoding: .utf8)
      #expect(text.hasSuffix("21 21 -> 22 22 21 | 1 1\n"))
      text = text.replacingOccurrences(of: "| 1 1\n", with: "| 1 42\r\n")
      try write(Array(text.utf8), to: folder + "/other.lh")
      #expect(start(folder + "/other.lh") == 1, "\(message)")
      #expect(evaluate(42, call(momenta, 0)).values == [amplitude, 7, 7, 7])
      #expect(evaluate(1, call(momenta, 0)).values[0].isNaN)
      #expect(evaluate(1, call(momenta, 0)).accuracy == .infinity)
    }
  }

  @Test func labelsEndWithTheLargestInt() throws {
    let surrogate = try QuickSurrogate.all[0].fit(.float32)
    try withScratchFolder { folder in
      try surrogate.write(to: folder + "/m.safetensors")
      let (_, contract) = try answers(
        "Extra AmpModel \(folder)/m.safetensors\n21 21 -> 22 22 21 | 1 2147483647\n"
          + "21 21 -> 21 22 22\n21 21 -> 22 21 22 | 1 2147483648\n", in: folder)
      #expect(contract[1].hasSuffix("| 1 2147483647"), "\(contract)")
      #expect(contract[2...3].allSatisfy { $0.contains("is not free") }, "\(contract)")
    }
  }

  @Test func anyOrderOfTheParticlesIsTheSamePoint() throws {
    let processes = "21 21 -> 22 22 21\n21 21 -> 21 22 22\n21 21 -> 22 21 22"
    try withContract("AmplitudeType LoopInduced", processes: processes) { _, surrogate in
      let momenta = try InterfaceTests.momenta.get().rows(0..<50)
      let prediction = try surrogate.predict(momenta)
      for row in 0..<50 {
        for (label, order) in [
          (CInt(1), [0, 1, 2, 3, 4]), (1, [0, 1, 3, 2, 4]), (2, [0, 1, 4, 2, 3]),
          (2, [0, 1, 4, 3, 2]), (3, [0, 1, 3, 4, 2]),
        ] {
          let values = evaluate(label, call(momenta, row, order: order)).values
          #expect(values[0] == prediction.amplitude[row], "label \(label), \(order)")
        }
      }
    }
  }

  @Test func couplingsRescaleTheAmplitude() throws {
    try withContract(
      "AmplitudeType LoopInduced\nExtra AmpAlphaS 0.13\nExtra AmpAlpha 0.0075"
    ) { folder, surrogate in
      let momenta = try InterfaceTests.momenta.get()
      let one = call(momenta, 3)
      let amplitude = try surrogate.predict(momenta.rows(3..<4)).amplitude[0]
      #expect(evaluate(1, one).values[0] == amplitude)
      #expect(set("AlphaS", 0.1) == 1)
      let strong = amplitude * pow(0.1 / 0.13, 3)
      expectClose(evaluate(1, one).values[0], strong, relative: 1e-14)
      #expect(set("alpha", 0.01) == 1)
      let both = strong * pow(0.01 / 0.0075, 2)
      expectClose(evaluate(1, one).values[0], both, relative: 1e-14)
      // Accord 1 brings α_s with the call.
      var values = [7.0, 7, 7, 7]
      olpEvaluate(1, one, 100, [0.2], &values)
      expectClose(values[0], both * 8, relative: 1e-14)
      #expect(values[1...] == [7, 7, 7])
      for (name, value, imaginary, code) in [
        ("alphas", -1.0, 0.0, CInt(0)), ("alphas", 0.1, 1, 0), ("alpha", .nan, 0, 0),
        ("mass(5)", 4.7, 0, 0), ("mass(5)", 0, 0, 1), ("mass(6)", 173, 0, 2), ("sw2", 0.2, 0, 2),
        ("nonsense", 1, 0, 2), ("", 1, 0, 2),
      ] { #expect(set(name, value, imaginary) == code, "\(name)") }
      expectClose(evaluate(1, one).values[0], both, relative: 1e-14)
      let path = folder + "/parameters.txt"
      path.withCString { olpPrintParameter($0) }
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains("alphas = 0.1\nalpha = 0.01\n"))
      #expect(set("alphas", 0.118) == 1)
      #expect(set("alpha", 1 / 137.035999084) == 1)
    }
  }

  @Test func accordOneHasTheAmplitudeAsFinitePart() throws {
    try withContract(
      "MatrixElementSquareType CHsummed\nCorrectionType QCD\nAlphasPower 3\nAlphaPower 2"
    ) { _, surrogate in
      let momenta = try InterfaceTests.momenta.get()
      let prediction = try surrogate.predict(momenta.rows(0..<100))
      for row in 0..<100 {
        var values = [7.0, 7, 7, 7]
        olpEvaluate(1, call(momenta, row), 100, [0.118], &values)
        #expect(values == [0, 0, prediction.amplitude[row], 0])
      }
    }
  }

  @Test func accuracyIsTheRelativeUncertainty() throws {
    try withContract("AmplitudeType LoopInduced") { _, surrogate in
      let momenta = try QuickSurrogate.points.get().momenta.rows(0..<300)
      let total = try #require(try surrogate.predict(momenta).logTotal)
      for row in 0..<300 { #expect(evaluate(1, call(momenta, row)).accuracy == total[row]) }
      var far = call(momenta, 0)
      for k in 20..<24 { far[k] *= 1e-6 }
      #expect(evaluate(1, far).accuracy >= 1)
      far[20] = .nan
      let none = evaluate(1, far)
      #expect(none.values[0].isNaN && none.accuracy == .infinity)
    }
  }

  @Test func badCallsAreAnswered() throws {
    try withContract("AmplitudeType LoopInduced") { folder, _ in
      var ok: CInt = 7
      olpOrder(nil, nil, &ok)
      #expect(ok == -1)
      olpSetParameter(nil, nil, nil, &ok)
      #expect(ok == 0)
      olpEvaluate2(nil, nil, nil, nil, nil)
      olpEvaluate(1, nil, 0, nil, nil)
      olpInfo(nil, nil, nil)
      olpPrintParameter(nil)
      "/nowhere/file".withCString { olpPrintParameter($0) }
      var values = [7.0]
      var accuracy = 7.0
      olpEvaluate2([1], nil, nil, &values, &accuracy)
      #expect(values[0].isNaN && accuracy == .infinity)
      var name = [CChar](repeating: 1, count: 16)
      olpInfo(&name, nil, nil)
      #expect(name.starts(with: "Amp".utf8CString))
      let good = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/contract.lh")))
      var random = Philox(seed: 5, purpose: .other)
      for round in 0..<2000 {
        var bytes = good
        if round % 3 == 0 { bytes = Array(good.prefix(Int(random.uniform() * Double(good.count)))) }
        for _ in 0..<round % 7 where !bytes.isEmpty {
          bytes[Int(random.uniform() * Double(bytes.count))] = UInt8(random.uniform() * 256)
        }
        try write(bytes, to: folder + "/bad.lh")
        let code = start(folder + "/bad.lh")
        #expect(code == 0 || code == 1)
        _ = evaluate(1, [Double](repeating: 1, count: 25))
      }
      for path in [nil, "", "/", "/nowhere/contract.lh", "/dev/null"] {
        #expect(start(path) == 0)
        #expect(!message.isEmpty)
        #expect(evaluate(1, [Double](repeating: 1, count: 25)).values[0].isNaN)
      }
    }
  }
}
