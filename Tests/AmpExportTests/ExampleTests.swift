import AmpCore
import AmpData
import AmpExport
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// The programs in Examples/Embedding, compiled and run, and the header they include.
struct ExampleTests {
  @Test func headerIsWhatTheCompilerMakes() throws {
    try withScratchFolder { folder in
      let compiled = Programs.build + "/AmpExport.build/include/AmpExport-Swift.h"
      let outcome = try Programs.run(
        [Programs.package + "/scripts/c-header.sh", compiled], in: folder)
      let committed = try String(
        contentsOfFile: Programs.package + "/Sources/AmpExport/include/amp.h", encoding: .utf8)
      #expect(
        outcome.output == committed,
        "Run scripts/c-header.sh \(compiled) > Sources/AmpExport/include/amp.h")
    }
  }

  @Test(
    .enabled(if: Programs.has("gcc") && Programs.has("make"), "there is no gcc or make here"))
  func theCExamplePredictsTheSame() throws { try expectSame("predict_c") }

  @Test(
    .enabled(if: Programs.has("g++") && Programs.has("make"), "there is no g++ or make here"))
  func theCppExamplePredictsTheSame() throws { try expectSame("predict_cpp") }

  @Test(
    .enabled(
      if: Programs.has("gfortran") && Programs.has("make"), "there is no gfortran or make here"))
  func theFortranExamplePredictsTheSame() throws { try expectSame("predict_f90") }

  /// Builds `program` and compares what it prints for 10 000 points with Swift's predictions, for
  /// every kind of surrogate.
  private func expectSame(_ program: String) throws {
    try withScratchFolder { folder in
      try Programs.make(program, in: folder)
      let momenta = try InterfaceTests.momenta.get()
      try write(Array(text(of: momenta).utf8), to: folder + "/points.txt")
      for precision in [Precision.float32, .float64] {
        var models: [String] = []
        var expected: [Prediction] = []
        for (i, kind) in QuickSurrogate.all.enumerated() {
          let surrogate = try kind.fit(precision)
          models.append("\(i).safetensors")
          try surrogate.write(to: folder + "/" + models[i])
          expected.append(try surrogate.predict(momenta, threads: 2))
        }
        let outcome = try Programs.run(["./" + program, "points.txt"] + models, in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        try #require(lines.count == models.count * momenta.count)
        let tolerance = precision == .float32 ? 1e-5 : 1e-12
        for (i, prediction) in expected.enumerated() {
          let rows = lines[i * momenta.count..<(i + 1) * momenta.count].map {
            $0.split(separator: " ").map { Double($0) ?? .nan }
          }
          let label = "\(program), \(QuickSurrogate.all[i]), \(precision)"
          for (column, values) in [
            prediction.amplitude, prediction.systematic, prediction.statistical,
          ].enumerated() {
            let printed = rows.map { $0[column] }
            guard let values else {
              #expect(!printed.contains { !$0.isNaN }, "\(label)")
              continue
            }
            expectClose(printed, values, relative: tolerance, label)
          }
        }
      }
      let missing = try Programs.run(["./" + program, "points.txt", "nothing"], in: folder)
      #expect(missing.code == 1 && missing.errors.contains("nothing"), "\(missing)")
    }
  }

  @Test(
    .enabled(if: Programs.has("gcc") && Programs.has("make"), "there is no gcc or make here"))
  func theMonteCarloProgramGetsRescaledAmplitudes() throws {
    try withScratchFolder { folder in
      try Programs.make("blha", in: folder)
      let surrogate = try QuickSurrogate.all[0].fit(.float64)
      try FileManager.default.createDirectory(
        atPath: folder + "/run", withIntermediateDirectories: true)
      try surrogate.write(to: folder + "/run/best.safetensors")
      let momenta = try InterfaceTests.momenta.get().rows(0..<1000)
      try write(Array(text(of: momenta).utf8), to: folder + "/points.txt")
      let prediction = try surrogate.predict(momenta)
      let total = try #require(prediction.logTotal)
      for (alphaS, factor) in [("", 1.0), ("0.2", pow(0.2 / 0.118, 3))] {
        let outcome = try Programs.run(
          ["./blha", "order.lh", "contract.lh", "points.txt"] + (alphaS.isEmpty ? [] : [alphaS]),
          in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let rows = outcome.output.split(separator: "\n").map {
          $0.split(separator: " ").map { Double($0) ?? .nan }
        }
        expectClose(
          rows.map { $0[0] }, prediction.amplitude.map { factor * $0 }, relative: 1e-12)
        for (row, sigma) in zip(rows, total) { #expect(row[1] == sigma || row[1] >= 1) }
        #expect(rows.count { $0[1] >= 1 } < rows.count / 4)
      }
    }
  }

  @Test(
    .enabled(if: Programs.has("gcc") && Programs.has("make"), "there is no gcc or make here"))
  func theTimingProgramTellsTheTimeOfACall() throws {
    try withScratchFolder { folder in
      try Programs.make("timing", in: folder)
      try QuickSurrogate.all[0].fit(.float64).write(to: folder + "/model.safetensors")
      try write(
        Array(text(of: InterfaceTests.momenta.get().rows(0..<7)).utf8), to: folder + "/points.txt")
      let outcome = try Programs.run(["./timing", "points.txt", "model.safetensors"], in: folder)
      let words = outcome.output.split(separator: " ")
      try #require(outcome.code == 0 && words.count == 12, "\(outcome)")
      let shortest = try #require(Double(words[2].dropLast()))
      let median = try #require(Double(words[4]))
      #expect(0 < shortest && shortest <= median)
      #expect(outcome.output.hasSuffix("of 200 runs over 7 points\n"))
      let missing = try Programs.run(["./timing", "points.txt", "nothing"], in: folder)
      #expect(missing.code == 1 && missing.errors.contains("nothing"), "\(missing)")
    }
  }

  /// A program that counts its calls of malloc.
  @Test(
    .enabled(if: Programs.has("gcc"), "there is no gcc here"),
    arguments: [
      "mlp", "mlp-i silu, ln", "ds leaky ReLU", "dsi", "kan", "groupkan", "mlp bayesian",
      "mlp ensemble", "mlp mixture", "lgatr", "lgatr-slim",
    ])
  func nothingIsAllocatedAfterTheFirstCall(name: String) throws {
    let kind = try #require(QuickSurrogate.all.first { $0.description == name })
    try withScratchFolder { folder in
      try kind.fit(.float32).write(to: folder + "/model.safetensors")
      try write(
        Array(text(of: InterfaceTests.momenta.get().rows(0..<1)).utf8), to: folder + "/point.txt")
      let compiled = try Programs.run(
        [
          "gcc", fixture("scripts/allocations.c"), "-I",
          Programs.package + "/Sources/AmpExport/include", "-L", Programs.build, "-lAmpExport",
          "-Wl,-rpath," + Programs.build, "-o", "allocations",
        ], in: folder)
      try #require(compiled.code == 0, "\(compiled.errors)")
      let outcome = try Programs.run(
        ["./allocations", "model.safetensors", "point.txt"], in: folder)
      #expect(outcome.code == 0 && outcome.output == "0 allocations in 1000 calls\n", "\(outcome)")
    }
  }

  private func text(of momenta: Momenta) -> String {
    (0..<momenta.count).map { i in
      momenta.components[20 * i..<20 * i + 20].map { "\($0)" }.joined(separator: " ") + "\n"
    }.joined()
  }
}
