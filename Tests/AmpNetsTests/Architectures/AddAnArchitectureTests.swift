import AmpNets
import Foundation
import TestSupport
import Testing

/// The example of Docs/AddAnArchitecture.md is compiled here, differentiated and trained.
struct AddAnArchitectureTests {
  @Test func thePageShowsTheFileThatIsCompiled() throws {
    func text(_ path: String) throws -> String {
      try String(contentsOfFile: fixture("../../\(path)"), encoding: .utf8)
    }
    let file = try text("Tests/AmpNetsTests/Architectures/ResidualMLP.swift")
    let code = try #require(file.components(separatedBy: "import AmpNets\n\n").last)
    #expect(try text("Docs/AddAnArchitecture.md").contains("```swift\n" + code + "```"))
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func theExampleHasTheGradientOfItsOutput(seed: UInt64) {
    expectFiniteDifferences(
      ResidualMLP(inputs: 3, width: 6, blocks: 2, outputs: 2, activation: .gelu), rows: 4,
      seed: seed)
  }

  @Test func theExampleTrains() throws {
    let state = try trained(.residual, threads: 2, epochs: 40, optimizer: .soap, as: Float.self)
    let losses = state.history.map(\.validation)
    #expect(losses[39] < 0.1 * losses[0], "\(losses[0]) to \(losses[39])")
  }
}
