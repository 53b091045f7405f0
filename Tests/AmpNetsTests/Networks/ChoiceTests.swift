import AmpNets
import Foundation
import Testing

@Suite struct ChoiceTests {
  func remedy(_ name: String) -> String? {
    let error = #expect(throws: AmpError.self) {
      try choose(name, among: ["mlp", "mlp-i", "transformer"], of: "architecture") { $0 }
    }
    #expect(error?.problem == "there is no architecture \"\(name)\"")
    return error?.remedy
  }

  @Test func namesAreFoundInAnyCase() throws {
    #expect(try choose("MLP-I", among: ["mlp", "mlp-i"], of: "architecture") { $0 } == "mlp-i")
  }

  @Test func nearestSpellingIsSuggestedAndAllAreListed() {
    let list = "Choose one of: mlp, mlp-i, transformer."
    #expect(remedy("mpl-i") == "Did you mean mlp-i? " + list)
    #expect(remedy("Transfomer") == "Did you mean transformer? " + list)
    #expect(remedy("mlpp") == "Did you mean mlp? " + list)
    #expect(remedy("convolution") == list)
    #expect(remedy("") == list)
  }

  @Test func activationsSurviveTheirFile() throws {
    for activation in Activation.named.map(\.value) + [.leakyReLU(slope: 0.2)] {
      let file = try JSONEncoder().encode([activation])
      #expect(try JSONDecoder().decode([Activation].self, from: file) == [activation])
    }
    #expect(try Activation(parsing: "leaky-relu 0.2") == .leakyReLU(slope: 0.2))
    #expect(throws: AmpError.self) { try Activation(parsing: "leaky-relu -1") }
    #expect(throws: AmpError.self) { try Activation(parsing: "rleu") }
  }
}
