import AmpCore
import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// What of Examples/Sherpa can be tried without Sherpa: its amplitudes, and that its files are there.
struct SherpaExampleTests {
  static let examples = Programs.package + "/Examples/Sherpa/"

  @Test(.enabled(if: Programs.has("g++"), "there is no g++ here"))
  func amplitudesForSherpaAreThoseOfSwift() throws {
    try withScratchFolder { folder in
      try SherpaExampleTests.compile(in: folder)
      let surrogate = try QuickSurrogate.all[0].fit(.float64)
      try surrogate.write(to: folder + "/model.safetensors")
      let momenta = try InterfaceTests.momenta.get().rows(0..<500)
      let prediction = try surrogate.predict(momenta)
      let total = try #require(prediction.logTotal)
      try write(Array(text(momenta, order: [0, 1, 2, 3, 4]).utf8), to: folder + "/points.txt")
      // Photons and incoming gluons as another program may have them.
      try write(Array(text(momenta, order: [1, 0, 3, 2, 4]).utf8), to: folder + "/others.txt")
      let exact = DiphotonGluonAmplitude().amplitudes(of: momenta).values
      let shifted = zip(prediction.amplitude, total).map { $0 + 2 * $0 * $1 }
      for file in ["points.txt", "others.txt"] {
        func expect(_ arguments: [String], _ values: [Double]) throws {
          let outcome = try Programs.run(["./evaluate", file] + arguments, in: folder)
          #expect(outcome.code == 0, "\(outcome.errors)")
          let printed = outcome.output.split(separator: "\n").compactMap { Double($0) }
          expectClose(printed, values, relative: 1e-12, "\(file) \(arguments)")
        }
        try expect(["exact"], exact)
        try expect(["surrogate", "model.safetensors"], prediction.amplitude)
        try expect(["surrogate", "model.safetensors", "2"], shifted)
      }
      for (arguments, complaint) in [
        (["points.txt", "nearly"], "exact, surrogate, gated"),
        (["points.txt", "surrogate", "none.safetensors"], "none.safetensors"),
        (["none.txt", "exact"], "none.txt"),
      ] {
        let outcome = try Programs.run(["./evaluate"] + arguments, in: folder)
        #expect(outcome.code == 1 && outcome.errors.contains(complaint), "\(outcome)")
      }
    }
  }

  @Test func filesOfThePageExist() throws {
    let page = try String(contentsOfFile: Programs.package + "/Docs/Sherpa.md", encoding: .utf8)
    let named = Set(
      page.matches(of: /Examples\/Sherpa\/[A-Za-z_]+\.[A-Za-z]+/).map { String($0.output) })
    for file in ["CMakeLists.txt", "Process.cpp", "Sherpa.yaml", "cross_sections.py"] {
      #expect(named.contains("Examples/Sherpa/" + file), "Docs/Sherpa.md does not name \(file)")
    }
    for file in named {
      #expect(FileManager.default.fileExists(atPath: Programs.package + "/" + file), "\(file)")
    }
  }

  /// Compiles the example's amplitudes and its program, without a warning.
  static func compile(in folder: String) throws {
    let outcome = try Programs.run(
      [
        "g++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-pedantic", "-Werror",
        "-I" + Programs.package + "/Sources/AmpExport/include", examples + "Amplitude.cpp",
        examples + "evaluate.cpp", "-L" + Programs.build, "-lAmpExport",
        "-Wl,-rpath," + Programs.build, "-o", "evaluate",
      ], in: folder)
    guard outcome.code == 0 else {
      throw AmpError(outcome.errors, in: "evaluate", remedy: "Mend the example.")
    }
  }

  /// The points, one per line, with their particles in another order.
  private func text(_ momenta: Momenta, order: [Int]) -> String {
    (0..<momenta.count).map { row in
      order.flatMap { i in
        (0..<4).map { "\(momenta.components[20 * row + 4 * i + $0])" }
      }.joined(separator: " ") + "\n"
    }.joined()
  }
}
