import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// The Swift in the pages is compiled here, and runs.
struct SnippetTests {
  /// Pages whose Swift is a file elsewhere, and which test compares the two.
  static let elsewhere = [
    "AddAnArchitecture": "AddAnArchitectureTests", "README": "HelpTests",
  ]

  static let pages: [String] = {
    let folder = fixture("../../Docs")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }.sorted()
  }()

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: fixture("../../" + path), encoding: .utf8)
  }

  /// The parts of `text` after `start` and before `end`, without their white space.
  private func parts(_ text: String, _ start: String, _ end: String) -> [String] {
    text.components(separatedBy: start).dropFirst().compactMap {
      $0.components(separatedBy: end).first?.filter { !$0.isWhitespace }
    }
  }

  @Test(arguments: pages)
  func swiftOfThePageIsTheSnippetThatIsCompiled(page: String) throws {
    if SnippetTests.elsewhere[page] != nil { return }
    let blocks = parts(try text("Docs/\(page).md"), "```swift\n", "```")
    let file = "Tests/PageTests/Snippets/\(page).swift"
    guard FileManager.default.fileExists(atPath: fixture("../../" + file)) else {
      #expect(blocks.isEmpty, "Docs/\(page).md has Swift that nobody compiles: write \(file)")
      return
    }
    #expect(blocks == parts(try text(file), "// shown\n", "// hidden"))
  }

  @Test func everySnippetHasAPage() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: fixture("../PageTests/Snippets"))
    for file in files { #expect(SnippetTests.pages.contains(String(file.dropLast(6))), "\(file)") }
  }

  // In a process of its own, because the snippets read and write where they are.
  @Test func snippetsRun() async {
    await #expect(processExitsWith: .success) {
      try withScratchFolder { folder in
        let points = try DiphotonGenerator().generate(points: 400, seed: 1).table
        try points.write(to: folder + "/points.npz")
        try demand(FileManager.default.changeCurrentDirectoryPath(folder), "a folder")
        try gettingStarted()
        try comingFromPyTorch()
        let surrogate = try Surrogate(contentsOf: "from-pytorch.safetensors")
        try embedding(surrogate, points.momenta)
        try recalibration(surrogate, points)
        try extend([-1, 0, 0.5])
        for file in ["calibrated.safetensors", "pulls.svg"] {
          try demand(FileManager.default.fileExists(atPath: folder + "/" + file), file)
        }
      }
    }
  }

  /// The likelihood of Docs/Extend.md is one: its gradient is that of its loss, its tails add up.
  @Test(arguments: 0..<64 as Range<UInt64>)
  func laplacianIsALikelihood(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let (outputs, y) = ([random.normal(), random.normal()], random.normal())
    var gradient = [0.0, 0.0]
    let laplacian = Laplacian()
    func loss(_ outputs: [Double]) -> Double {
      laplacian.loss(outputs: outputs, targets: [y], rows: 1, weight: 1, gradient: nil)
    }
    _ = laplacian.loss(outputs: outputs, targets: [y], rows: 1, weight: 1, gradient: &gradient)
    for i in 0..<2 {
      let h = 1e-6
      var (up, down) = (outputs, outputs)
      up[i] += h
      down[i] -= h
      expectClose((loss(up) - loss(down)) / (2 * h), gradient[i], absolute: 1e-6)
    }
    let tails = laplacian.tails(y, outputs)
    expectClose(exp(tails.logBelow) + exp(tails.logAbove), 1, absolute: 1e-14)
    // −ln p(y) = loss, and p is the slope of F.
    let h = 1e-6
    let slope =
      (laplacian.cumulative(y + h, outputs) - laplacian.cumulative(y - h, outputs)) / (2 * h)
    expectClose(-log(slope), loss(outputs), absolute: 1e-4)
  }
}
